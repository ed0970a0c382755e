"""The report of an audit as people read it: a document in Kazakh and Russian (S216-12)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Final

import msgspec

from registry.audits.finding import Side
from registry.audits.report import AuditReport, as_json
from registry.audits.reported import ReportedFinding
from registry.audits.words import all_words
from shared_contracts.astana_time import shown
from shared_contracts.printing.document import (
    Block,
    Cell,
    Heading,
    NamedValue,
    NamedValues,
    Paragraph,
    PrintedColumn,
    PrintedDocument,
    Table,
    Words,
)
from shared_contracts.printing.letters import printable
from shared_contracts.printing.printing import Attachment, print_pdf
from shared_contracts.printing.signed import SignableDocument
from shared_contracts.signing.signers import Signer

PRINTED: Final = 300
"""Most findings, links and pages that are printed; all that the report names is attached."""
PRINTED_SIGNS: Final = 1024 * 1024
"""Most signs of the findings that are printed."""
NAME: Final = "audit-report.json"
"""The name under which the report is attached."""

_FINDING = (
    *("object_type", "object_id", "version", "prefix", "position", "path", "where"),
    *("expected", "found", "not_compared", "registry", "sez", "number"),
)
_LABELS = {"found": "value"}
"""Labels that are not those of the field of the same name."""


def printed(told: AuditReport) -> tuple[bytes, Attachment]:
    """The PDF of a report, and the report itself as it is attached to it."""
    attached = Attachment(NAME, "application/json", as_json(told))
    return print_pdf(document(told), attached, told.as_of), attached


def signed_report(told: AuditReport, signer: Signer) -> bytes:
    """PDF and report in an ASiC-E container that the Registry signs as of the report's moment."""
    paper = SignableDocument(*printed(told))
    return paper.container([paper.sign(signer, told.as_of)])


def document(told: AuditReport) -> PrintedDocument:
    """What is printed of a report."""
    return PrintedDocument(
        title=_words("head", "title"),
        number=f"{told.order.audit_id} · {shown(told.as_of)}",
        blocks=(
            Paragraph(_words("head", "law")),
            *_order(told),
            *_course(told),
            *_log(told),
            *_obtained(told),
            *_findings(told),
            *_links(told),
            *_pages(told),
        ),
    )


def _order(told: AuditReport) -> Iterator[Block]:
    order = told.order
    yield Heading(_words("head", "order"))
    yield _values(
        {
            "audit_id": str(order.audit_id),
            "environment": order.environment,
            "sez_code": order.sez_code,
            "ground": order.ground,
            "ordered_by": order.ordered_by,
            "authority_bin": order.authority_bin,
            "ordered_at": shown(told.ordered_at),
            "contents": _joined(_words("content", one) for one in order.contents),
            "object_types": ", ".join(order.object_types) or _words("label", "all"),
            "depth": _words("depth", order.depth) if order.depth else None,
            "since": shown(order.since) if order.since else None,
            "until": shown(order.until) if order.until else None,
        }
    )


def _course(told: AuditReport) -> Iterator[Block]:
    yield Heading(_words("head", "course"))
    yield _values(
        {
            "status": _words("status", told.status),
            "outcome": _words("outcome", told.outcome) if told.outcome else None,
            "ended_at": shown(told.ended_at) if told.ended_at else None,
            "reason": told.reason,
            "problem": told.problem,
            "as_of": shown(told.as_of),
            **{name: str(one) for name, one in msgspec.structs.asdict(told.exchange).items()},
            "under_way": str(told.under_way),
            "examined_objects": str(told.examined_objects),
        }
    )


def _log(told: AuditReport) -> Iterator[Block]:
    """The log of the system against what the Registry remembers of it."""
    if (log := told.log) is None:
        return
    yield Heading(_words("head", "log"))
    yield _values(
        {
            "compared": _words("extension", log.why),
            "known_size": str(log.known.size) if log.known else None,
            "known_root": log.known.root if log.known else None,
            "told_size": str(log.told.size) if log.told else None,
            "told_root": log.told.root if log.told else None,
            "proven_at": shown(log.proven_at) if log.proven_at else None,
            "problem": log.problem,
        }
    )


