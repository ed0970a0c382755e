"""What every figure is called in the README, and what the project holds itself to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.bench.measure import Figure


@dataclass(frozen=True)
class Target:
    """The words for a figure, and the bound of its ratio or of our own reading."""

    words: str
    sign: Literal[">=", "<="]
    limit: float
    of: Literal["ratio", "ours"] = "ratio"

    def met_by(self, figure: Figure) -> bool:
        """Whether a figure keeps the bound."""
        value = figure.ratio if self.of == "ratio" else figure.ours
        return value >= self.limit if self.sign == ">=" else value <= self.limit

    def told(self, unit: str) -> str:
        """The bound as people read it."""
        sign = "≥" if self.sign == ">=" else "≤"
        return f"{sign} {self.limit:g}" + ("" if self.of == "ratio" else f" {unit}")


_GOST = "verification of GOST-512 by {}, against PyPI gostcrypto"
_STREEBOG = "Streebog-512 by {}, against gostcrypto"
_APPEND = "append, {} writers, against the library's recorder with its best pool"
_STATE = "state of a purchase with {} versions, against the library's repository"
_MANY = "the same by 4 systems and 200 persons, 40 of them first seen in each run, against {}"

_BULK = "{} while it is judged, against quiet"

_CHECKSUMS = "bytes of an audit until {} of a million is named at depth {}, against the list"
_RECORDS = "bytes of an audit with the records of 100 of a million at depth {}, against the list"
_NEGENTROPY = "signed bytes until {} of a million are named at depth TREE, against negentropy's"

_PEAK = "most memory of a process that audits {} events, against one process"

TARGETS: Mapping[str, Target] = {
    "verify_2k_vs_signxml": Target("verification 2 KB, P-256, against signxml", ">=", 3),
    "verify_2k_rsa_vs_signxml": Target("verification 2 KB, RSA-2048, against signxml", ">=", 3),
    "verify_20k_vs_signxml": Target("verification 20 KB, P-256, against signxml", ">=", 3),
    "verify_200k_vs_signxml": Target("verification 200 KB, P-256, against signxml", ">=", 3),
    "verify_2k_vs_libxmlsec": Target("verification 2 KB, P-256, against libxmlsec", ">=", 1.2),
    "append_1_vs_library": Target(_APPEND.format(1).replace("writers", "writer"), ">=", 1.5),
    "append_8_vs_library": Target(_APPEND.format(8), ">=", 3),
    "append_32_vs_library": Target(_APPEND.format(32), ">=", 4),
    "state_10_vs_library": Target(_STATE.format(10), ">=", 1),
    "state_100_vs_library": Target(_STATE.format(100), ">=", 1),
    "state_1000_vs_library": Target(_STATE.format("1,000"), ">=", 1),
    "intake_vs_plain": Target("intake of 10-record packages, against a plain stack", ">=", 4),
    "intake_vs_strong": Target("the same, against a strong stack", ">=", 2),
    "intake_vs_floor": Target("the same, time against that of the floor", "<=", 2),
    "many_vs_plain": Target(_MANY.format("a plain stack"), ">=", 3),
    "many_vs_strong": Target(_MANY.format("a strong stack"), ">=", 1.5),
    "single_vs_plain": Target("intake of 1-record packages, against a plain stack", ">=", 3),
    "single_vs_strong": Target("the same, against a strong stack", ">=", 1.5),
    "single_vs_floor": Target("the same, time against that of the floor", "<=", 4),
    "http_vs_endpoint": Target(
        "10-record packages by HTTP until they are listed, against the endpoint alone", ">=", 0.7
    ),
    "http_listed_vs_answered": Target(
        "time by HTTP until a purchase is listed, against that until its receipt", "<=", 2
    ),
    "intake_gost_vs_rsa": Target("intake signed by GOST-512 keys, against RSA-2048", ">=", 0.5),
    "verify_gost_pure": Target(_GOST.format("pure Python"), ">=", 25),
    "verify_gost_gmpy2": Target(_GOST.format("gmpy2"), ">=", 100),
    "verify_gost_openssl": Target(_GOST.format("OpenSSL's engine"), ">=", 300),
    "streebog_pure": Target(_STREEBOG.format("pure Python"), ">=", 2),
    "streebog_gmpy2": Target(_STREEBOG.format("gmpy2"), ">=", 2),
    "streebog_openssl": Target(_STREEBOG.format("OpenSSL's engine"), ">=", 100),
    "rebuild_vs_library": Target("rebuild of views, against the library's runner", ">=", 4),
    "cost_500k_vs_10k": Target(
        "cost per package, 500 thousand events against 10 thousand", "<=", 1.2
    ),
    "replay": Target("replay of 500 thousand events, against one process", ">=", 1000, "ours"),
    "audit_100k": Target("audit of 100 thousand events, against one process", ">=", 1000, "ours"),
    "audit_100k_peak": Target(_PEAK.format("100 thousand"), "<=", 512, "ours"),
    "audit_1000k": Target("audit of a million events, against one process", ">=", 1000, "ours"),
    "audit_1000k_peak": Target(_PEAK.format("a million"), "<=", 512, "ours"),
    "sez_cpu_100_wait_vs_one": Target(
        "CPU of the SEZ per record, 100 wait, against one at a time", "<=", 3, "ours"
    ),
    "both_cpu_100_wait_vs_one": Target(
        "CPU of both systems per record, 100 wait, against one at a time", "<=", 3, "ours"
    ),
    "drain_vs_one_by_one": Target(
        "records a second after an outage, against one at a time", ">=", 5
    ),
    "unknown_10_ms_vs_known": Target(
        "package of ten unknown signers, against known ones", "<=", 60, "ours"
    ),
    "unknown_10_rate_vs_known": Target(
        "such packages together, against known ones", ">=", 30, "ours"
    ),
    "known_p95_silent_vs_quiet": Target(
        "p95 of known signers while the authority is silent, against quiet", "<=", 2
    ),
    "deep_page_vs_first": Target("page at depth 100,000, against the first", "<=", 1.5),
    "checksums_one_tree": Target(_CHECKSUMS.format("one object", "TREE"), "<=", 32, "ours"),
    "checksums_one_record": Target(
        "the same with its signed record and the property that was changed", "<=", 28, "ours"
    ),
    "checksums_one_calls": Target(
        "questions until then, against pages of the list", "<=", 8, "ours"
    ),
    "checksums_one_live": Target(_CHECKSUMS.format("one object", "LIVE"), "<=", 64, "ours"),
    "checksums_many_tree": Target(_RECORDS.format("TREE"), "<=", 1500, "ours"),
    "checksums_many_live": Target(_RECORDS.format("LIVE"), "<=", 1500, "ours"),
    "checksums_one_vs_negentropy": Target(_NEGENTROPY.format("one object"), "<=", 32, "ours"),
    "checksums_many_vs_negentropy": Target(_NEGENTROPY.format("100 objects"), "<=", 1500, "ours"),
    "intake_trees_vs_none": Target(
        "intake of 10-record packages until they are listed, trees of checksums kept, against none",
        ">=",
        0.9,
    ),
    "bulk_rate_vs_ordinary": Target(
        "a programme of 100,000 items under a ticket until it is listed, against its items in "
        "ordinary programmes, sent synchronously",
        ">=",
        0.5,
    ),
    "bulk_peak_vs_whole": Target(
        "most memory of the process that examines it, against one tree", "<=", 768, "ours"
    ),
    "bulk_receipt_p95": Target(_BULK.format("p95 of a synchronous receipt"), "<=", 1.2),
    "bulk_receipt_median": Target(_BULK.format("median of a synchronous receipt"), "<=", 1.2),
    "bulk_page_p95": Target(_BULK.format("p95 of a page of the feed"), "<=", 1.2),
    "bulk_page_median": Target(_BULK.format("median of a page of the feed"), "<=", 1.2),
}
"""Every figure that a full run writes, in the order of the README's table."""


