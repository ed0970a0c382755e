"""The trees of checksums calculated anew from what is kept, for audits at depth LIVE (S216-12a).

A million objects take two megabytes for each type: only the hashes of the buckets are in memory.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

from sez.audits.listing import FIRST, Read
from sez.audits.stored_files import StoredFiles
from shared_contracts.event_log.checksums.tree import (
    CHILDLESS,
    DEPTH,
    EMPTY,
    SIZE,
    Checksum,
    bucket_with,
    node_hash,
    place,
)
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.messages.audit import ObjectChecksum

SECONDS = 12.0
"""How long one question goes on calculating; a call of the Registry waits thirty."""

SLICE = 2000
"""Objects that are read at once."""

TREES = 4
"""Most audits whose trees are held; that of the one asked longest ago is calculated anew."""

Reading = Callable[[StoredFiles, UUID, int, float], Read]
"""The objects after an id, at most so many, with the hashes of their bytes; until a moment."""


@dataclass(slots=True)
class LiveTree:
    """The trees of one audit, whole once all objects were read up to ``reached``.

    ``files`` keeps what was read of files: each is read once for an audit.
    """

    files: StoredFiles
    reached: UUID = FIRST
    whole: bool = False
    levels: dict[str, list[bytearray]] = field(default_factory=dict)

    def go_on(self, read: Reading, seconds: float) -> None:
        """Read on for so long, one slice at least; the nodes are made when all was read."""
        until, left = time.monotonic() + seconds, True
        while left and not self.whole:
            found, more = read(self.files, self.reached, SLICE, until)
            for one in found:
                self._take(one)
            if found:
                self.reached = found[-1].object_id
            self.whole = not more
            left = time.monotonic() < until
        if self.whole:
            for levels in self.levels.values():
                _close(levels)

    def _take(self, one: ObjectChecksum) -> None:
        if (levels := self.levels.get(one.object_type)) is None:
            sizes = (SIZE << (4 * length) for length in range(DEPTH + 1))
            self.levels[one.object_type] = levels = [bytearray(size) for size in sizes]
        at = int(place(one.object_id), 16) * SIZE
        before = bytes(levels[DEPTH][at : at + SIZE])
        row = Checksum(one.object_id, one.version, stood(one))
        levels[DEPTH][at : at + SIZE] = bucket_with(before, row)

    def hash(self, object_type: str, prefix: str) -> bytes:
        """The hash of a node or bucket."""
        levels = self.levels.get(object_type)
        at = int(prefix or "0", 16) * SIZE
        return bytes(levels[len(prefix)][at : at + SIZE]) if levels else EMPTY

    def children(self, object_type: str, prefix: str) -> bytes:
        """The hashes of the 16 children of a node."""
        levels = self.levels.get(object_type)
        at = int(prefix or "0", 16) * len(CHILDLESS)
        return bytes(levels[len(prefix) + 1][at : at + len(CHILDLESS)]) if levels else CHILDLESS


def _close(levels: list[bytearray]) -> None:
    """Make the nodes above the buckets."""
    for length in reversed(range(DEPTH)):
        below = levels[length + 1]
        for at in range(0, len(levels[length]), SIZE):
            under = bytes(below[at * 16 : at * 16 + len(CHILDLESS)])
            levels[length][at : at + SIZE] = node_hash(under)


def stood(one: ObjectChecksum) -> bytes:
    """The hash of a document as it stands: another one where list and bytes differ."""
    listed, kept = one.document_hash, one.stored_hash or ""
    if listed == kept:
        return bytes.fromhex(kept)
    return hashlib.sha256(f"{listed}/{kept}".encode()).digest()


@dataclass(slots=True)
class LiveTrees:
    """The trees of the newest audits, one calculated at a time; safe for all threads."""

    files: StoredFiles
    _trees: OrderedDict[tuple[UUID, int], LiveTree] = field(default_factory=OrderedDict)
    _turn: Lock = field(default_factory=Lock)

    def of(self, audit: tuple[UUID, int], read: Reading) -> LiveTree:
        """The trees of an audit as of a position, as far as they are after this question.

        ``Unprocessed`` if another audit is being calculated.
        """
        if not self._turn.acquire(timeout=SECONDS):
            raise Unprocessed(Fault.BUSY, "another audit is being calculated", retry_after=30)
        try:
            tree = self._trees.setdefault(audit, LiveTree(self.files.anew()))
            self._trees.move_to_end(audit)
            while len(self._trees) > TREES:
                self._trees.popitem(last=False)
            if not tree.whole:
                tree.go_on(read, SECONDS)
            return tree
        finally:
            self._turn.release()