def _obtained(told: AuditReport) -> Iterator[Block]:
    if told.obtained:
        yield Heading(_words("head", "obtained"))
    for one in told.obtained:
        yield _values(
            {
                "content": _words("content", one.content),
                "pages": str(one.pages),
                "position": str(one.position),
                "as_of": shown(one.as_of),
                "chain_hash": one.chain_hash,
            }
        )


def _findings(told: AuditReport) -> Iterator[Block]:
    found = len(told.findings) + told.more_findings
    yield _headed("findings", found)
    if not found:
        yield Paragraph(_words("head", "none"))
    place, room = 0, PRINTED_SIGNS
    for one in told.findings[:PRINTED]:
        words, values = _words("kind", one.kind), _finding(one)
        room -= sum(len(printable(str(row.value))) for row in values.rows)
        if room < 0:
            break
        place += 1
        yield Heading(Words(f"{place}. {words.kk}", f"{place}. {words.ru}"))
        yield values
    if place < found:
        yield Paragraph(_words("head", "attached"))


def _finding(one: ReportedFinding) -> NamedValues:
    told: dict[str, Cell | None] = {}
    for name in _FINDING:
        value = getattr(one, name)
        if value is not None:
            told[_LABELS.get(name, name)] = (
                _words("where", value) if name == "where" else _cell(value)
            )
    return _values(told)


def _links(told: AuditReport) -> Iterator[Block]:
    broken = len(told.broken_links) + told.more_links
    if broken:
        yield _headed("links", broken)
        yield _table(
            {"number": 1, "object_id": 3, "position": 1},
            ((str(one.number), str(one.object_id), str(one.position)) for one in told.broken_links),
        )
        yield from _rest(broken)


def _pages(told: AuditReport) -> Iterator[Block]:
    yield _headed("pages", told.exchange.calls)
    yield _table(
        {"number": 0.8, "content": 2.2, "page": 0.8, "request_sha256": 3, "answer_sha256": 3},
        (
            (
                str(one.number),
                str(one.object_id) if one.content is None else _words("content", one.content),
                str(one.page),
                one.request_sha256,
                one.answer_sha256,
            )
            for one in told.pages
        ),
    )
    yield from _rest(told.exchange.calls)


def _headed(head: str, count: int) -> Block:
    words = _words("head", head)
    return Heading(Words(f"{words.kk}: {count}", f"{words.ru}: {count}"))


def _rest(count: int) -> Iterator[Block]:
    if count > PRINTED:
        yield Paragraph(_words("head", "attached"))


def _values(told: Mapping[str, Cell | None]) -> NamedValues:
    return NamedValues(
        tuple(
            NamedValue(_words("label", name), one) for name, one in told.items() if one is not None
        )
    )


def _table(widths: Mapping[str, float], rows: Iterable[tuple[Cell, ...]]) -> Block:
    columns = tuple(PrintedColumn(_words("label", name), width) for name, width in widths.items())
    return Table(columns, tuple(rows)[:PRINTED])


def _cell(value: object) -> str:
    if isinstance(value, Side):
        said = (shown(value.recorded_at), value.actor, value.action, value.address, value.sha256)
        return "\n".join(one for one in said if one)
    return shown(value) if isinstance(value, datetime) else str(value)


def _joined(words: Iterable[Words]) -> Words:
    ones = list(words)
    return Words(", ".join(one.kk for one in ones), ", ".join(one.ru for one in ones))


def _words(section: str, name: str) -> Words:
    return _printed_words()[section][name]


@cache
def _printed_words() -> Mapping[str, Mapping[str, Words]]:
    return msgspec.convert(all_words(), type=dict[str, dict[str, Words]])
