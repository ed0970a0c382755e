"""A document of an application as people read it: Kazakh and Russian side by side (reading R135).

Names of bodies, steps, points and fields are those of the regulation; what persons wrote stands as
they wrote it.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import msgspec

from registry.admission.documents.case_document import CaseDocument, CaseDocumentKind, as_json
from registry.admission.documents.form_printed import application
from registry.admission.documents.values import (
    NOTHING,
    body,
    both,
    headed,
    label,
    said,
    same,
    told_fields,
    words,
)
from registry.admission.regulation import Regulation
from shared_contracts.astana_time import shown
from shared_contracts.printing.document import (
    Block,
    Cell,
    Heading,
    NamedValue,
    NamedValues,
    Paragraph,
    PlaceForSignature,
    Places,
    PrintedColumn,
    PrintedDocument,
    Table,
    Words,
)
from shared_contracts.printing.printing import Attachment, print_pdf
from shared_contracts.printing.signed import SignableDocument

NAME: Final = "admission-document.json"
"""The name under which the document for programs is attached."""
KEPT: Final = 32
"""Printed documents that are kept; they never change, and printing costs most."""
_TOLD: Final = (
    *("organisation", "role", "what", "remarks", "statement", "granted", "reason", "ground"),
    "overdue",
)


def printed(told: CaseDocument, law: Regulation) -> SignableDocument:
    """PDF and data of a document; the same document gives the same bytes, also for signing."""
    return _set(document(told, law), as_json(told), told)


@lru_cache(maxsize=KEPT)
def _set(paper: PrintedDocument, data: bytes, told: CaseDocument) -> SignableDocument:
    attached = Attachment(NAME, "application/json", data)
    return SignableDocument(print_pdf(paper, attached, told.at), attached)


def document(told: CaseDocument, law: Regulation) -> PrintedDocument:
    """What is printed of a document."""
    return PrintedDocument(
        title=title(told, law),
        number=f"{told.admission_id} · {told.name} · {shown(told.at)}",
        blocks=tuple(_blocks(told, law)),
    )


def title(told: CaseDocument, law: Regulation) -> Words:
    """What it is; of a protocol or record also of which step."""
    whole = words("title", told.kind)
    stage = law.of_stage(told.stage)
    return headed(whole, both(stage.words)) if stage else whole


def _blocks(told: CaseDocument, law: Regulation) -> Iterator[Block]:
    yield _values(_head(told, law))
    if told.form is not None:
        yield from application(told.form, told.flaws, law)
    if told.kind is CaseDocumentKind.NOTIFICATION:
        yield Paragraph(words("head", "conforms"))
    yield from _listed(told, law)
    if rows := [(words("label", one), said(getattr(told, one))) for one in _given(told)]:
        yield Heading(words("head", "content"))
        yield _values(rows)
    if told.verdict is not None:
        yield Heading(headed(words("head", "result"), said(told.verdict)))
    if told.entry is not None:
        yield Heading(words("head", "entry"))
        yield _values(_told(told.entry))
    if told.inventory is not None:
        yield Heading(words("head", "inventory"))
        yield _values(_told(told.inventory))
    yield from _copies(told, law)
    yield Heading(words("head", "signers"))
    yield Places(tuple(PlaceForSignature(body(law, one.body), one.person) for one in told.signers))


def _head(told: CaseDocument, law: Regulation) -> Iterator[tuple[Words, Cell]]:
    yield words("label", "regulation"), both(law.words)
    yield words("label", "clause"), told.clause
    yield words("label", "at"), shown(told.at)
    yield words("label", "applicant"), told.applicant or NOTHING
    yield words("label", "applicant_number"), told.applicant_number or NOTHING
    yield words("label", "sez_name"), told.sez_name or NOTHING
    yield words("label", "admission_id"), str(told.admission_id)
    if told.previous is not None:
        yield words("label", "previous"), str(told.previous)
    yield words("label", "environment"), said(told.environment)
    if told.began_at is not None:
        yield words("label", "began_at"), shown(told.began_at)
    if told.round:
        yield words("label", "round"), str(told.round)
    if told.by is not None:
        yield words("label", "by"), headed(body(law, told.by.body), same(told.by.person))


def _listed(told: CaseDocument, law: Regulation) -> Iterator[Block]:
    """Reasons, findings, members of the group, points that were judged."""
    if told.reasons:
        yield Heading(words("head", "reasons"))
        yield _table({"clause": 1, "text": 5}, ((one.clause, one.text) for one in told.reasons))
    if told.findings:
        yield Heading(words("head", "findings"))
        yield _table({"clause": 1, "text": 5}, ((one.clause, one.text) for one in told.findings))
    if told.members:
        yield Heading(words("head", "members"))
        rows = ((body(law, one.body), one.person, said(one.position)) for one in told.members)
        yield _table({"body": 3, "person": 3, "position": 2}, rows)
    if told.lines:
        yield Heading(words("head", "lines"))
        widths = {"clause": 1.2, "point": 3, "fits": 1.5, "proof": 3.5}
        yield _table(widths, _lines(told, law))
    if told.session is not None:
        yield Heading(words("head", "session"))
        yield _values(_told(told.session))


def _told(part: msgspec.Struct) -> Iterator[tuple[Words, Cell]]:
    return ((label(part, one), said(getattr(part, one))) for one in told_fields(part))


def _lines(told: CaseDocument, law: Regulation) -> Iterator[tuple[Cell, ...]]:
    points = {(one.list, one.id): one for one in law.point}
    for line in told.lines:
        point = points[line.list, line.point]
        words_of = both(point.words)
        if point.assumption:
            note = words("head", "assumption")
            words_of = Words(f"{words_of.kk} ({note.kk})", f"{words_of.ru} ({note.ru})")
        proof = "\n".join(one for one in (line.session_sha256, line.reason) if one)
        yield point.clause, words_of, said(line.fits), proof


def _given(told: CaseDocument) -> Iterator[str]:
    return (one for one in _TOLD if getattr(told, one) not in (None, "", ()))


def _copies(told: CaseDocument, law: Regulation) -> Iterator[Block]:
    if not told.copies:
        return
    count = f"{len(told.copies)} ({told.copies_clause})"
    yield Heading(headed(words("head", "copies"), same(count)))
    rows = ((f"№ {place}", body(law, one)) for place, one in enumerate(told.copies, start=1))
    yield _table({"number": 1, "body": 6}, rows)


def _values(rows: Iterable[tuple[Words, Cell]]) -> Block:
    return NamedValues(tuple(NamedValue(name, value) for name, value in rows))


def _table(widths: dict[str, float], rows: Iterable[tuple[Cell, ...]]) -> Block:
    columns = tuple(PrintedColumn(words("label", name), width) for name, width in widths.items())
    return Table(columns, tuple(rows))
