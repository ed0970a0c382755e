"""Waiting for a commit in the event loop: whoever waits takes no thread."""

import asyncio
import time
from contextlib import suppress

from shared_contracts.errors import Temporary
from shared_contracts.event_log.writing.commit_signal import CommitSignal


class TooManyReaders(Temporary):
    """As many wait already as may."""

    retry_after = 5


class Waiters:
    """Those who wait for what comes after a position, in one event loop; at most ``most``."""

    def __init__(self, commit_signal: CommitSignal, most: int) -> None:
        self._commits, self._most = commit_signal, most
        self._waiting: set[asyncio.Future[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def wait(self, after: int, seconds: float) -> None:
        """Wait at most ``seconds`` until something after a position is committed.

        Raises TooManyReaders at once if too many wait already.
        """
        if len(self._waiting) >= self._most:
            raise TooManyReaders(
                f"too many readers: {self._most} wait already; ask without wait, or later"
            )
        waiting = self._join()
        deadline = time.monotonic() + seconds
        try:
            while self._commits.position <= after and (left := deadline - time.monotonic()) > 0:
                await asyncio.wait([waiting], timeout=left)
                self._leave(waiting)
                waiting = self._join()
        finally:
            self._leave(waiting)

    def _join(self) -> "asyncio.Future[None]":
        self._loop = asyncio.get_running_loop()
        if not self._waiting:
            self._commits.listen(self._committed)
        waiting: asyncio.Future[None] = self._loop.create_future()
        self._waiting.add(waiting)
        return waiting

    def _leave(self, waiting: "asyncio.Future[None]") -> None:
        self._waiting.discard(waiting)
        if not self._waiting:
            self._commits.forget(self._committed)

    def _committed(self) -> None:
        """In the writer's thread: have the event loop wake everybody."""
        with suppress(RuntimeError):  # the loop ends: nobody waits there any more
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
