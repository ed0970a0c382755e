"""The plain stack judges as the Registry does, so that comparing their speed is fair."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from lxml import etree

from registry.app import RegistrySystem
from sez.tendering.example_purchases import open_tender
from shared_contracts.astana_time import now
from shared_contracts.messages.audit import ChecksumDepth
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.messages.package import Package
from shared_contracts.messages.purchase import Purchase
from shared_contracts.xml import codec
from tests.bench.crowd import crowd, persons
from tests.bench.grounds import Grounds
from tests.bench.intake import endpoint, plain_recipe
from tests.bench.measure import figure, paired
from tests.bench.plain import Plain
from tests.bench.plain_signatures import verify
from tests.bench.plain_tools import chain_in
from tests.bench.sender import CONTENT_TYPE, Sender, enclosed, purchase
from tests.bench.targets import TARGETS, markdown, missed
from tests.bench.trees import change, check_named, joined
from tests.bench.trees_cost import registry_without_trees
from tests.bench.unknown import answered
from tests.bench.whole_way import served
from tests.pki import Pki

NUMBERS = count(1)
_PACKAGE = f"{{{NAMESPACE}}}Package"
ROOT = Path(__file__).resolve().parents[2]
Verdict = tuple[str | None, str | None]


@pytest.fixture(scope="module")
def grounds(
    tmp_path_factory: pytest.TempPathFactory, pki: Pki, postgres_server: str
) -> Iterator[Grounds]:
    made = Grounds(tmp_path_factory.mktemp("bench"), pki, postgres_server)
    with made._open:
        yield made


@pytest.fixture(scope="module")
def registry(grounds: Grounds) -> RegistrySystem:
    return grounds.registry("bench_ours")


@pytest.fixture(scope="module", params=["plain", "strong"])
def plain(
    request: pytest.FixtureRequest, grounds: Grounds, registry: RegistrySystem
) -> Iterator[Plain]:
    strong = request.param == "strong"
    opened = plain_recipe(grounds, f"bench_{request.param}", registry, strong=strong).open()
    yield opened
    opened.close()


def sender(pki: Pki, person: str = "customer1-head", system: str = "sez") -> Sender:
    return Sender(pki.signer(person), pki.signer(system), _numbers=NUMBERS)


def of_purchase(pki: Pki, change: Callable[[Purchase], Purchase]) -> bytes:
    """A message with one open tender, changed before it was signed."""
    made, at = sender(pki), now()
    return enclosed(made.package((made.record(change(purchase(open_tender, at)), at),)))


def with_wrong_hash(pki: Pki) -> bytes:
    made, at = sender(pki), now()
    record = made.record(purchase(open_tender, at), at)
    header = msgspec.structs.replace(record.header, document_hash="0" * 64)
    return enclosed(made.package((msgspec.structs.replace(record, header=header),)))


def with_wrong_count(pki: Pki) -> bytes:
    return sender(pki).message(2).replace(b"<RecordCount>2<", b"<RecordCount>3<")


def with_wrong_total(pki: Pki) -> bytes:
    return of_purchase(pki, lambda of: msgspec.structs.replace(of, planned_total=Decimal("1.00")))


def with_wrong_method(pki: Pki) -> bytes:
    return of_purchase(pki, lambda of: msgspec.structs.replace(of, method="XX"))


def changed_after_signing(pki: Pki) -> bytes:
    message = sender(pki).message(1)
    return message.replace(b"+05:00</CreatedAt>", b"+04:00</CreatedAt>")


CASES: dict[str, tuple[Callable[[Pki], bytes], Verdict]] = {
    "good": (lambda pki: sender(pki).message(4), ("ACCEPTED", "RECORDED")),
    "wrong hash": (with_wrong_hash, ("REFUSED", "INTEGRITY")),
    "changed after signing": (
        changed_after_signing,
        ("REFUSED", "CERTIFICATE"),
    ),
    "wrong count": (with_wrong_count, ("REFUSED", "INTEGRITY")),
    "revoked system": (
        lambda pki: sender(pki, system="sez-revoked").message(1),
        ("REFUSED", "CERTIFICATE"),
    ),
    "another system": (
        lambda pki: sender(pki, system="sez2").message(1),
        ("REFUSED", "CERTIFICATE"),
    ),
    "revoked person": (
        lambda pki: sender(pki, person="customer1-revoked").message(1),
        ("REFUSED", "CERTIFICATE"),
    ),
    "wrong role": (
        lambda pki: sender(pki, person="customer1-employee").message(1),
        ("REFUSED", "CERTIFICATE"),
    ),
    "stranger": (
        lambda pki: sender(pki, person="stranger-head").message(1),
        ("REFUSED", "CERTIFICATE"),
    ),
    "wrong total": (with_wrong_total, ("REFUSED", "FORMAT_LOGIC")),
    "unknown method": (with_wrong_method, ("REFUSED", "FORMAT_LOGIC")),
}


@pytest.mark.parametrize("name", CASES)
def test_the_plain_and_the_strong_stack_judge_as_the_registry_does(
    pki: Pki, registry: RegistrySystem, plain: Plain, name: str
) -> None:
    make, expected = CASES[name]
    message = make(pki)
    ours = verdict(endpoint(registry)(message, CONTENT_TYPE).body)
    assert (ours, verdict(plain.handle(message))) == (expected, expected)


def test_each_stack_records_and_signs_as_much(pki: Pki, plain: Plain) -> None:
    before = plain.bench.log.recorder.max_notification_id() or 0
    message = sender(pki).message(10)
    answer = plain.handle(message)
    assert (plain.bench.log.recorder.max_notification_id() or 0) - before == 12
    certificate = x509.load_der_x509_certificate(plain.signer.certificates[0])
    signed = verify(codec.to_bytes(receipt(answer)), certificate)
    assert signed.tag == f"{{{NAMESPACE}}}Receipt"
    assert verdict(plain.handle(message)) == verdict(answer)
    assert (plain.bench.log.recorder.max_notification_id() or 0) - before == 12


def test_a_quick_run_writes_the_figures_it_took(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    command = [sys.executable, "-m", "tests.bench", "--quick"]
    command += ["--only", "verify", "--only", "rebuild"]
    done = subprocess.run(
        [*command, "--results", results], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    written = json.loads(results.read_text())
    assert set(written) == {
        "verify_2k_vs_signxml",
        "verify_2k_rsa_vs_signxml",
        "verify_20k_vs_signxml",
        "verify_200k_vs_signxml",
        "verify_2k_vs_libxmlsec",
        "rebuild_vs_library",
    }
    assert "| verification 2 KB, P-256, against signxml | " in done.stdout
    assert f"of {len(written)}\n" in done.stdout
    assert {frozenset(each) for each in written.values()} == {
        frozenset(("ratio", "ours", "baseline", "unit", "runs", "low", "high", "target", "met"))
    }


def test_a_figure_is_the_median_of_the_ratios_of_its_pairs_not_the_ratio_of_medians() -> None:
    taken = figure("x", "packages/s", [(10.0, 5.0), (30.0, 10.0), (40.0, 40.0)])
    assert (taken.ratio, taken.low, taken.high) == (2.0, 1.0, 3.0)
    assert (taken.ours, taken.baseline, taken.runs) == (30.0, 10.0, 3)


def test_each_of_a_pair_is_first_in_every_second_pair() -> None:
    order: list[str] = []

    def reading(name: str) -> float:
        order.append(name)
        return float(len(order))

    assert paired(lambda: reading("ours"), lambda: reading("baseline"), 2) == [(1, 2), (4, 3)]
    assert order == ["ours", "baseline", "baseline", "ours"]


@pytest.mark.parametrize(
    ("name", "pair", "met"),
    [
        ("intake_vs_plain", (40.0, 10.0), True),
        ("intake_vs_plain", (39.0, 10.0), False),
        ("intake_vs_floor", (20.0, 10.0), True),
        ("intake_vs_floor", (21.0, 10.0), False),
        ("both_cpu_100_wait_vs_one", (3.0, 1.0), True),
        ("both_cpu_100_wait_vs_one", (3.1, 30.0), False),
        ("unknown_10_rate_vs_known", (30.0, 1.0), True),
        ("unknown_10_rate_vs_known", (29.9, 1.0), False),
    ],
)
def test_a_target_binds_the_ratio_or_our_own_reading_and_its_bound_belongs_to_it(
    name: str, pair: tuple[float, float], *, met: bool
) -> None:
    taken = figure(name, "unit", [pair])
    assert TARGETS[name].met_by(taken) is met
    assert [line.split(":")[0] for line in missed([taken])] == ([] if met else [name])
    [row] = [*markdown([taken])][2:]
    assert row.startswith(f"| {TARGETS[name].words} | ")
    assert row.endswith(", missed |") is not met


def test_many_persons_sign_equally_often_for_four_systems(
    grounds: Grounds, registry: RegistrySystem, plain: Plain, pki: Pki
) -> None:
    many = crowd(grounds, sender(pki))
    signers = persons(grounds, 4)
    messages = [*many.messages(signers, 4)]
    packages = [
        codec.read(next(etree.fromstring(each).iter(_PACKAGE)), Package) for each in messages
    ]
    assert [each.sez_code for each in packages] == ["SEZ01", "SEZ02", "SEZ03", "SEZ04"]
    shown = Counter(
        chain_in(etree.fromstring(record.document or b""))[0]
        for package in packages
        for record in package.records
    )
    assert dict(shown) == {signer.certificates[0]: 10 for signer in signers}
    answers = [verdict(endpoint(registry)(each, CONTENT_TYPE).body) for each in messages]
    assert answers == [("ACCEPTED", "RECORDED")] * 4
    assert all(plain.accepts(each) for each in messages)


def test_a_package_by_http_is_listed_after_its_receipt(grounds: Grounds, pki: Pki) -> None:
    with served(grounds) as client:
        client.await_listed(client.post(sender(pki).message(2)))


def test_the_registry_without_trees_lists_all_the_same(grounds: Grounds, pki: Pki) -> None:
    left_out = registry_without_trees(grounds)
    answered(endpoint(left_out), [sender(pki).message()])
    left_out.follower.catch_up()
    rows = {
        table: left_out.follower.log.recorder.select(f"SELECT count(*) FROM views.{table}", ())  # noqa: S608  # fixed
        for table in ("versions", "purchases", "numbers", "checksums", "checksum_nodes")
    }
    counted = {table: found[0][0] for table, found in rows.items()}
    assert [*counted.values()] == [10, 10, 1, 0, 0]


@pytest.mark.clause("S216-12a", "S216-9.7")
def test_one_changed_property_is_named_within_the_bytes_and_calls_that_are_told(
    grounds: Grounds,
) -> None:
    with joined(grounds, 2000, 1) as on:
        change(on.stores.system, on.stores.real)
        taken = on.audit(ChecksumDepth.TREE)
        check_named(on, taken, 1)
    assert len(taken.sizes) <= 8
    assert sum(taken.sizes) <= 26_000  # of a million the nodes and the bucket are full: 2 KB more


def receipt(answer: bytes) -> etree._Element:
    return next(etree.fromstring(answer).iter(f"{{{NAMESPACE}}}Receipt"))


def verdict(answer: bytes) -> Verdict:
    found = receipt(answer)
    return found.findtext(f"{{{NAMESPACE}}}Result"), found.findtext(f"{{{NAMESPACE}}}Stage")
