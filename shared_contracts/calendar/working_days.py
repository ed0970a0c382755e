"""Which days are worked in Kazakhstan: editions of one table, each kept (S216-6.2a, S95-9a)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from shared_contracts.errors import BadInput

SATURDAY: Final = 5
"""The first day of a weekend, counted from Monday as 0."""
_EDITIONS = "editions"


class DayKind(StrEnum):
    """What a day is."""

    WORKING = "WORKING"
    WORKED_INSTEAD = "WORKED_INSTEAD"
    """A day of a weekend, or a moved holiday, that is worked instead of another day."""
    WEEKEND = "WEEKEND"
    HOLIDAY = "HOLIDAY"
    HOLIDAY_MOVED = "HOLIDAY_MOVED"
    """Off because a holiday fell on a weekend."""
    OFF_INSTEAD = "OFF_INSTEAD"
    """Off because another day is worked instead."""


WORKED: Final = frozenset({DayKind.WORKING, DayKind.WORKED_INSTEAD})
"""Kinds of day that are worked."""


class ReasonWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a day is off, in Kazakh, Russian and English."""

    kk: str
    ru: str
    en: str


class CalendarSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the days from ``first`` to ``last`` were taken from.

    ``assumption`` says that no act of the state was read for them.
    """

    first: date
    last: date
    taken_from: str
    note: str
    assumption: bool


class DayOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day off: a holiday, one moved from a weekend, or one for which ``worked`` is worked."""

    day: date
    reason: str | None = None
    moved: bool = False
    worked: date | None = None


class CalendarDay(msgspec.Struct, frozen=True):
    """A day, what it is, and why: the word of a holiday, or the day it was exchanged with."""

    day: date
    kind: DayKind
    reason: ReasonWords | None = None
    instead_of: date | None = None

    @property
    def is_worked(self) -> bool:
        """Whether it is a working day."""
        return self.kind in WORKED


