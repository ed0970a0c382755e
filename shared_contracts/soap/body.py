"""Reading a request's body: within a size, within a time, within a bound of memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.limits import MESSAGE_BYTES

_POLITE: Final = 4
"""How many times the limit a body may be and still be read to its end, to be told so."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a door.

    Bytes of one body and seconds for it to come; bytes of all bodies held at once, and how many
    messages are worked on or wait for it at once.
    """

    body_bytes: int = MESSAGE_BYTES
    seconds: float = 30
    held_bytes: int = 256 * 1024 * 1024
    messages: int = 256


class Stalled(Exception):
    """A body did not arrive in time."""


@dataclass(slots=True)
class Held:
    """What a door has in hand: bytes of bodies, and messages being worked on or waiting."""

    bytes: int = 0
    messages: int = 0


@dataclass(slots=True)
class Body:
    """One body as it arrives; its memory is counted until it is closed."""

    limits: Limits
    held: Held
    _chunks: list[bytes] = field(default_factory=list)
    _size: int = 0

    def close(self) -> None:
        """Give the body's memory back."""
        self.held.bytes -= sum(map(len, self._chunks))
        self._chunks.clear()

    async def read(self, stream: AsyncIterator[bytes]) -> bytes:
        """The whole body; raises ``Stalled``, TOO_LARGE, or BUSY where memory is used up."""
        try:
            async with asyncio.timeout(self.limits.seconds):
                async for chunk in stream:
                    self._take(chunk)
        except TimeoutError:
            raise Stalled from None
        if self._size > self.limits.body_bytes:
            raise _too_large(self._size, self.limits)
        return b"".join(self._chunks)

    def _take(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > self.limits.body_bytes * _POLITE:
            raise _too_large(self._size, self.limits)
        if self._size > self.limits.body_bytes:
            return  # read on without keeping, so that the sender hears the answer
        if self.held.bytes + len(chunk) > self.limits.held_bytes:
            raise Unprocessed(Fault.BUSY, "too many messages at once")
        self.held.bytes += len(chunk)
        self._chunks.append(chunk)


def check_length(declared: str | None, limits: Limits) -> None:
    """Refuse at once, TOO_LARGE, a body that declares itself far beyond the limit."""
    if declared and declared.isdecimal() and float(declared) > limits.body_bytes * _POLITE:
        raise _too_large(declared, limits)


def _too_large(size: int | str, limits: Limits) -> Unprocessed:
    return Unprocessed(Fault.TOO_LARGE, f"{size} bytes or more, at most {limits.body_bytes}")
