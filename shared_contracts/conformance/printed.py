"""A session as people read and file it: a PDF in Kazakh and Russian, with its data inside."""

from collections.abc import Iterator
from typing import Final

from shared_contracts.astana_time import shown
from shared_contracts.conformance.session import CaseOutcome, CaseVerdict, SessionReport, as_json
from shared_contracts.conformance.telling import said, total_line, verdict_word
from shared_contracts.language import Language
from shared_contracts.messages.document import LocalizedText
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

NAME: Final = "conformance-session.json"
"""The name under which the session is attached."""

VALUE: Final = 600
"""Most signs of a value that are printed; all of it is attached."""


def session_pdf(session: SessionReport) -> bytes:
    """The PDF of a session; the same session gives the same bytes."""
    attached = Attachment(NAME, "application/json", as_json(session))
    return print_pdf(document(session), attached, session.ended_at)


def document(session: SessionReport) -> PrintedDocument:
    """What is printed of a session: who was examined, all cases, and what was not passed."""
    blocks: list[Block] = [
        NamedValues(tuple(_head(session))),
        Paragraph(Words(total_line(session, Language.KK), total_line(session, Language.RU))),
        Heading(_said("cases")),
        Table(_columns(), tuple(_row(one) for one in session.outcomes)),
        *(block for one in session.outcomes for block in _told(one)),
    ]
    number = f"{session.session_id} · {shown(session.ended_at)}"
    return PrintedDocument(title=_said("title"), number=number, blocks=tuple(blocks))


def _head(session: SessionReport) -> Iterator[NamedValue]:
    suites = ", ".join((*session.suites, *session.cases)) or "—"
    told: dict[str, Cell] = {
        "examined": Words(
            said(f"side_{session.examined}", Language.KK),
            said(f"side_{session.examined}", Language.RU),
        ),
        "address": session.address,
        "sez_code": session.sez_code,
        "examiner": session.examiner,
        "kit": f"{session.kit_version}; {', '.join(session.contract_versions)}",
        "asked": suites,
        "began": shown(session.began_at),
        "ended": shown(session.ended_at),
        "verdict": _verdict(session.verdict),
    }
    for name, value in told.items():
        yield NamedValue(_said(name), _cell(value))


def _columns() -> tuple[PrintedColumn, ...]:
    widths = {"case": 1.5, "clauses": 1.5, "title_of_case": 4.0, "verdict": 1.2}
    return tuple(PrintedColumn(_said(name), width) for name, width in widths.items())


def _row(one: CaseOutcome) -> tuple[Cell, ...]:
    return (one.case_id, ", ".join(one.clauses), _both(one.title), _verdict(one.verdict))


def _told(one: CaseOutcome) -> Iterator[Block]:
    """Of a case that was not passed what was expected and found; figures of any."""
    told: dict[str, Cell] = {
        name: value for name in ("expected", "found", "reason") if (value := getattr(one, name))
    }
    if one.cure is not None:
        told["cure"] = _both(one.cure)
    if one.figures:
        told["figures"] = "; ".join(f"{name} {value:g}" for name, value in one.figures.items())
    if told:
        yield Heading(Words(one.case_id, one.case_id))
        rows = (NamedValue(_said(name), _cell(value)) for name, value in told.items())
        yield NamedValues(tuple(rows))


def _said(name: str) -> Words:
    return Words(said(name, Language.KK), said(name, Language.RU))


def _verdict(verdict: CaseVerdict) -> Words:
    return Words(verdict_word(verdict, Language.KK), verdict_word(verdict, Language.RU))


def _both(text: LocalizedText) -> Words:
    return Words(text.kk or text.shown, text.ru or text.shown)


def _cell(value: Cell) -> Cell:
    if isinstance(value, Words):
        return value
    return printable(value if len(value) <= VALUE else f"{value[:VALUE]}…")
