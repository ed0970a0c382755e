"""Terms of the orders, counted day by day, with the reason of each day (reading R116).

The day of the event is day nought. A term in days ends at 24:00 Astana time of its last day; one in
hours after so many hours, on any day; one in years looks back.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from shared_contracts.astana_time import ASTANA, to_astana
from shared_contracts.calendar.working_days import (
    CalendarDay,
    CalendarEdition,
    CalendarSource,
    DayKind,
    ReasonWords,
)
from shared_contracts.errors import BadInput

DAY: Final = timedelta(days=1)
MOST = 400
"""Most units of a term."""


class TermUnit(StrEnum):
    """In what a term is counted."""

    WORKING_DAYS = "WORKING_DAYS"
    CALENDAR_DAYS = "CALENDAR_DAYS"
    HOURS = "HOURS"
    YEARS_BACK = "YEARS_BACK"


class TermLength(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many units."""

    number: Annotated[int, msgspec.Meta(ge=1, le=MOST)]
    unit: TermUnit


class CountedDay(msgspec.Struct, frozen=True):
    """A day of a term: its number, 0 for the day of the event, None for one that is skipped."""

    day: date
    number: int | None
    kind: DayKind
    reason: ReasonWords | None = None
    instead_of: date | None = None


class CountedTerm(msgspec.Struct, frozen=True, kw_only=True):
    """A term with every day that was counted or skipped.

    ``until`` is the first moment after it; ``last_day`` the last day on which it is kept. Of a term
    that looks back ``first_day`` is the first day it covers, ``until`` the moment it looks from.
    ``edition`` is that of the calendar.
    """

    since: datetime
    until: datetime
    first_day: date
    last_day: date
    length: TermLength
    days: tuple[CountedDay, ...]
    edition: int
    sources: tuple[CalendarSource, ...]

    def is_kept(self, moment: datetime) -> bool:
        """Whether what happens at ``moment`` is in time; an hour includes its last instant."""
        if self.length.unit is TermUnit.HOURS:
            return to_astana(moment) <= self.until
        return to_astana(moment) < self.until


def count(length: TermLength, since: datetime, edition: CalendarEdition) -> CountedTerm:
    """A term that begins with what happened at ``since`` (``BadInput`` beyond the calendar)."""
    try:
        return _counted(length, to_astana(since), edition)
    except (OverflowError, ValueError) as beyond:
        if isinstance(beyond, BadInput):
            raise
        told = f"since: {length.number} {length.unit} from {since.isoformat()} cannot be counted"
        raise BadInput(f"{told}; give a moment from {edition.first} to {edition.last}") from None


def _counted(length: TermLength, begins: datetime, edition: CalendarEdition) -> CountedTerm:
    days: tuple[CountedDay, ...] = ()
    first, until = begins.date(), begins
    match length.unit:
        case TermUnit.HOURS:
            until = _later(begins, timedelta(hours=length.number))
        case TermUnit.YEARS_BACK:
            first = years_before(begins.date(), length.number)
        case TermUnit.WORKING_DAYS:
            days = tuple(_working(length.number, begins.date(), edition))
        case TermUnit.CALENDAR_DAYS:
            days = tuple(_calendar(length.number, begins.date(), edition))
    last = days[-1].day if days else until.date()
    return CountedTerm(
        since=begins,
        until=midnight_after(last) if days else until,
        first_day=first,
        last_day=last,
        length=length,
        days=days,
        edition=edition.number,
        sources=tuple(edition.sources(first, last)) if days else (),
    )


def years_before(day: date, years: int) -> date:
    """The same day so many years before; the last of February for 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def midnight_after(day: date) -> datetime:
    """The end of a day in Astana: the first moment of the next one."""
    return datetime.combine(day + DAY, time(), ASTANA)


def _later(moment: datetime, by: timedelta) -> datetime:
    """The instant so much later, whatever Astana's clocks did meanwhile."""
    return datetime.fromtimestamp(moment.timestamp() + by.total_seconds(), ASTANA)


def _working(number: int, begins: date, edition: CalendarEdition) -> Iterator[CountedDay]:
    yield _shown(edition.day(begins), 0)
    counted, day = 0, begins
    while counted < number:
        day += DAY
        known = edition.day(day)
        counted += known.is_worked
        yield _shown(known, counted if known.is_worked else None)


def _calendar(number: int, begins: date, edition: CalendarEdition) -> Iterator[CountedDay]:
    """All days count; a last day off gives way to the next working day (reading R116)."""
    for at in range(number + 1):
        yield _shown(edition.day(begins + timedelta(at)), at)
    known = edition.day(begins + timedelta(number))
    while not known.is_worked:
        known = edition.day(known.day + DAY)
        yield _shown(known, None)


def _shown(known: CalendarDay, number: int | None) -> CountedDay:
    return CountedDay(known.day, number, known.kind, known.reason, known.instead_of)
