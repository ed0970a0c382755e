"""A clock that notices when somebody sets it: the wall clock against the time that has passed.

A jump of hours would mark what came in time as late, or stamp documents with moments to come, for
ever (S216-18.3, S216-13c). So a moment that the time since the last one does not explain is not
believed: the clock goes on by the time that has passed, says that it was moved, and believes the
wall clock again once that is right. Who really set a wrong clock right begins the process again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from shared_contracts.astana_time import now, seconds_passed, to_astana
from shared_contracts.errors import NotReady

BOUND: Final = timedelta(seconds=2)
"""By how much the wall clock may depart from the time that has passed between two readings."""

NOT_MOVED: Final = timedelta(0)


@dataclass(slots=True)
class SteadyClock:
    """The present moment in Astana time; safe for all threads."""

    wall: Callable[[], datetime] = now
    passed: Callable[[], float] = seconds_passed
    _at: tuple[datetime, float] = field(init=False)
    _moved: timedelta = NOT_MOVED
    _jumps: int = 0
    _mutex: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """Believe the wall clock as it is when the process begins."""
        self._at = (self.wall(), self.passed())

    def __call__(self) -> datetime:
        """The moment by the wall clock, or by the time that has passed since it was moved."""
        with self._mutex:
            wall, seconds = self.wall(), self.passed()
            last, since = self._at
            steady = last + timedelta(seconds=seconds - since)
            departed = wall - steady
            if abs(departed) <= BOUND:
                self._at, self._moved = (wall, seconds), NOT_MOVED
                return to_astana(wall)
            if abs(departed - self._moved) > BOUND:
                self._jumps += 1
            self._moved = departed
            return to_astana(steady)

    @property
    def moved(self) -> timedelta:
        """By how much the wall clock is away from this one; nothing while it is believed."""
        self()
        return self._moved

    @property
    def jumps(self) -> int:
        """How often the wall clock was moved since the process began."""
        self()
        return self._jumps


def in_words(clock: Callable[[], datetime]) -> str:
    """How a clock is, for readiness; ``NotReady`` if it was moved, with the cure."""
    moved = clock.moved if isinstance(clock, SteadyClock) else NOT_MOVED
    if moved:
        raise NotReady(
            f"the wall clock was moved by {moved.total_seconds():+.0f} s and is not followed: set "
            "it right, or begin the process again to believe it"
        )
    return "steady"


def seconds_moved(clock: Callable[[], datetime]) -> float:
    """By how many seconds a clock was moved, for figures."""
    return clock.moved.total_seconds() if isinstance(clock, SteadyClock) else 0.0
