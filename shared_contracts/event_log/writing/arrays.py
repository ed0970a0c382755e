"""PostgreSQL arrays in their binary form, put together from elements that are already encoded.

The library's adapter looks at every element of every array in the thread that commits; here each
request encodes its own elements in its own thread, and the leader of a group only joins them.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import ClassVar
from uuid import UUID

from psycopg.abc import AdaptContext
from psycopg.adapt import Dumper
from psycopg.pq import Format
from typing_extensions import override

_HEADER = Struct(">iiIii").pack
"""Dimensions, null flag, element type, length, lower bound."""

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_INT4 = Struct(">ii").pack
_INT8 = Struct(">iq").pack


class Array(bytes):
    """An array parameter; each subclass has its element type and its own type."""

    element_oid: ClassVar[int]
    array_oid: ClassVar[int]

    @classmethod
    def joined(cls, count: int, fragments: Iterable[bytes]) -> "Array":
        """The array of ``count`` elements from runs of encoded elements."""
        if count == 0:
            return cls(_HEADER(0, 0, cls.element_oid, 0, 0)[:12])
        return cls(b"".join((_HEADER(1, 0, cls.element_oid, count, 1), *fragments)))


class Int4s(Array):
    """int4[]."""

    element_oid, array_oid = 23, 1007


class Int8s(Array):
    """int8[]."""

    element_oid, array_oid = 20, 1016


class Uuids(Array):
    """uuid[]."""

    element_oid, array_oid = 2950, 2951


class Texts(Array):
    """text[]."""

    element_oid, array_oid = 25, 1009


class Blobs(Array):
    """bytea[]."""

    element_oid, array_oid = 17, 1001


class Moments(Array):
    """timestamptz[]."""

    element_oid, array_oid = 1184, 1185


def int4(number: int) -> bytes:
    """An element of Int4s."""
    return _INT4(4, number)


def int8s(numbers: Iterable[int]) -> bytes:
    """Elements of Int8s; raises struct.error outside 64 bits."""
    return b"".join([_INT8(8, number) for number in numbers])


def uuids(values: Iterable[UUID]) -> bytes:
    """Elements of Uuids."""
    return b"".join([b"\x00\x00\x00\x10" + value.bytes for value in values])


def blobs(values: Iterable[bytes]) -> bytes:
    """Elements of Blobs."""
    return b"".join([len(value).to_bytes(4, "big") + value for value in values])


def moments(values: Iterable[datetime]) -> bytes:
    """Elements of Moments: microseconds since 2000; each moment must carry an offset."""
    return int8s([(value - _EPOCH) // _MICROSECOND for value in values])


def texts(values: Iterable[str]) -> bytes:
    """Elements of Texts; raises ValueError for what PostgreSQL cannot hold."""
    return blobs([_encoded(value) for value in values])


class _Dumper(Dumper):
    @override
    def dump(self, obj: Array) -> bytes:
        return obj


def _dumper(kind: type[Array]) -> type[Dumper]:
    members = {"oid": kind.array_oid, "format": Format.BINARY}
    return type(f"{kind.__name__}Dumper", (_Dumper,), members)


_DUMPERS = {kind: _dumper(kind) for kind in (Int4s, Int8s, Uuids, Texts, Blobs, Moments)}


def register(context: AdaptContext) -> None:
    """Teach a connection, or a cursor alone, to send these arrays."""
    for kind, dumper in _DUMPERS.items():
        context.adapters.register_dumper(kind, dumper)


def _encoded(text: str) -> bytes:
    if "\x00" in text:
        raise ValueError(f"{text!r} has a NUL character, which the database cannot hold")
    return text.encode()
