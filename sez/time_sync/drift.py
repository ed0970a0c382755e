"""The measured difference of the clocks, and what is done about it (S216-A3.3).

offset = ((T2 - T1) + (T3 - T4)) / 2, delay = (T4 - T1) - (T3 - T2), as in NTP (RFC 5905, 8).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.time import TimeAnswer
from shared_contracts.process.steady_clock import SteadyClock

WARN = timedelta(seconds=2)
"""A difference from which on an operator is told."""

REFUSE = timedelta(seconds=60)
"""A difference at which nothing is stamped any more: the clock must be mended first."""


@topic("clock-measured.1")
class ClockMeasured(Event, frozen=True, kw_only=True):
    """The clocks were compared; seconds, positive where the Registry's is ahead."""

    offset_seconds: float
    delay_seconds: float
    measured_at: datetime


class ClockOff(RefusedByRule):
    """The clock is so far from the Registry's that no moment may be stamped."""


def measure(answer: TimeAnswer, returned_at: datetime) -> ClockMeasured:
    """The difference by one question and its answer; ``returned_at`` is T4 on our clock."""
    sent, received = answer.client_sent_at, answer.server_received_at
    answered = answer.server_sent_at
    offset = ((received - sent) + (answered - returned_at)) / 2
    delay = (returned_at - sent) - (answered - received)
    return ClockMeasured(
        offset_seconds=offset.total_seconds(),
        delay_seconds=max(0.0, delay.total_seconds()),
        measured_at=returned_at,
    )


@dataclass(slots=True)
class Clock:
    """The SEZ's clock, set right by the last measurement; safe for all threads.

    ``compare`` measures anew at once: it is done before anything is stamped by an own clock that
    was moved since the last measurement.
    """

    own: Callable[[], datetime]
    compare: Callable[[], None] = field(default=lambda: None)
    _seen: int = 0
    _anew: Lock = field(default_factory=Lock)
    _offset: timedelta = timedelta(0)
    _stamped: datetime | None = None
    _mutex: Lock = field(default_factory=Lock)

    @property
    def offset(self) -> timedelta:
        """By how much the Registry's clock is ahead, as far as it is known; it is applied."""
        return self._offset

    def correct(self, measured: ClockMeasured) -> None:
        """Apply a measurement from now on, unless it agrees with what is applied.

        The true difference lies within half of the delay of that which was measured (RFC 5905, 8):
        so little moves no clock, for what is formed in a row would be stamped backwards.
        """
        offset = timedelta(seconds=measured.offset_seconds)
        with self._mutex:
            if abs(offset - self._offset) > timedelta(seconds=measured.delay_seconds) / 2:
                self._offset = offset
        self._seen = _jumps(self.own)

    def __call__(self) -> datetime:
        """The moment by the Registry's clock, as far as it is known."""
        return self.own() + self._offset

    def stamp(self) -> datetime:
        """The moment to put on a document; ``ClockOff`` while the own clock is beyond trust.

        A correction back by less than ``WARN`` puts nothing before what was stamped already: a
        protocol would be dated before the purchase of which it is.
        """
        if _jumps(self.own) != self._seen:
            with self._anew:
                if _jumps(self.own) != self._seen:
                    self.compare()
        if abs(self._offset) > REFUSE:
            seconds = self._offset.total_seconds()
            raise ClockOff(
                f"the clock differs by {seconds:+.1f} s from the Registry's, at most "
                f"{REFUSE.total_seconds():.0f} s are allowed: set it, then measure again"
            )
        return self._not_back(self())

    def _not_back(self, moment: datetime) -> datetime:
        """The moment, or that of the last stamp where the clock was set back a little since."""
        with self._mutex:
            last = self._stamped
            if last is None or not moment < last < moment + WARN:
                self._stamped = last = moment
        return last


def _jumps(own: Callable[[], datetime]) -> int:
    return own.jumps if isinstance(own, SteadyClock) else 0
