"""Uploads under way: how many at once, how fast, and who gives way to whom (wire.md 17)."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from shared_contracts.faults import Fault, Unprocessed

SETTLED: Final = 5.0
"""Seconds that an upload has to show how fast it is."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a file must come: times in seconds, ``rate`` in bytes a second on average.

    ``silence`` is the longest pause, ``total`` the longest upload; the rate is asked for after
    ``grace``.
    """

    silence: float = 30
    total: float = 3_600
    grace: float = 30
    rate: int = 64 * 1024


@dataclass(eq=False, slots=True)
class Upload:
    """One file on its way."""

    sha256: str
    pace: Pace
    since: float
    size: int = 0
    displaced: bool = False
    _timer: asyncio.Timeout | None = None

    async def chunks(self, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The chunks of ``stream``; raises BUSY where they come too slowly or others go before."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with asyncio.timeout_at(self._end(loop.time())) as self._timer:
                    chunk = await anext(stream)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise self._ended() from None
            if self.displaced:
                raise self._ended()
            self.size += len(chunk)
            yield chunk

    def give_way(self) -> None:
        """End, as soon as it waits for its sender."""
        self.displaced = True
        if self._timer is not None and not self._timer.expired():
            self._timer.reschedule(asyncio.get_running_loop().time())

    def speed(self, now: float) -> float:
        """Bytes a second until now."""
        return self.size / max(now - self.since, 0.001)

    def _end(self, now: float) -> float:
        pace = self.pace
        paced = self.since + pace.grace + self.size / pace.rate
        return min(now + pace.silence, self.since + pace.total, paced)

    def _ended(self) -> Unprocessed:
        why = "another upload went before" if self.displaced else "the file came too slowly"
        return Unprocessed(Fault.BUSY, f"{why} after {self.size} bytes")


@dataclass(slots=True)
class Uploads:
    """The uploads of an endpoint: at most ``at_once``, ``per_file`` of them of one file.

    When there is no room, the slowest of those that had time to show their speed gives way, so
    that nobody keeps a file from coming who does not send one. ``spare`` bytes of the disk stay
    free, since the database may lie on it too.
    """

    folder: Path
    at_once: int = 8
    per_file: int = 2
    spare: int = 512 * 1024 * 1024
    under_way: set[Upload] = field(default_factory=set)

    def begin(self, sha256: str, size: int, pace: Pace) -> Upload:
        """A place for a file of up to ``size`` bytes; raises IN_PROGRESS, BUSY, NO_SPACE."""
        now = asyncio.get_running_loop().time()
        same = [one for one in self.under_way if one.sha256 == sha256]
        if len(same) >= self.per_file:
            self._displace(same, now, Fault.IN_PROGRESS)
        elif len(self.under_way) >= self.at_once:
            self._displace(list(self.under_way), now, Fault.BUSY)
        self.ensure_space(size)
        begun = Upload(sha256, pace, now)
        self.under_way.add(begun)
        return begun

    def ensure_space(self, size: int) -> None:
        """Nothing is taken that would fill the disk; raises NO_SPACE for ``size`` bytes."""
        free = shutil.disk_usage(self.folder).free
        if free < size + self.spare:
            raise Unprocessed(Fault.NO_SPACE, f"{size} bytes are asked for")

    def end(self, upload: Upload) -> None:
        """The upload is over, whatever ended it."""
        self.under_way.discard(upload)

    def _displace(self, among: list[Upload], now: float, otherwise: Fault) -> None:
        settled = [one for one in among if now - one.since >= SETTLED]
        slowest = min(settled, key=lambda one: one.speed(now), default=None)
        if slowest is None:
            raise Unprocessed(otherwise, f"{len(among)} uploads are under way", retry_after=5)
        self.end(slowest)
        slowest.give_way()
