"""An edition of a classifier: its entries, where it comes from, and since when it is in force.

Codes are retired and given anew, so a code means something only within an edition.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

import msgspec

from shared_contracts.errors import BadInput

KATO, KPVED, MKEI, COUNTRIES, KOPF = "KATO", "KPVED", "MKEI", "COUNTRIES", "KOPF"
CLASSIFIERS = (KATO, KPVED, MKEI, COUNTRIES, KOPF)
"""The five classifiers of annex 4, by the code which findings and commands use."""

COLUMNS = (
    *("code", "parent", "name_kk", "name_ru", "name_en", "aliases", "valid_from", "valid_to"),
)
"""The columns in which an edition is kept as evidence; aliases are parted by a space."""


class ClassifierEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A code with its names; ``aliases`` are other codes for the same thing."""

    code: str
    parent: str | None = None
    name_kk: str | None = None
    name_ru: str | None = None
    name_en: str | None = None
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether the code may be used on ``day``; both bounds belong to its term."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


@dataclass(frozen=True)
class Edition:
    """A classifier as it was published at one time, in force from ``effective_from``.

    A ``supplement`` adds codes to whatever edition is in force, and takes none away.
    """

    classifier: str
    name: str
    effective_from: date
    entries: tuple[ClassifierEntry, ...]
    supplement: bool = False
    source: str = field(default="", compare=False)

    @cached_property
    def rows(self) -> bytes:
        """The edition as kept: CSV with a heading, sorted by code, so equal content is equal."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sorted(map(_row, self.entries)))
        return text.getvalue().encode()

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the rows, in lower hex."""
        return hashlib.sha256(self.rows).hexdigest()


@dataclass(frozen=True, slots=True)
class Delta:
    """What a newer edition brought: codes added and changed (as new), and removed (as old)."""

    added: tuple[ClassifierEntry, ...]
    changed: tuple[ClassifierEntry, ...]
    removed: tuple[ClassifierEntry, ...]


BUILT_IN: Final = "built-in subset"
BUILT_IN_UNITS: Final = "built-in national units"
"""Names of the editions that are always there; no imported one takes them."""


def entries_of(rows: bytes) -> tuple[ClassifierEntry, ...]:
    """The entries written in ``rows``, the form in which editions are kept."""
    reader = csv.reader(io.StringIO(rows.decode(), newline=""))
    if tuple(next(reader, ())) != COLUMNS:
        raise BadInput(f"the first row must be {','.join(COLUMNS)}")
    return entries_in(reader)


def entries_in(rows: Iterable[Sequence[str]]) -> tuple[ClassifierEntry, ...]:
    """The entries in rows of ``COLUMNS``; ``BadInput`` names the row that is none."""
    return tuple(_entry(number, row) for number, row in enumerate(rows, 1))


def delta(old: Edition, new: Edition) -> Delta:
    """What ``new`` changes in ``old``, in the order of codes (S216-A2.2.0)."""
    before, after = _by_code(old.entries), _by_code(new.entries)
    return Delta(
        tuple(after[code] for code in sorted(after.keys() - before.keys())),
        tuple(
            after[code]
            for code in sorted(after.keys() & before.keys())
            if after[code] != before[code]
        ),
        tuple(before[code] for code in sorted(before.keys() - after.keys())),
    )


def _by_code(entries: Iterable[ClassifierEntry]) -> dict[str, ClassifierEntry]:
    return {entry.code: entry for entry in entries}


def _row(entry: ClassifierEntry) -> tuple[str, ...]:
    return (
        entry.code,
        entry.parent or "",
        entry.name_kk or "",
        entry.name_ru or "",
        entry.name_en or "",
        " ".join(entry.aliases),
        entry.valid_from.isoformat() if entry.valid_from else "",
        entry.valid_to.isoformat() if entry.valid_to else "",
    )


def _entry(number: int, row: Sequence[str]) -> ClassifierEntry:
    if len(row) != len(COLUMNS):
        raise BadInput(f"entry {number} has {len(row)} cells instead of {len(COLUMNS)}")
    code, parent, kk, ru, en, aliases, first, last = row
    return ClassifierEntry(
        code,
        parent or None,
        kk or None,
        ru or None,
        en or None,
        tuple(aliases.split()),
        _day(number, "valid_from", first),
        _day(number, "valid_to", last),
    )


def _day(number: int, name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as flaw:
        raise BadInput(
            f"entry {number}, {name} {text!r}: give a day as YYYY-MM-DD ({flaw})"
        ) from flaw
