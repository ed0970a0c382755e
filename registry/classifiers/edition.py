"""An edition of a classifier: its entries, where it comes from, and since when it is in force.

Codes are retired and given anew, so a code means something only within an edition.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import msgspec

from shared_contracts.event_log.event import Event, topic

KATO, KPVED, MKEI, COUNTRIES, KOPF = "KATO", "KPVED", "MKEI", "COUNTRIES", "KOPF"
CLASSIFIERS = (KATO, KPVED, MKEI, COUNTRIES, KOPF)
"""The five classifiers of annex 4, by the code which findings and commands use."""

COLUMNS = (
    *("code", "parent", "name_kk", "name_ru", "name_en", "aliases", "valid_from", "valid_to"),
)
"""The columns in which an edition is kept as evidence; aliases are parted by a space."""


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
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
    """A classifier as it was published at one time, in force from ``effective_from``."""

    classifier: str
    name: str
    effective_from: date
    entries: tuple[Entry, ...]

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

    added: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    removed: tuple[Entry, ...]


class EditionRefused(ValueError):
    """An edition cannot be taken; the text says which row or name, why, and the cure."""


# What can happen


@topic("classifier-edition-imported.1")
class ClassifierEditionImported(Event, frozen=True, kw_only=True):
    """An edition came into the Registry; its rows are the event's evidence ``rows``."""

    classifier: str
    edition: str
    effective_from: date
    sha256: str
    entries: int
    source: str
    source_sha256: str
    imported_at: datetime


# What can be asked


@dataclass(frozen=True, slots=True)
class Import:
    """Take an edition read from the file ``source``."""

    edition: Edition
    source: str
    source_sha256: str
    at: datetime


# What it is meanwhile


class Kept(msgspec.Struct, frozen=True):
    """An edition that was taken before."""

    name: str
    effective_from: date
    sha256: str


class Editions(msgspec.Struct, frozen=True, tag="EDITIONS"):
    """The editions of one classifier, in the order in which they came."""

    kept: tuple[Kept, ...] = ()


# Decide


def decide(editions: Editions, command: Import) -> Sequence[Event]:
    """Take a new edition; the same one again is nothing new.

    ``EditionRefused`` if its name already stands for other rows.
    """
    edition = command.edition
    for kept in editions.kept:
        if kept.name == edition.name and kept.sha256 == edition.sha256:
            return ()
        if kept.name == edition.name:
            raise EditionRefused(
                f"{edition.classifier}: the edition {edition.name!r} is already on record with "
                f"other rows (sha256 {kept.sha256}); give the new one a name of its own"
            )
    return (_imported(command),)


def _imported(command: Import) -> ClassifierEditionImported:
    edition = command.edition
    return ClassifierEditionImported(
        classifier=edition.classifier,
        edition=edition.name,
        effective_from=edition.effective_from,
        sha256=edition.sha256,
        entries=len(edition.entries),
        source=command.source,
        source_sha256=command.source_sha256,
        imported_at=command.at,
    )


# Evolve


def evolve(editions: Editions, event: Event) -> Editions:
    """What is kept after ``event``."""
    if not isinstance(event, ClassifierEditionImported):
        return editions
    kept = Kept(event.edition, event.effective_from, event.sha256)
    return Editions((*editions.kept, kept))


# Rows


def from_rows(event: ClassifierEditionImported, rows: bytes) -> Edition:
    """The edition of ``event`` from its evidence; ``EditionRefused`` if that is not its rows."""
    if hashlib.sha256(rows).hexdigest() != event.sha256:
        raise EditionRefused(f"{event.classifier} {event.edition}: the rows are not those recorded")
    return Edition(event.classifier, event.edition, event.effective_from, entries_of(rows))


def entries_of(rows: bytes) -> tuple[Entry, ...]:
    """The entries written in ``rows``, the form in which editions are kept."""
    reader = csv.reader(io.StringIO(rows.decode(), newline=""))
    if tuple(next(reader, ())) != COLUMNS:
        raise EditionRefused(f"the first row must be {','.join(COLUMNS)}")
    return entries_in(reader)


def entries_in(rows: Iterable[Sequence[str]]) -> tuple[Entry, ...]:
    """The entries in rows of ``COLUMNS``; ``EditionRefused`` names the row that is none."""
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


def _by_code(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {entry.code: entry for entry in entries}


def _row(entry: Entry) -> tuple[str, ...]:
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


def _entry(number: int, row: Sequence[str]) -> Entry:
    if len(row) != len(COLUMNS):
        raise EditionRefused(f"entry {number} has {len(row)} cells instead of {len(COLUMNS)}")
    code, parent, kk, ru, en, aliases, first, last = row
    return Entry(
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
        raise EditionRefused(
            f"entry {number}, {name} {text!r}: give a day as YYYY-MM-DD ({flaw})"
        ) from flaw