def markdown(figures: Sequence[Figure]) -> Iterator[str]:
    """The figures as the README's table, ready to be pasted."""
    yield "| figure | ratio (min–max) | ours | baseline | target |"
    yield "| --- | --- | --- | --- | --- |"
    known = {each.name: each for each in figures}
    for name, target in TARGETS.items():
        if (each := known.get(name)) is not None:
            spread = f"{each.ratio:.2f} ({each.low:.2f}–{each.high:.2f})"
            ours, baseline = (_amount(value, each.unit) for value in (each.ours, each.baseline))
            told = target.told(each.unit) + ("" if target.met_by(each) else ", missed")
            yield f"| {target.words} | {spread} | {ours} | {baseline} | {told} |"


def _amount(value: float, unit: str) -> str:
    told = unit in {"KB/s", "KB", "MB", "calls"}
    short = "ms" if unit.startswith("ms") else unit if told else "/s"
    digits = 0 if value >= 1000 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}" + (short if short == "/s" else f" {short}")


def missed(figures: Sequence[Figure]) -> list[str]:
    """What is to be told of each figure that does not keep its bound."""
    found = []
    for each in figures:
        target = TARGETS[each.name]
        if not target.met_by(each):
            value = each.ratio if target.of == "ratio" else each.ours
            found.append(f"{each.name}: {value:.2f}, target {target.told(each.unit)}")
    return found
