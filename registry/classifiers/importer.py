"""Reading full classifiers from the layouts in which they are published or passed on.

An unknown heading, a code of another form or a repeated code is refused: a classifier is taken
whole or not at all.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from registry.classifiers.tables import Row, rows_of
from shared_contracts import identifiers
from shared_contracts.classifiers.edition import (
    CLASSIFIERS,
    COLUMNS,
    COUNTRIES,
    KATO,
    KOPF,
    KPVED,
    MKEI,
    ClassifierEntry,
    Edition,
    entries_in,
)
from shared_contracts.errors import BadInput

FORMS: Mapping[str, re.Pattern[str]] = {
    KATO: identifiers.KATO,
    KPVED: identifiers.KPVED,
    MKEI: identifiers.MKEI,
    COUNTRIES: re.compile(r"[A-Z]{2}"),
    KOPF: re.compile(r"\d{2}", re.ASCII),
}
"""What a code of each classifier looks like."""


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """Where an entry's parts stand: the names of columns by part; ``aliases`` may be several."""

    header: tuple[str, ...]
    code: str
    name_kk: str | None = None
    name_ru: str | None = None
    name_en: str | None = None
    parent: str | None = None
    aliases: tuple[str, ...] = ()


LAYOUTS: Mapping[str, tuple[ColumnLayout, ...]] = {
    KATO: (
        ColumnLayout(
            ("te", "ab", "cd", "ef", "hij", "k", "kaz_name", "rus_name", "nn"),
            *("te", "kaz_name", "rus_name"),
        ),
        ColumnLayout(
            ("te", "ab", "cd", "ef", "hij", "k", "name_kaz", "name_rus", "nn"),
            *("te", "name_kaz", "name_rus"),
        ),
        ColumnLayout(
            ("kato", "kato_version", "level", "type_code", "name_ru", "name_kk"),
            *("kato", "name_kk", "name_ru"),
        ),
        ColumnLayout(("code", "k", "name_ru", "name_kk"), "code", "name_kk", "name_ru"),
    ),
    KPVED: (
        ColumnLayout(
            ("code", "level", "parent", "name_ru"), "code", name_ru="name_ru", parent="parent"
        ),
    ),
    MKEI: (
        ColumnLayout(
            ("code", "name", "symbolru", "symbolen", "alpharu", "alphaen", "groupid"),
            "code",
            name_ru="name",
        ),
        ColumnLayout(
            ("enum", "code", "name_ru", "name_kk", "short_ru", "short_kk"),
            *("code", "name_kk", "name_ru"),
        ),
        ColumnLayout(
            ("code", "name_ru", "name_kk", "symbol_ru", "symbol_int", "unece_rec20", "group"),
            *("code", "name_kk", "name_ru"),
        ),
    ),
    COUNTRIES: (
        ColumnLayout(
            ("numeric", "alpha2", "alpha3", "name_ru", "name_kk", "name_en"),
            *("alpha2", "name_kk", "name_ru", "name_en"),
            aliases=("numeric", "alpha3"),
        ),
    ),
    KOPF: (
        ColumnLayout(
            ("code", "parent", "name_ru", "name_kk"),
            *("code", "name_kk", "name_ru"),
            parent="parent",
        ),
    ),
}
"""The headings that are known, in lower case."""

TITLE_ROWS: Mapping[str, int] = {KPVED: 3, MKEI: 13}
"""Rows above the codes in the official workbooks whose columns A to C are code, kk, ru."""

PLAIN = ColumnLayout(("code", "name_kk", "name_ru"), "code", "name_kk", "name_ru")


@dataclass(frozen=True, slots=True)
class Wish:
    """``check``: only tell what would be done. ``replace``: codes may fall away."""

    check: bool = False
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """An edition as it is offered: its name, first day, and the file ``source`` with ``data``."""

    name: str
    effective_from: date
    source: str
    data: bytes
    supplement: bool = False
    wish: Wish = Wish()


