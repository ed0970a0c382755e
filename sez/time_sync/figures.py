"""The clock as figures: how far it is from the Registry's, and whether it was moved (S216-A3.3)."""

from collections.abc import Sequence

from sez.time_sync.drift import Clock
from shared_contracts.process import steady_clock
from shared_contracts.process.health import Gauge


def seconds_ahead(clock: Clock) -> float:
    """By how many seconds the Registry's clock is ahead."""
    return clock.offset.total_seconds()


def gauges(clock: Clock) -> Sequence[Gauge]:
    """What is read when somebody asks for figures."""
    return (
        Gauge(
            "sez_clock_moved_seconds",
            "By how much the wall clock was moved; it is not followed meanwhile",
            lambda: steady_clock.seconds_moved(clock.own),
        ),
        Gauge(
            "sez_clock_offset_seconds",
            "By how much the Registry's clock is ahead, as last measured",
            lambda: seconds_ahead(clock),
        ),
    )
