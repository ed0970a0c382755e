"""Leaf and chain of a stored event: what makes a change of the past visible."""

from hashlib import sha256
from uuid import UUID

GENESIS = bytes(32)
"""The chain value before the first event."""


def leaf_input(fact_id: UUID, version: int, topic: str, state: bytes) -> bytes:
    """What a leaf of the tree is made over, unambiguously.

    Originator id (16 bytes), version (int64), length (int32) and UTF-8 bytes of the topic, length
    (int32) and bytes of the state; all integers big-endian. Neither the position nor the
    predecessor is in it, so that a receipt can name its leaf before the commit.
    """
    name = topic.encode()
    return b"".join(
        (
            fact_id.bytes,
            version.to_bytes(8, "big", signed=True),
            len(name).to_bytes(4, "big"),
            name,
            len(state).to_bytes(4, "big"),
            state,
        )
    )


def leaf(fact_id: UUID, version: int, topic: str, state: bytes) -> bytes:
    """The leaf hash under which an event stands in the log (RFC 9162, section 2.1.1)."""
    return sha256(b"\x00" + leaf_input(fact_id, version, topic, state)).digest()


def chain(previous: bytes, position: int, leaf_hash: bytes) -> bytes:
    """The chain value at ``position``, which seals every event up to it."""
    number = position.to_bytes(8, "big", signed=True)
    return sha256(b"\x02" + previous + number + leaf_hash).digest()
