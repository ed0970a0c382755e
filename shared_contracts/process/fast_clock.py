"""A clock that runs fast on a stand, so that weeks of an admission are played in seconds.

Moments of a real exchange come from no such clock: settings refuse it in production. Certificates
and their revocation are dated by the real time, so what is signed is judged only near it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from shared_contracts.astana_time import ASTANA, seconds_passed, to_astana
from shared_contracts.errors import NeedsPerson
from shared_contracts.process.steady_clock import SteadyClock

MOST_SPEED: Final = 10_000_000.0
"""Most seconds of the clock in one of time: about four months."""

END: Final = datetime(9000, 1, 1, tzinfo=ASTANA)
"""Where a fast clock ends: terms that are counted from its moments end before the year 9999."""


@dataclass(frozen=True, slots=True)
class FastClock:
    """The moment in Astana time: ``since`` when the process began, ``speed`` times as fast."""

    since: datetime
    speed: float
    passed: Callable[[], float] = seconds_passed
    begun: float = field(default_factory=seconds_passed)
    machine: Callable[[], datetime] = field(default_factory=SteadyClock)
    """The true time, by which certificates are dated."""

    def __call__(self) -> datetime:
        """The moment by this clock; ``NeedsPerson`` where it has come to ``END``."""
        seconds = (self.passed() - self.begun) * self.speed
        if seconds >= (END - self.since).total_seconds():
            raise NeedsPerson(
                f"the fast clock of this stand has come to the year {END.year}, the last that it "
                "tells: begin the process again, or let it run slower"
            )
        return to_astana(self.since + timedelta(seconds=seconds))


def clock_of(since: datetime | None, speed: float) -> Callable[[], datetime]:
    """The steady clock of the machine, or a fast one where settings say so."""
    steady = SteadyClock()
    if since is None and speed == 1.0:
        return steady
    return FastClock(since or steady(), speed)


def machine_clock(clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """The clock by which keys are in force: behind a fast one that of the machine."""
    return clock.machine if isinstance(clock, FastClock) else clock
