"""Messages whose examination ended a worker: they are put off for longer each time."""

import hashlib
import time
from dataclasses import dataclass, field
from threading import Lock

import structlog

from shared_contracts.bounded_cache import BoundedCache
from shared_contracts.faults import Fault, Unprocessed

log = structlog.get_logger(__name__)

TWICE = 2
"""So many lost workers put a message off."""

FIRST = 60.0
"""Seconds for which it is put off then; twice as long after each further worker."""

LONGEST = 1800.0
"""Most seconds for which it is put off."""

KNOWN = 250
"""Most messages that are remembered; the one heard of longest ago is forgotten."""


@dataclass(slots=True)
class _Suspicion:
    times: int = 0
    until: float = 0.0


@dataclass(slots=True)
class WorkerLosses:
    """Remembers messages by SHA-256 while a worker was lost over them.

    A worker may have been ended by anything, so nothing is refused for good; yet a message that
    does end workers costs two of them at once and then fewer and fewer.
    """

    _known: BoundedCache[bytes, _Suspicion] = field(default_factory=lambda: BoundedCache(KNOWN))
    _mutex: Lock = field(default_factory=Lock)

    def check(self, body: bytes) -> None:
        """Raise BUSY, with the time to come again, for a message that is put off."""
        if not self._known:
            return
        known = self._known.get(_name(body))
        left = known.until - time.monotonic() if known else 0.0
        if left > 0:
            detail = "workers were lost over this message"
            raise Unprocessed(Fault.BUSY, detail, retry_after=int(left) + 1)

    def blame(self, body: bytes) -> None:
        """A worker was lost over a message."""
        name = _name(body)
        with self._mutex:
            known = self._known.get(name) or _Suspicion()
            known.times += 1
            if known.times >= TWICE:
                seconds = min(LONGEST, FIRST * 2.0 ** min(known.times - TWICE, 30))
                known.until = time.monotonic() + seconds
            self._known.put(name, known)
        log.error("a worker was lost", message=name.hex(), size=len(body), times=known.times)

    def clear(self, body: bytes) -> None:
        """A message was examined: nothing is held against it."""
        if self._known:
            self._known.drop(_name(body))


def _name(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()
