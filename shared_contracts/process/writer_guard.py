"""The guard of the writer's lock: it ends the process that may no longer write (wire.md 22)."""

import signal
import time

import structlog

from shared_contracts.errors import NotReady
from shared_contracts.event_log.log import EventLog, WriterLost
from shared_contracts.process.duties import Duty, every

log = structlog.get_logger(__name__)

OFTEN = 2.0
"""Seconds between two questions."""

UNSURE = 10.0
"""Seconds without a good answer after which the process is not ready."""

TIMEOUT = 90.0
"""Seconds without a good answer after which the process ends: a new one begins with new sessions,
and nothing could be recorded meanwhile. It is more than one question may take (see ``session``)."""


class Guard:
    """Asks whether this process is still the writer, and ends the process when it is not.

    Another may already be writing then. Where nobody can be asked the process is not ready, and
    ends after ``TIMEOUT`` seconds. Where the database may only be read it is not ready and goes
    on: questions are answered, and a new process could not begin.
    """

    def __init__(self, events: EventLog) -> None:
        self._events = events
        self._sure: float | None = None
        self._writable = True
        self._ending = ""

    def duty(self) -> Duty:
        """The guard as a duty; it asks as often while it fails."""
        return every("writer", OFTEN, self.ask, longest=OFTEN)

    def ask(self) -> None:
        """Ask once; raises what it met."""
        if self._sure is None:
            self._sure = time.monotonic()
        try:
            self._writable = self._events.check()
        except WriterLost:
            self._end("the writer's lock is lost")
            raise
        except Exception:
            if time.monotonic() - self._sure > TIMEOUT:
                self._end(f"the database could not be asked for {TIMEOUT:g} s")
            raise
        self._sure = time.monotonic()

    def check(self) -> None:
        """Raise NotReady if nothing can be recorded, or the last good answer is too old."""
        if self._ending:
            raise NotReady(f"{self._ending}: this process ends")
        if self._sure is not None and time.monotonic() - self._sure > UNSURE:
            raise NotReady(f"the database could not be asked for {UNSURE:g} s or longer")
        if not self._writable:
            raise NotReady("the database may only be read: nothing can be recorded")

    def _end(self, why: str) -> None:
        if not self._ending:
            self._ending = why
            log.critical("this process stops", why=why)
            signal.raise_signal(signal.SIGINT)  # ends with a failure, unlike SIGTERM
