"""Terms are counted by the working days of Kazakhstan, each day with its reason."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.admission.regulations import regulations
from shared_contracts.astana_time import ASTANA
from shared_contracts.calendar.terms import TermLength, TermUnit, count
from shared_contracts.calendar.working_days import (
    DayKind,
    WorkingCalendar,
    read_edition,
    working_calendar,
)
from shared_contracts.errors import BadInput
from tests.clauses import clause
from tests.shared_contracts.calendar import second_opinion

EDITION = working_calendar().newest


def term(number: int, since: str, unit: TermUnit = TermUnit.WORKING_DAYS) -> tuple[str, str]:
    """The last day of a term and the moment at which it is over."""
    counted = count(TermLength(number, unit), datetime.fromisoformat(since), EDITION)
    return counted.last_day.isoformat(), counted.until.isoformat()


@pytest.mark.parametrize(
    ("number", "since", "last", "over"),
    [
        # A holiday and the day exchanged for the Saturday before: 30 and 31 August.
        (5, "2018-08-29T11:00:00+06:00", "2018-09-07", "2018-09-08T00:00:00+06:00"),
        # 4 May is a Saturday that is worked, 7 to 9 May are off.
        (10, "2024-04-30T09:00:00+05:00", "2024-05-17", "2024-05-18T00:00:00+05:00"),
        # New Year, and 29 December, a Saturday that is worked instead of the 31st.
        (5, "2018-12-27T18:00:00+06:00", "2019-01-08", "2019-01-09T00:00:00+06:00"),
        # What happens on a day off: counting begins with the first working day.
        (1, "2018-09-01T12:00:00+06:00", "2018-09-03", "2018-09-04T00:00:00+06:00"),
        # The last instant of a day and the first of the next are one day apart.
        (1, "2018-09-03T23:59:59.999+06:00", "2018-09-04", "2018-09-05T00:00:00+06:00"),
        (1, "2018-09-03T18:00:00Z", "2018-09-05", "2018-09-06T00:00:00+06:00"),
        # 29 February 2024 has 25 hours: its last one came twice.
        (1, "2024-02-28T12:00:00+06:00", "2024-02-29", "2024-03-01T00:00:00+05:00"),
        (2, "2024-02-28T12:00:00+06:00", "2024-03-01", "2024-03-02T00:00:00+05:00"),
    ],
)
def test_a_term_in_working_days_ends_at_the_end_of_its_last_one(
    number: int, since: str, last: str, over: str
) -> None:
    assert term(number, since) == (last, over)


def test_calendar_days_count_all_days_and_the_last_one_is_a_working_day() -> None:
    assert term(14, "2017-03-01T10:00:00+06:00", TermUnit.CALENDAR_DAYS)[0] == "2017-03-15"
    assert term(60, "2017-03-09T10:00:00+06:00", TermUnit.CALENDAR_DAYS)[0] == "2017-05-10"


def test_hours_go_on_at_night_and_through_the_change_of_the_offset() -> None:
    assert term(1, "2024-02-29T23:50:00+06:00", TermUnit.HOURS)[1] == "2024-02-29T23:50:00+05:00"
    counted = count(
        TermLength(1, TermUnit.HOURS), datetime(2018, 9, 7, 23, 30, tzinfo=ASTANA), EDITION
    )
    assert counted.is_kept(counted.until)
    assert not counted.is_kept(counted.until + timedelta(microseconds=1000))


def test_years_are_looked_back_from_the_day() -> None:
    back = TermLength(5, TermUnit.YEARS_BACK)
    counted = count(back, datetime(2016, 2, 29, 9, tzinfo=ASTANA), EDITION)
    assert (counted.first_day, counted.last_day) == (date(2011, 2, 28), date(2016, 2, 29))


def test_every_day_of_a_term_is_told_with_its_number_or_the_reason_why_it_is_skipped() -> None:
    since = datetime.fromisoformat("2018-08-29T11:00:00+06:00")
    days = count(TermLength(3, TermUnit.WORKING_DAYS), since, EDITION).days
    assert [(one.day.day, one.number, one.kind) for one in days] == [
        (29, 0, DayKind.WORKING),
        (30, None, DayKind.HOLIDAY),
        (31, None, DayKind.OFF_INSTEAD),
        (1, None, DayKind.WEEKEND),
        (2, None, DayKind.WEEKEND),
        (3, 1, DayKind.WORKING),
        (4, 2, DayKind.WORKING),
        (5, 3, DayKind.WORKING),
    ]
    assert days[1].reason is not None
    assert days[1].reason.kk == "Конституция күні"
    assert days[2].instead_of == date(2018, 8, 25)


def test_an_outside_library_says_the_same_of_every_day_but_of_those_that_are_named() -> None:
    days = EDITION.days(second_opinion.FIRST, second_opinion.LAST)
    differing = {one.day: one.is_worked for one in days}
    for day, worked in list(differing.items()):
        if second_opinion.library_says(day) is worked:
            del differing[day]
    assert differing == {one.day: one.worked for one in second_opinion.DIFFERENCES}
    assert all(one.source.strip() for one in second_opinion.DIFFERENCES)
    assert len(days) == 4748
    assert sum(one.is_worked for one in days) == sum(
        second_opinion.is_worked(one.day) for one in days
    )


@clause("S216-6.2a", "S216-7.2")
@pytest.mark.parametrize(
    ("number", "since", "last"),
    [(5, date(2018, 8, 29), date(2018, 9, 7)), (10, date(2024, 4, 30), date(2024, 5, 17))],
)
def test_the_worked_examples_end_where_the_second_opinion_says(
    number: int, since: date, last: date
) -> None:
    assert second_opinion.nth_working_day(since, number) == last
    length = TermLength(number, TermUnit.WORKING_DAYS)
    counted = count(length, datetime.combine(since, time(11), ASTANA), EDITION)
    assert counted.last_day == last
    assert [one.day for one in counted.days if one.number] == [
        one.day for one in counted.days[1:] if second_opinion.is_worked(one.day)
    ]


@given(
    day=st.dates(date(2015, 1, 1), date(2027, 6, 1)),
    at=st.times(),
    number=st.integers(1, 60),
    unit=st.sampled_from([one for one in TermUnit if one is not TermUnit.YEARS_BACK]),
)
def test_an_independent_count_ends_on_the_same_day(
    day: date, at: time, number: int, unit: TermUnit
) -> None:
    counted = count(TermLength(number, unit), datetime.combine(day, at, ASTANA), EDITION)
    assert counted.last_day == second_opinion.last_day(counted)


GOOD = """
number = {number}
issued = 2028-01-10
first = 2028-01-01
last = 2028-12-31
off = [ {off} ]
[[source]]
first = 2028-01-01
last = 2028-12-31
taken_from = "decree No 1"
note = ""
assumption = false
[reasons.NEW_YEAR]
kk = "Жаңа жыл"
ru = "Новый год"
en = "New Year"
"""


def test_a_later_edition_is_counted_by_and_the_earlier_one_is_kept() -> None:
    own = read_edition(GOOD.format(number=2, off='{ day = 2028-01-03, reason = "NEW_YEAR" }'))
    with pytest.raises(BadInput, match="terms that run need those of edition 1 too"):
        WorkingCalendar([EDITION, own])
    whole = {"first": EDITION.first, "off": (*EDITION.off, *own.off)}
    both = {"reasons": EDITION.reasons, "source": (*EDITION.source, *own.source)}
    later = msgspec.structs.replace(own, **whole, **both)
    calendar = WorkingCalendar([EDITION, later])
    assert (calendar.newest, calendar.edition(1)) == (later, EDITION)
    since = datetime(2028, 1, 2, tzinfo=ASTANA)
    assert count(TermLength(1, TermUnit.WORKING_DAYS), since, later).edition == 2
    with pytest.raises(BadInput, match="add an edition with that year"):
        count(TermLength(1, TermUnit.WORKING_DAYS), since, EDITION)


@pytest.mark.parametrize(
    ("off", "word"),
    [
        ("{ day = 2028-01-03 }", "needs a reason"),
        ('{ day = 2029-01-03, reason = "NEW_YEAR" }', "2029-01-03 is not from"),
        ('{ day = 2028-01-03, reason = "OTHER" }', "no words"),
        (
            "{ day = 2028-01-05, worked = 2028-01-08 }, { day = 2028-01-03, worked = 2028-01-09 }",
            "in order",
        ),
        ('{ day = "soon" }', "off"),
        (
            '{ day = 2028-01-03, worked = 2028-01-08 }, { day = 2028-01-08, reason = "NEW_YEAR" }',
            "itself a day off",
        ),
        (
            "{ day = 2028-01-03, worked = 2028-01-08 }, { day = 2028-01-04, worked = 2028-01-08 }",
            "instead of two days",
        ),
        ("{ day = 2028-01-03, worked = 2031-01-05 }", "2031-01-05 is not from"),
    ],
)
def test_an_edition_that_says_nothing_or_two_things_of_a_day_is_refused(
    off: str, word: str
) -> None:
    with pytest.raises(BadInput, match=word):
        read_edition(GOOD.format(number=2, off=off))


def test_editions_are_counted_without_gaps() -> None:
    with pytest.raises(BadInput, match="count them from 1"):
        WorkingCalendar([EDITION, EDITION])


def test_an_edition_of_no_days_or_without_a_source_for_one_is_refused() -> None:
    good = read_edition(GOOD.format(number=2, off=""))
    day = good.last - timedelta(1)
    source = msgspec.structs.replace(good.source[0], last=day)
    for changes, word in (
        ({"last": good.first - timedelta(1)}, "before first"),
        ({"source": (source,)}, f"where {good.last} was taken from"),
    ):
        with pytest.raises(BadInput, match=word):
            msgspec.structs.replace(good, **changes)


def test_a_folder_that_is_not_there_or_a_file_in_another_coding_is_named(tmp_path: Path) -> None:
    for read, setting in ((working_calendar, "CALENDAR"), (regulations, "REGULATIONS")):
        with pytest.raises(BadInput, match=f"REGISTRY_{setting}=.*no such folder"):
            read(tmp_path / "absent")
        (tmp_path / "other.toml").write_bytes("# ы".encode("cp1251"))
        with pytest.raises(BadInput, match=r"other\.toml: .*write it in UTF-8"):
            read(tmp_path)


@pytest.mark.parametrize("unit", TermUnit)
@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_a_term_at_the_ends_of_time_is_refused(since: str, unit: TermUnit) -> None:
    with pytest.raises(BadInput, match="give a moment from 2015-01-01"):
        count(TermLength(400, unit), datetime.fromisoformat(since), EDITION)
