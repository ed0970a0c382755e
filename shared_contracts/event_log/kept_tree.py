"""The Merkle tree of a log as it is kept: proofs cost the logarithm of the log, not the log.

Nodes are written by whoever makes a checkpoint, in bounded batches; appending does nothing for
them, and the database takes a node only with the hash of what is under it. What is read is proven
before it is handed out, so that a node which somebody changed gives no false proof but a Defect.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg import Cursor
from psycopg.errors import InvalidParameterValue
from psycopg.rows import TupleRow

from shared_contracts.errors import Defect
from shared_contracts.event_log.library.recorder import LogRecorder
from shared_contracts.event_log.proofs.merkle import CompactRange, Subtree
from shared_contracts.event_log.proofs.paths import (
    STEP,
    Cover,
    consistency_path,
    covering,
    hashed,
    inclusion_path,
    is_kept,
    wanted,
)

_LEAVES = (
    "SELECT leaf FROM log.events WHERE position > %s AND position <= %s ORDER BY position LIMIT %s"
)
_COUNT = "SELECT coalesce(max(index) + 1, 0) FROM log.nodes WHERE height = %s"
_KEEP = (
    "INSERT INTO log.nodes (height, index, hash) "
    "SELECT * FROM unnest(%b::smallint[], %b::bigint[], %b::bytea[]) ON CONFLICT DO NOTHING"
)
# Each by the index, also while the tables have no statistics: a join might read all of them.
_SOME_LEAVES = (
    "SELECT k.position - 1, e.leaf FROM unnest(%b::bigint[]) AS k(position) CROSS JOIN LATERAL "
    "(SELECT leaf FROM log.events WHERE position = k.position LIMIT 1) AS e"
)
_SOME_NODES = (
    "SELECT k.height, k.index, n.hash FROM unnest(%b::smallint[], %b::bigint[]) "
    "AS k(height, index) CROSS JOIN LATERAL (SELECT hash FROM log.nodes "
    "WHERE height = k.height AND index = k.index LIMIT 1) AS n"
)
_BATCH = 5000


@dataclass(frozen=True)
class KeptTree:
    """The tree over the log of ``recorder``."""

    recorder: LogRecorder

    def extended(self, known: CompactRange, end: int) -> CompactRange:
        """The range over the first ``end`` leaves, after ``known``; its nodes are kept then."""
        reached = self._beginning(known)
        while reached.size < end:
            rows = self.recorder.select(_LEAVES, (reached.size, end, _BATCH))
            if not rows:
                raise Defect(f"no event stands at position {reached.size + 1}: {_AUDIT}")
            whole: list[tuple[Subtree, bytes]] = []
            reached = reached.extended((row[0] for row in rows), lambda *one: whole.append(one))  # noqa: B023  # called at once
            self._keep([one for one in whole if is_kept(one[0])])
        return reached

    def ensure_newest(self, size: int) -> None:
        """Raise Defect unless the newest of the first ``size`` leaves is there."""
        if size and not self.hashes([Subtree(0, size - 1)]):
            raise Defect(f"the event at position {size} is not there; {_AUDIT}")

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that leads from leaf ``index`` (from 0) to the root of ``size`` leaves.

        Raises IndexError if the leaf is outside, Defect if what it needs is not kept.
        """
        return self._proof(inclusion_path(index, size))

    def consistency(self, old_size: int, size: int) -> list[bytes]:
        """The proof that the log of ``size`` leaves begins with that of ``old_size``.

        Raises IndexError unless 0 < old_size <= size, Defect if what it needs is not kept.
        """
        return self._proof(consistency_path(old_size, size))

    def range(self, size: int) -> CompactRange:
        """The log of the first ``size`` leaves, by what is kept; raises Defect."""
        return CompactRange(size, tuple(self._proof([(one,) for one in covering(0, size)])))

    def hashes(self, wanted: Iterable[Subtree]) -> dict[Subtree, bytes]:
        """The roots of leaves and kept subtrees, those that are there."""
        with self.recorder.reading() as cursor:
            return read_hashes(cursor, wanted)

    def _proof(self, path: list[Cover]) -> list[bytes]:
        known = self.hashes(wanted(path))
        try:
            return [hashed(cover, known.__getitem__) for cover in path]
        except KeyError as missing:
            raise Defect(f"{missing.args[0]} of the tree is not kept: {_AUDIT}") from missing

    def _beginning(self, known: CompactRange) -> CompactRange:
        """Where to go on: ``known``, or before it where an older program kept no nodes."""
        count: int = self.recorder.select(_COUNT, (STEP,))[0][0]
        return known if count >= known.size >> STEP else self.range(count << STEP)

    def _keep(self, whole: list[tuple[Subtree, bytes]]) -> None:
        columns = (
            [one.height for one, _ in whole],
            [one.index for one, _ in whole],
            [root for _, root in whole],
        )
        try:
            with self.recorder.transaction() as cursor:
                cursor.execute(_KEEP, columns)
        except InvalidParameterValue as refused:
            why = refused.diag.message_primary
            raise Defect(f"{why}; {_AUDIT}") from refused


_AUDIT = "run `contracts audit` on this store"


def read_hashes(cursor: Cursor[TupleRow], wanted: Iterable[Subtree]) -> dict[Subtree, bytes]:
    """What ``KeptTree.hashes`` gives, over this cursor: one row for each that is there."""
    asked = sorted(wanted, key=lambda one: (one.height, one.index))
    places = [one.index + 1 for one in asked if one.height == 0]
    nodes = [one for one in asked if one.height]
    found = {}
    for index, leaf in cursor.execute(_SOME_LEAVES.encode(), (places,)):
        found[Subtree(0, index)] = leaf
    keys = ([one.height for one in nodes], [one.index for one in nodes])
    for height, index, root in cursor.execute(_SOME_NODES.encode(), keys):
        found[Subtree(height, index)] = root
    return found
