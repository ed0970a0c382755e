"""The tree of checksums over the objects of one type: pure (S216-9.7).

Its rule is fixed, so that whoever knows the same objects has the same root, in whatever order they
came (docs/checksums.md):

* The place of an object is the first four hexadecimal digits of the SHA-256 of the 16 bytes of its
  id. Ids begin with the moment at which they were made, so that their own digits spread badly.
* The objects of one place, a bucket, stand by ascending id. Its hash begins with 32 zero bytes, and
  each object makes it SHA-256 of 00, the hash before it, the 16 bytes of the id, the version as 8
  bytes (big-endian), the 32 bytes of the SHA-256 of the signed document.
* Above stand four levels of nodes with 16 children each, by the digits of the place. The hash of a
  node is SHA-256 of 01 and the hashes of its children; one without objects has 32 zero bytes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

DEPTH: Final = 4
"""Levels of nodes above the buckets, and digits of a place."""

DIGITS: Final = "0123456789abcdef"

SIZE: Final = 32
"""Bytes of a hash."""

EMPTY: Final = bytes(SIZE)
"""The hash of what holds no object."""

CHILDLESS: Final = EMPTY * len(DIGITS)
"""The children of a node that holds no object."""


@dataclass(frozen=True, slots=True, order=True)
class Checksum:
    """The newest version of an object, and the SHA-256 of its signed document (32 bytes)."""

    object_id: UUID
    version: int
    document_hash: bytes


def place(object_id: UUID) -> str:
    """The bucket in which an object stands."""
    return sha256(object_id.bytes).hexdigest()[:DEPTH]


def bucket_with(before: bytes, one: Checksum) -> bytes:
    """The hash of a bucket after its next object, the one with the next greater id."""
    row = one.object_id.bytes + one.version.to_bytes(8, "big") + one.document_hash
    return sha256(b"\x00" + before + row).digest()


def bucket_hash(checksums: Iterable[Checksum]) -> bytes:
    """The hash of a bucket with these objects."""
    made = EMPTY
    for one in sorted(checksums):
        made = bucket_with(made, one)
    return made


def node_hash(children: bytes) -> bytes:
    """The hash of a node by those of its 16 children, one after another."""
    return EMPTY if children == CHILDLESS else sha256(b"\x01" + children).digest()


def child(children: bytes, digit: str) -> bytes:
    """The hash of one child of a node."""
    at = DIGITS.index(digit) * SIZE
    return children[at : at + SIZE]


def differing(prefix: str, ours: bytes, theirs: bytes) -> list[str]:
    """The prefixes of those children of a node whose hashes differ."""
    return [prefix + one for one in DIGITS if child(ours, one) != child(theirs, one)]


def ancestors(places: Iterable[str]) -> set[str]:
    """The prefixes of all nodes above buckets."""
    return {place[:length] for place in places for length in range(DEPTH)}


def changed_nodes(buckets: Mapping[str, bytes], known: Mapping[str, bytes]) -> dict[str, bytes]:
    """The children of all nodes above changed buckets, by prefix.

    ``buckets`` has the new hashes by place, ``known`` the children as they were; who is not in it
    had none.
    """
    nodes = dict[str, bytes]()
    changed: Mapping[str, bytes] = buckets
    for length in reversed(range(DEPTH)):
        level = dict[str, bytearray]()
        for name, made in changed.items():
            above = name[:length]
            if above not in level:
                level[above] = bytearray(known.get(above, CHILDLESS))
            at = DIGITS.index(name[length]) * SIZE
            level[above][at : at + SIZE] = made
        nodes |= {prefix: bytes(children) for prefix, children in level.items()}
        changed = {prefix: node_hash(nodes[prefix]) for prefix in level}
    return nodes


def whole_tree(checksums: Iterable[Checksum]) -> dict[str, bytes]:
    """The children of every node that holds objects, by prefix; that of the root is empty."""
    buckets = dict[str, bytes]()
    for one in sorted(checksums):
        at = place(one.object_id)
        buckets[at] = bucket_with(buckets.get(at, EMPTY), one)
    return changed_nodes(buckets, {})
