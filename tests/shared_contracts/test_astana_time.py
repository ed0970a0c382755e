"""The offset of Astana is that of its clocks at the instant, however quickly it is told."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from shared_contracts.astana_time import has_astana_offset, to_astana

HOUR = timedelta(hours=1)
CHANGE = datetime(2024, 2, 29, 18, tzinfo=UTC)
"""When Astana went from UTC+6 to UTC+5."""

INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001 # as UTC
    lambda naive: naive.replace(tzinfo=UTC)
)


@given(INSTANTS, st.integers(-12, 14))
@example(CHANGE - HOUR, 6)
@example(CHANGE - HOUR, 5)
@example(CHANGE, 5)
@example(CHANGE, 6)
@example(CHANGE + timedelta(days=2), 5)
@example(CHANGE - timedelta(days=3), 6)
def test_an_offset_is_right_if_clocks_showed_it_then(instant: datetime, hours: int) -> None:
    moment = instant.astimezone(timezone(hours * HOUR))
    assert has_astana_offset(moment) is (to_astana(instant).utcoffset() == hours * HOUR)


def test_a_moment_of_astanas_own_zone_is_brought_to_its_instant() -> None:
    shown_twice = datetime(2024, 2, 29, 23, 30, tzinfo=to_astana(CHANGE).tzinfo)
    assert to_astana(shown_twice).utcoffset() == 6 * HOUR
    assert to_astana(shown_twice.replace(fold=1)).utcoffset() == 5 * HOUR
