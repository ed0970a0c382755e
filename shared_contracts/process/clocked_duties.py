"""Duties that go by a clock which may run fast: how often each is due."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from shared_contracts.process.duties import Duty
from shared_contracts.process.fast_clock import FastClock

SLOW: Final = 30.0
"""Duties this many seconds apart or more go by the clock; shorter ones tend the process itself."""

SHORTEST: Final = 0.2
"""Least seconds between two turns of a duty, however fast the clock runs."""


def by_clock(duties: Sequence[Duty], clock: Callable[[], datetime]) -> Sequence[Duty]:
    """Duties that go by the hour or the minute, as often as the clock asks for."""
    if not isinstance(clock, FastClock):
        return duties
    return [
        replace(one, pause=max(SHORTEST, one.pause / clock.speed))
        if one.pause is not None and one.pause >= SLOW
        else one
        for one in duties
    ]
