"""A clock that somebody sets is noticed, and moments go on as time passes."""

from datetime import UTC, datetime, timedelta

import pytest

from shared_contracts.errors import NotReady
from shared_contracts.process.steady_clock import BOUND, SteadyClock, in_words, seconds_moved

pytestmark = pytest.mark.clause("S216-13c", "S216-18.3")
START = datetime(2026, 11, 26, 10, tzinfo=UTC)
HOURS = timedelta(hours=3)
SECOND = timedelta(seconds=1)


class Machine:
    """A wall clock that can be set, and time that only passes."""

    def __init__(self) -> None:
        self.wall, self.seconds = START, 100.0
        self.clock = SteadyClock(lambda: self.wall, lambda: self.seconds)

    def wait(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds)


@pytest.mark.parametrize("jump", [HOURS, -HOURS, BOUND + SECOND, -BOUND - SECOND])
def test_a_clock_that_is_set_is_not_followed_until_it_is_right_again(jump: timedelta) -> None:
    machine = Machine()
    assert machine.clock() == START
    machine.wall += jump
    machine.wait(60)
    assert machine.clock() == START + timedelta(seconds=60)
    assert machine.clock.moved == jump
    assert machine.clock.jumps == 1
    with pytest.raises(NotReady, match="set it right, or begin the process again"):
        in_words(machine.clock)
    machine.wait(600)
    assert machine.clock() == START + timedelta(seconds=660)
    assert (machine.clock.jumps, seconds_moved(machine.clock)) == (1, jump.total_seconds())
    machine.wall -= jump
    assert machine.clock() == START + timedelta(seconds=660)
    assert (in_words(machine.clock), machine.clock.moved) == ("steady", timedelta(0))


def test_a_small_correction_is_followed() -> None:
    machine = Machine()
    for _ in range(5):
        machine.wait(10)
        machine.wall += SECOND
        assert machine.clock() == machine.wall
    assert machine.clock.jumps == 0


def test_moments_are_told_in_astana_time() -> None:
    assert Machine().clock().isoformat() == "2026-11-26T15:00:00+05:00"


def test_every_further_jump_is_counted() -> None:
    machine = Machine()
    machine.wall += HOURS
    assert machine.clock.jumps == 1
    machine.wall += HOURS
    assert machine.clock.jumps == 2
    assert machine.clock() == START


def test_another_clock_is_taken_as_it_is() -> None:
    assert (in_words(lambda: START), seconds_moved(lambda: START)) == ("steady", 0.0)