def read_offered(classifier: str, offered: Offered) -> Edition:
    """The edition that is offered; ``BadInput`` as of ``read_edition``."""
    named = (offered.name, offered.effective_from)
    edition = read_edition(classifier, *named, offered.source, offered.data)
    return replace(edition, supplement=offered.supplement)


def read_edition(
    classifier: str, name: str, effective_from: date, file_name: str, data: bytes
) -> Edition:
    """The edition ``name`` of a classifier from a file.

    ``BadInput`` says which heading, row or code is wrong and what would be right.
    """
    if classifier not in CLASSIFIERS:
        known = ", ".join(CLASSIFIERS)
        raise BadInput(f"{classifier!r} is not a classifier; known are {known}")
    rows = rows_of(file_name, data)
    if rows and tuple(rows[0]) == COLUMNS:
        entries = entries_in(rows[1:])
    else:
        layout, body = _layout(classifier, rows)
        entries = tuple(_entries(layout, body))
    _check(classifier, entries)
    return Edition(classifier, name, effective_from, entries, source=file_name)


def _layout(classifier: str, rows: Sequence[Row]) -> tuple[ColumnLayout, Sequence[Row]]:
    heading = tuple(cell.strip().lower() for cell in rows[0]) if rows else ()
    for layout in LAYOUTS[classifier]:
        if heading == layout.header:
            return layout, rows[1:]
    titles = TITLE_ROWS.get(classifier)
    if titles and _is_official(classifier, rows, titles):
        return PLAIN, rows[titles:]
    known = "; ".join(",".join(layout.header) for layout in LAYOUTS[classifier])
    raise BadInput(
        f"{classifier}: the heading {','.join(heading)[:200]!r} is not known; known are: {known}"
    )


def _is_official(classifier: str, rows: Sequence[Row], titles: int) -> bool:
    form = FORMS[classifier]
    codes = [bool(row) and form.fullmatch(row[0].strip()) is not None for row in rows]
    return len(rows) > titles and codes[titles] and not any(codes[:titles])


def _entries(layout: ColumnLayout, rows: Iterable[Row]) -> Iterable[ClassifierEntry]:
    places = {name: place for place, name in enumerate(layout.header)}
    for row in rows:
        if any(cell.strip() for cell in row):
            yield _entry(layout, _reader(places, row))


def _reader(places: Mapping[str, int], row: Row) -> Callable[[str | None], str | None]:
    def cell(name: str | None) -> str | None:
        place = None if name is None else places[name]
        text = row[place] if place is not None and place < len(row) else ""
        return " ".join(text.split()) or None

    return cell


def _entry(layout: ColumnLayout, cell: Callable[[str | None], str | None]) -> ClassifierEntry:
    return ClassifierEntry(
        code=cell(layout.code) or "",
        parent=cell(layout.parent),
        name_kk=cell(layout.name_kk),
        name_ru=cell(layout.name_ru),
        name_en=cell(layout.name_en),
        aliases=tuple(alias for name in layout.aliases if (alias := cell(name))),
    )


def _check(classifier: str, entries: Sequence[ClassifierEntry]) -> None:
    if not entries:
        raise BadInput(f"{classifier}: the file has no entries")
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        wrong = _wrong(classifier, entry, seen)
        if wrong:
            raise BadInput(f"{classifier}: entry {number}, code {entry.code!r}: {wrong}")
        seen.add(entry.code)


def _wrong(classifier: str, entry: ClassifierEntry, seen: set[str]) -> str | None:
    form = FORMS[classifier]
    if form.fullmatch(entry.code) is None:
        return f"a code has the form {form.pattern}; give it as text, with its leading zeros"
    if entry.code in seen:
        return "the code occurs twice; leave one of them"
    if entry.valid_from and entry.valid_to and entry.valid_from > entry.valid_to:
        return f"it ends on {entry.valid_to}, before it begins on {entry.valid_from}"
    if not (entry.name_ru or entry.name_kk):
        return "the entry has no name; give one in Kazakh or Russian"
    return None
