"""Duties that go by a clock which may run fast."""

from datetime import datetime

from shared_contracts.astana_time import ASTANA
from shared_contracts.process.clocked_duties import SHORTEST, by_clock
from shared_contracts.process.duties import every
from shared_contracts.process.fast_clock import FastClock
from shared_contracts.process.steady_clock import SteadyClock

SINCE = datetime(2017, 1, 16, 9, tzinfo=ASTANA)
DAY = 86_400.0


def test_what_goes_by_the_hour_goes_by_the_clock_and_what_tends_the_process_does_not() -> None:
    duties = [every("hourly", 3600.0, lambda: None), every("workers", 0.5, lambda: None)]
    fast = by_clock(duties, FastClock(SINCE, 60.0))
    assert [one.pause for one in fast] == [60.0, 0.5]
    assert by_clock(duties, FastClock(SINCE, DAY))[0].pause == SHORTEST
    assert by_clock(duties, SteadyClock()) == duties
