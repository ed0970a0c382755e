"""A clock that runs fast on a stand: its moments, and the settings that ask for it."""

from datetime import datetime, timedelta

import pytest

from registry.settings import RegistrySettings
from shared_contracts.astana_time import ASTANA, now
from shared_contracts.errors import NeedsPerson
from shared_contracts.messages.document import Environment
from shared_contracts.process.fast_clock import (
    MOST_SPEED,
    FastClock,
    clock_of,
    machine_clock,
)
from shared_contracts.process.steady_clock import SteadyClock

SINCE = datetime(2017, 1, 16, 9, tzinfo=ASTANA)
DAY = 86_400.0


def test_a_fast_clock_passes_a_day_in_a_second_and_never_goes_back() -> None:
    passed = iter([10.0, 11.0, 11.5])
    clock = FastClock(SINCE, DAY, lambda: next(passed), 10.0)
    assert [clock() - SINCE for _ in range(3)] == [
        timedelta(0), timedelta(days=1), timedelta(days=1, hours=12),
    ]  # fmt: skip


@pytest.mark.parametrize("hours", [7.0, 1e6, 1e300])
def test_a_fast_clock_ends_with_words_and_not_with_an_overflow(hours: float) -> None:
    moments = iter([0.0, 3600.0 * hours])
    clock = FastClock(SINCE, MOST_SPEED, lambda: next(moments), 0.0)
    assert clock() == SINCE
    with pytest.raises(NeedsPerson, match="come to the year 9000"):
        clock()


def test_without_settings_the_clock_is_that_of_the_machine() -> None:
    assert isinstance(clock_of(None, 1.0), SteadyClock)
    assert isinstance(clock_of(SINCE, 1.0), FastClock)


def test_a_key_is_in_force_by_the_time_of_the_machine_and_not_by_a_fast_clock() -> None:
    clock = FastClock(SINCE, DAY)
    assert abs(machine_clock(clock)() - now()) < timedelta(minutes=1)
    steady = SteadyClock()
    assert machine_clock(steady) is steady


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"clock_speed": 2.0, "environment": Environment.PRODUCTION}, "leave them out"),
        ({"clock_since": SINCE, "environment": Environment.PRODUCTION}, "leave them out"),
        ({"clock_speed": 0.5}, "REGISTRY_CLOCK_SPEED=0.5"),
        ({"clock_since": SINCE.replace(tzinfo=None)}, "with its offset"),
    ],
)
def test_a_clock_that_cannot_be_is_refused_by_its_setting(
    given: dict[str, object], word: str
) -> None:
    with pytest.raises(ValueError, match=word):
        RegistrySettings(**given)  # type: ignore[arg-type]  # settings by name
