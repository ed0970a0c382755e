"""Every leaf, link and moment of the log made anew, and the checkpoints upon them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from psycopg import Connection
from psycopg.rows import TupleRow

from shared_contracts.event_log.auditing.checkpoints import StoredCheckpoints, check_checkpoint
from shared_contracts.event_log.auditing.finding import Difference
from shared_contracts.event_log.auditing.nodes import StoredNodes
from shared_contracts.event_log.leaf import GENESIS, chain, leaf
from shared_contracts.event_log.proofs.merkle import CompactRange, Subtree

_EVENTS = (
    "SELECT position, originator_id, originator_version, topic, state, leaf, chain, "
    "extract(epoch FROM recorded_at)::float8 FROM log.events ORDER BY position"
)
_TAIL = "SELECT position, chain FROM log.tail"
_BATCH = 500


@dataclass
class Walk:
    """Where the reading of the log stands.

    Each event is held against the row before it as stored, so that one change gives one difference
    and not a difference in every later row; a log in which each step fits is whole.
    """

    kept: StoredCheckpoints
    nodes: StoredNodes
    link: bytes = GENESIS
    position: int = 0
    moment: float = -math.inf
    tree: CompactRange = field(default_factory=CompactRange)

    def events(self, connection: Connection) -> Iterator[Difference]:
        """What differs in events, checkpoints, kept nodes of the tree, and the tail."""
        yield from check_checkpoint(self.kept, self.tree)
        with connection.cursor(name="events", binary=True) as cursor:
            cursor.itersize = _BATCH
            for row in cursor.execute(_EVENTS.encode()):
                yield from self._step(row)
                yield from check_checkpoint(self.kept, self.tree)
        yield from self.nodes.rest()
        yield from self._end(connection)

    def _step(self, row: TupleRow) -> Iterator[Difference]:
        position, originator_id, version, topic, state, stored_leaf, stored_link, moment = row
        for column, stored, computed in (
            ("position", str(position), str(self.position + 1)),
            ("leaf", stored_leaf.hex(), leaf(originator_id, version, topic, state).hex()),
            ("chain", stored_link.hex(), chain(self.link, position, stored_leaf).hex()),
        ):
            if stored != computed:
                yield Difference(position, originator_id, column, stored, computed)
        is_moment = math.isfinite(moment)
        if moment < self.moment or not is_moment:
            known = f"not before {_shown(self.moment)}" if is_moment else "a moment"
            yield Difference(position, originator_id, "recorded_at", _shown(moment), known)
        self.link, self.position, self.moment = stored_link, position, moment
        whole: list[tuple[Subtree, bytes]] = []
        self.tree = self.tree.extended((stored_leaf,), lambda *one: whole.append(one))
        for made, root in whole:
            yield from self.nodes.check(made, root)

    def _end(self, connection: Connection) -> Iterator[Difference]:
        row = connection.execute(_TAIL).fetchone()
        position, link = row or (0, b"")
        stored, end = f"{position} {link.hex()}", f"{self.position} {self.link.hex()}"
        if stored != end:
            yield Difference(max(position, self.position), None, "tail", stored, end)


def _shown(moment: float) -> str:
    """A moment given in seconds since 1970, also one that no calendar has."""
    try:
        return datetime.fromtimestamp(moment, UTC).isoformat()
    except (ValueError, OverflowError):
        return f"{moment} seconds after 1970"
