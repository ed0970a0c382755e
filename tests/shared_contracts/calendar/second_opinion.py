"""What an outside library says of working days and terms in Kazakhstan: the second opinion.

It counts by the library alone. Where the editions of the calendar say otherwise of a day, the day
stands in ``DIFFERENCES`` with its source, and is counted as that source has it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import holidays

from shared_contracts.astana_time import to_astana
from shared_contracts.calendar.terms import CountedTerm, TermUnit

FIRST, LAST = date(2015, 1, 1), date(2027, 12, 31)
"""The days of which the library is asked."""
_LIBRARY = holidays.country_holidays("KZ", years=range(FIRST.year, LAST.year + 1))


@dataclass(frozen=True, slots=True)
class NamedDifference:
    """A day of which the calendar says otherwise than the library, and by which source."""

    day: date
    worked: bool
    source: str


DIFFERENCES: tuple[NamedDifference, ...] = ()
"""None is left: edition 1 was taken from the library, as its sources say; no decree was read."""


def library_says(day: date) -> bool:
    """Whether the library has the day as worked."""
    return _LIBRARY.is_working_day(day)


def is_worked(day: date) -> bool:
    """Whether the day is worked: by its named source, else by the library."""
    named = [one.worked for one in DIFFERENCES if one.day == day]
    return named[0] if named else library_says(day)


def nth_working_day(since: date, number: int) -> date:
    """The working day so many working days after ``since``."""
    day, left = since, number
    while left:
        day += timedelta(1)
        left -= is_worked(day)
    return day


def last_day(term: CountedTerm) -> date:
    """The last day of a term as it is counted here, whatever the term says of its own days."""
    since, number = to_astana(term.since), term.length.number
    match term.length.unit:
        case TermUnit.WORKING_DAYS:
            return nth_working_day(since.date(), number)
        case TermUnit.CALENDAR_DAYS:
            day = since.date() + timedelta(number)
            return day if is_worked(day) else nth_working_day(day, 1)
        case TermUnit.HOURS:
            return to_astana(datetime.fromtimestamp(since.timestamp() + number * 3600, UTC)).date()
        case TermUnit.YEARS_BACK:
            return since.date()