class CalendarEdition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One edition of the table: which days from ``first`` to ``last`` are off, and its sources."""

    number: int
    issued: date
    first: date
    last: date
    off: tuple[DayOff, ...]
    source: tuple[CalendarSource, ...]
    reasons: Mapping[str, ReasonWords]

    def __post_init__(self) -> None:
        """Refuse an edition that says nothing, or two things, of a day (``BadInput``)."""
        if self.last < self.first:
            raise BadInput(f"last: {self.last} is before first, {self.first}")
        days = [one.day for one in self.off]
        for before, after in pairwise(days):
            if before >= after:
                raise BadInput(f"off: {after} follows {before}; give each day once, in order")
        for one in self.off:
            self._check(one)
        self._check_worked()
        self._check_sources()

    def _check_worked(self) -> None:
        """Each day that is worked instead is known, not off, and worked for one day alone."""
        instead = [one.worked for one in self.off if one.worked]
        for day in instead:
            if not self.first <= day <= self.last:
                raise BadInput(f"off.worked: {day} is not from {self.first} to {self.last}")
            if day in self._off:
                raise BadInput(f"off.worked: {day} is itself a day off")
            if instead.count(day) > 1:
                raise BadInput(f"off.worked: {day} is worked instead of two days")

    def _check_sources(self) -> None:
        day = self.first
        for one in sorted(self.source, key=lambda each: each.first):
            if one.first <= day <= one.last:
                day = one.last + timedelta(1)
        if day <= self.last:
            raise BadInput(f"source: nothing says where {day} was taken from")

    def _check(self, one: DayOff) -> None:
        if not self.first <= one.day <= self.last:
            raise BadInput(f"off.day: {one.day} is not from {self.first} to {self.last}")
        if (one.reason is None) == (one.worked is None):
            raise BadInput(f"off: {one.day} needs a reason, or the day that is worked instead")
        if one.reason is not None and one.reason not in self.reasons:
            raise BadInput(f"off.reason: {one.reason} of {one.day} has no words in [reasons]")

    @cached_property
    def _off(self) -> Mapping[date, DayOff]:
        return MappingProxyType({one.day: one for one in self.off})

    @cached_property
    def _instead(self) -> Mapping[date, date]:
        """The day off by the day that is worked instead of it."""
        return MappingProxyType({one.worked: one.day for one in self.off if one.worked})

    def day(self, day: date) -> CalendarDay:
        """What a day is; ``BadInput`` for one that the edition does not know."""
        if not self.first <= day <= self.last:
            raise BadInput(
                f"{day}: edition {self.number} of the calendar knows the days from {self.first} to "
                f"{self.last}; add an edition with that year"
            )
        if (off := self._off.get(day)) is not None:
            return self._day_off(off)
        if (instead := self._instead.get(day)) is not None:
            return CalendarDay(day, DayKind.WORKED_INSTEAD, instead_of=instead)
        weekend = day.weekday() >= SATURDAY
        return CalendarDay(day, DayKind.WEEKEND if weekend else DayKind.WORKING)

    def _day_off(self, off: DayOff) -> CalendarDay:
        if off.worked is not None:
            return CalendarDay(off.day, DayKind.OFF_INSTEAD, instead_of=off.worked)
        kind = DayKind.HOLIDAY_MOVED if off.moved else DayKind.HOLIDAY
        return CalendarDay(off.day, kind, self.reasons[off.reason or ""])

    def days(self, first: date, last: date) -> list[CalendarDay]:
        """All days from one to another, both included."""
        return [self.day(first + timedelta(n)) for n in range((last - first).days + 1)]

    def sources(self, first: date, last: date) -> list[CalendarSource]:
        """Where what is said of these days was taken from."""
        return [one for one in self.source if one.first <= last and first <= one.last]


@dataclass(frozen=True)
class WorkingCalendar:
    """All editions, oldest first; terms are counted by the newest, and name it."""

    editions: Sequence[CalendarEdition]

    def __post_init__(self) -> None:
        """Refuse numbers that do not follow one another (``BadInput``)."""
        numbers = [one.number for one in self.editions]
        if numbers != list(range(1, len(numbers) + 1)):
            raise BadInput(f"number: editions of the calendar are {numbers}; count them from 1")
        for before, after in pairwise(self.editions):
            if after.first > before.first or after.last < before.last:
                raise BadInput(
                    f"first, last: edition {after.number} of the calendar knows the days from "
                    f"{after.first} to {after.last}; terms that run need those of edition "
                    f"{before.number} too, from {before.first} to {before.last}"
                )

    @property
    def newest(self) -> CalendarEdition:
        """The edition by which terms are counted now."""
        return self.editions[-1]

    def edition(self, number: int) -> CalendarEdition:
        """One edition by its number (``BadInput``)."""
        if not 1 <= number <= len(self.editions):
            raise BadInput(f"edition: {number} is not from 1 to {len(self.editions)}")
        return self.editions[number - 1]


def read_edition(text: str) -> CalendarEdition:
    """An edition from its TOML (``BadInput`` names what is wrong)."""
    try:
        return msgspec.toml.decode(text, type=CalendarEdition)
    except (msgspec.DecodeError, ValueError) as problem:
        raise BadInput(f"edition of the calendar: {problem}") from None


def working_calendar(folder: Path | None = None) -> WorkingCalendar:
    """The editions that come with the program, and after them those of ``folder`` by file name."""
    added = map(read_edition, tables_in(folder, "REGISTRY_CALENDAR"))
    return WorkingCalendar(sorted((*_of_the_program(), *added), key=lambda one: one.number))


@cache
def _of_the_program() -> tuple[CalendarEdition, ...]:
    own = files("shared_contracts.calendar").joinpath(_EDITIONS)
    texts = [one.read_text("utf-8") for one in sorted(own.iterdir(), key=lambda at: at.name)]
    return tuple(map(read_edition, texts))


def tables_in(folder: Path | None, setting: str) -> list[str]:
    """The texts of all TOML files of a folder, by their names; none of no folder.

    ``BadInput`` names the setting of a folder that there is not, or a file that is no UTF-8.
    """
    if folder is None:
        return []
    if not folder.is_dir():
        raise BadInput(f"{setting}={str(folder)!r}: there is no such folder; make it, or leave out")
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(path.read_text("utf-8"))
        except UnicodeDecodeError as broken:
            raise BadInput(f"{path}: {broken}; write it in UTF-8") from None
    return found
