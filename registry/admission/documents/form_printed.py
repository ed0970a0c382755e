"""The application as its order has the form: field by field, then whatever else it tells."""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Final

import msgspec

from registry.admission.completeness import ApplicationFlaw
from registry.admission.documents.values import (
    body,
    both,
    joined,
    label,
    said,
    shortened,
    told_fields,
    words,
)
from registry.admission.form import ApplicationForm, FormPart
from registry.admission.regulation import Regulation
from shared_contracts.printing.document import (
    Block,
    Cell,
    Heading,
    NamedValue,
    NamedValues,
    Paragraph,
    PrintedColumn,
    Table,
    Words,
)

ATTACHMENTS: Final = "attachments"
PRINTED: Final = 300
"""Most attached documents, and most flaws, that are printed; the attached data have all."""


def application(
    form: ApplicationForm, flaws: Iterable[ApplicationFlaw], law: Regulation
) -> Iterator[Block]:
    """The form, other data, attached documents, and what the check found."""
    yield Heading(words("head", "form"))
    yield _table(
        {"clause": 1, "field": 3, "value": 4},
        ((one.clause, both(one.words), _told(form, one.path, law)) for one in law.field),
    )
    rows = tuple(NamedValue(name, value) for name, value in _others(form, law))
    if rows:
        yield Heading(words("head", "more"))
        yield NamedValues(rows)
    yield Heading(words("head", ATTACHMENTS))
    yield _attached(form, law)
    yield from _rest(len(form.attachments))
    yield Heading(words("head", "flaws"))
    found = tuple(flaws)
    yield _found(found)
    yield from _rest(len(found))


def _rest(count: int) -> Iterator[Block]:
    if count > PRINTED:
        yield Paragraph(words("head", "attached"))


def _told(form: ApplicationForm, path: str, law: Regulation) -> Words:
    if path == "addressee":
        return shortened(body(law, form.addressee))
    return shortened(said(attrgetter(path)(form)))


def _others(form: ApplicationForm, law: Regulation) -> Iterator[tuple[Words, Words]]:
    """What no field of the order has: by the names of the parts in which it stands."""
    known = {one.path for one in law.field} | {ATTACHMENTS}
    for path, names, value in _leaves(form, "", ()):
        if not any(path == one or path.startswith(f"{one}.") for one in known):
            yield joined(names, ", "), shortened(said(value))


def _leaves(
    part: msgspec.Struct, before: str, names: tuple[Words, ...]
) -> Iterator[tuple[str, tuple[Words, ...], object]]:
    for name in told_fields(part):
        value, path = getattr(part, name), f"{before}{name}"
        called = (*names, label(part, name))
        if isinstance(value, FormPart):
            yield from _leaves(value, f"{path}.", called)
        else:
            yield path, called, value


def _attached(form: ApplicationForm, law: Regulation) -> Block:
    kinds = {one.kind: both(one.words) for one in law.attachment}
    return _table(
        {"kind": 3, "sheets": 0.8, "value": 3, "sha256": 3},
        (
            (
                kinds.get(one.kind, said(one.kind)),
                str(one.sheets),
                said(msgspec.structs.replace(one, kind="", sha256="", sheets=None)),
                one.sha256,
            )
            for one in form.attachments[:PRINTED]
        ),
    )


def _found(flaws: tuple[ApplicationFlaw, ...]) -> Block:
    if not flaws:
        return Paragraph(words("head", "none"))
    return _table(
        {"clause": 1, "field": 2, "value": 2, "cure": 4, "warning": 1},
        (
            (
                *(one.clause, one.field, shortened(said(one.value))),
                *(both(one.cure), said(one.warning)),
            )
            for one in flaws[:PRINTED]
        ),
    )


def _table(widths: dict[str, float], rows: Iterable[tuple[Cell, ...]]) -> Block:
    columns = tuple(PrintedColumn(words("label", name), width) for name, width in widths.items())
    return Table(columns, tuple(rows))
