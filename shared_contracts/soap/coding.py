"""Bodies that travel compressed: gzip (RFC 1952) as a content coding of HTTP (RFC 9110, 8.4).

What is signed, compared and kept is the body as it was before it was compressed (decision 0039).
"""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Final

from shared_contracts.errors import BadInput
from shared_contracts.faults import Fault, Unprocessed

GZIP: Final = "gzip"

SMALLEST: Final = 1024
"""Bytes below which a body is left as it is: little would be gained."""

RATIO: Final = 32
"""How many times what came a body may become; XML full of hashes becomes three times as long."""

FREE: Final = 256 * 1024
"""Bytes up to which a body may become whatever it is."""

_PIECE: Final = 64 * 1024
"""Most bytes that are made at once."""


class BadCoding(BadInput):
    """A body is not what its Content-Encoding says."""


class Swollen(BadInput):
    """A body would become larger than its bound."""


def compressed(body: bytes) -> bytes:
    """The body as gzip; equal bodies give equal bytes."""
    return gzip.compress(body, compresslevel=6, mtime=0)


def codings(lines: str) -> list[str]:
    """The content codings that a header names, but for that which changes nothing."""
    named = (one.strip().lower() for one in lines.split(","))
    return [one.removeprefix("x-") for one in named if one not in {"", "identity"}]


def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding takes gzip (RFC 9110, 12.5.3); ``*`` alone is not taken for it."""
    for one in header.lower().split(","):
        name, _, weight = one.partition(";")
        if name.strip().removeprefix("x-") == GZIP:
            return weight.replace(" ", "").rstrip("0").rstrip(".") not in {"q=", "q=0"}
    return False


class Inflation:
    """Makes one body anew from gzip, piece by piece; at most ``most`` bytes of it.

    Nor does more gzip come than so many bytes can become: blocks of nothing go on for ever.
    """

    def __init__(self, most: int) -> None:
        self._most, self._came, self._made = most, 0, 0
        self._longest = most + most // 100 + SMALLEST
        self._inflate = zlib.decompressobj(wbits=31)

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """What a chunk becomes; raises ``Swollen``, ``BadCoding``."""
        self._came += len(chunk)
        if self._came > self._longest:
            raise Swollen(f"its gzip is longer than {self._longest} bytes")
        piece = b""
        while chunk or len(piece) == _PIECE:
            try:
                piece = self._inflate.decompress(chunk, _PIECE)
            except zlib.error as error:
                raise BadCoding(f"its gzip cannot be read: {error}") from error
            chunk = self._inflate.unconsumed_tail
            self._count(len(piece))
            yield piece
        if self._inflate.unused_data:
            raise BadCoding("something follows the end of its gzip")

    def end(self) -> None:
        """``BadCoding`` unless all came."""
        if not self._inflate.eof:
            raise BadCoding("its gzip ends too early")

    def _count(self, made: int) -> None:
        self._made += made
        bound = min(self._most, max(FREE, self._came * RATIO))
        if self._made > bound:
            raise Swollen(
                f"{self._came} bytes of gzip become more than {bound}: at most {self._most}, "
                f"and {RATIO} times what came"
            )


async def inflated(stream: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    """A stream of gzip as what it becomes; ``Unprocessed`` TOO_LARGE or BODY_ENCODED.

    Others are served between two pieces.
    """
    inflation = Inflation(most)
    try:
        async for chunk in stream:
            for piece in inflation.pieces(chunk):
                yield piece
                await asyncio.sleep(0)
        inflation.end()
    except Swollen as large:
        raise Unprocessed(Fault.TOO_LARGE, str(large)) from large
    except BadCoding as bad:
        raise Unprocessed(Fault.BODY_ENCODED, str(bad)) from bad


def answer_headers(length: int, accepted: str) -> Mapping[str, str]:
    """What an answer of ``length`` bytes says of codings: its own, and which a request may have."""
    told = {"Accept-Encoding": GZIP}
    if length >= SMALLEST and accepts_gzip(accepted):
        return told | {"Content-Encoding": GZIP}
    return told
