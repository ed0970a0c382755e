"""Reading a request's body: within a size, within a time, within a bound of memory."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import Headers

from shared_contracts.errors import BadInput
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.limits import MESSAGE_BYTES
from shared_contracts.soap.coding import codings
from shared_contracts.soap.pool import Pool

_READ_AT_MOST: Final = 4
"""How many times the limit a body may be and still be read to its end, to be told so."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The bounds of an endpoint.

    Bytes of one body, seconds for it to come, and how long its sender may be silent meanwhile;
    bytes of all bodies held at once, ``reserve_bytes`` of them for bodies of at most
    ``small_bytes``; how many messages are worked on or wait for it at once. ``peer_share`` is the
    part of the bytes and of the messages that one peer may have.
    """

    body_bytes: int = MESSAGE_BYTES
    seconds: float = 30
    silence: float = 10
    held_bytes: int = 256 * 1024 * 1024
    reserve_bytes: int = 32 * 1024 * 1024
    small_bytes: int = 256 * 1024
    messages: int = 256
    peer_share: float = 0.75


class Stalled(BadInput):
    """A body did not arrive in time."""


class BodyBudget:
    """What an endpoint holds: bytes of bodies, and messages being worked on or waiting."""

    def __init__(self, limits: BodyLimits) -> None:
        reserve = min(limits.reserve_bytes, limits.held_bytes)
        large = limits.held_bytes - reserve
        self.limits = limits
        self.small = Pool(reserve, int(reserve * limits.peer_share))
        self.large = Pool(large, int(large * limits.peer_share))
        self.messages: Counter[str] = Counter()

    @property
    def bytes(self) -> int:
        """Bytes of all bodies."""
        return self.small.taken + self.large.taken

    def begin(self, peer: str) -> None:
        """Count a message that is whole; raises BUSY if too many wait already."""
        share = max(1, int(self.limits.messages * self.limits.peer_share))
        waiting = self.messages.total()
        if waiting >= self.limits.messages or self.messages[peer] >= share:
            raise Unprocessed(Fault.BUSY, f"{waiting} messages are waiting")
        self.messages[peer] += 1

    def end(self, peer: str) -> None:
        """Count a message no longer."""
        self.messages[peer] -= 1
        if not self.messages[peer]:
            del self.messages[peer]


@dataclass(eq=False, slots=True)
class Body:
    """One body as it arrives; its memory is counted until it is closed."""

    limits: BodyLimits
    held: BodyBudget
    peer: str = ""
    _pool: Pool = field(init=False)
    _chunks: list[bytes] = field(default_factory=list)
    _size: int = 0
    _kept: int = 0
    _weight: float = 0.0
    _since: float = 0.0
    _timer: asyncio.Timeout | None = None
    _gave_way: bool = False

    def __post_init__(self) -> None:
        """Begin among the small bodies."""
        self._pool = self.held.small

    def close(self) -> None:
        """Give the body's memory back."""
        self._pool.give_back(self, self._kept)
        self._kept = 0
        self._chunks.clear()

    def give_way(self) -> None:
        """Let go of what came; who reads it is told BUSY."""
        self._gave_way = True
        self.close()
        if self._timer is not None:
            self._timer.reschedule(asyncio.get_running_loop().time())

    def byte_seconds(self, now: float) -> float:
        """How many bytes it has held, times how long."""
        return self._weight + self._kept * (now - self._since)

    async def read(self, stream: AsyncIterator[bytes]) -> bytes:
        """The whole body; raises ``Stalled``, TOO_LARGE, or BUSY where memory is used up."""
        try:
            await self._read(stream, asyncio.get_running_loop())
        except TimeoutError:
            if self._gave_way:
                raise Unprocessed(Fault.BUSY, "others went on sending") from None
            raise Stalled from None
        self._pool.arriving.discard(self)
        if self._size > self.limits.body_bytes:
            raise _too_large(self._size, self.limits)
        return b"".join(self._chunks)

    async def _read(self, stream: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop) -> None:
        self._since = loop.time()
        end = self._since + self.limits.seconds
        async with asyncio.timeout_at(end) as self._timer:
            self._timer.reschedule(min(end, loop.time() + self.limits.silence))
            async for chunk in stream:
                self._take(chunk, loop.time())
                self._timer.reschedule(min(end, loop.time() + self.limits.silence))

    def _take(self, chunk: bytes, now: float) -> None:
        if self._gave_way:
            raise Unprocessed(Fault.BUSY, "others went on sending")
        self._size += len(chunk)
        if self._size > self.limits.body_bytes * _READ_AT_MOST:
            raise _too_large(self._size, self.limits)
        if self._size > self.limits.body_bytes:
            self.close()  # read on without keeping, so that the sender hears the answer
            return
        self._weight, self._since = self.byte_seconds(now), now
        if self._size > self.limits.small_bytes and self._pool is self.held.small:
            self._move()
        self._pool.take(self, len(chunk))
        self._kept += len(chunk)
        self._chunks.append(chunk)

    def _move(self) -> None:
        """Leave the reserve to the small."""
        self.held.small.give_back(self, self._kept)
        self._pool, moved, self._kept = self.held.large, self._kept, 0
        self._pool.take(self, moved)
        self._kept = moved


def check_encoding(headers: Headers) -> None:
    """Refuse, BODY_ENCODED, a body that any line of Content-Encoding calls encoded."""
    if named := codings(",".join(headers.getlist("content-encoding"))):
        raise Unprocessed(Fault.BODY_ENCODED, f"Content-Encoding {', '.join(named)}")


def check_length(declared: str | None, limits: BodyLimits) -> None:
    """Refuse at once, TOO_LARGE, a body that declares itself far beyond the limit."""
    if declared and declared.isdecimal() and float(declared) > limits.body_bytes * _READ_AT_MOST:
        raise _too_large(declared[:30], limits)


def _too_large(size: int | str, limits: BodyLimits) -> Unprocessed:
    return Unprocessed(Fault.TOO_LARGE, f"{size} bytes or more, at most {limits.body_bytes}")
