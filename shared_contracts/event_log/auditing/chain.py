"""Every leaf, link and moment of the log made anew, and the checkpoints upon them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from psycopg import Connection
from psycopg.rows import TupleRow

from shared_contracts.event_log.auditing.checkpoints import StoredCheckpoints, check_checkpoint
from shared_contracts.event_log.auditing.finding import Difference
from shared_contracts.event_log.auditing.links import Links
from shared_contracts.event_log.auditing.nodes import StoredNodes
from shared_contracts.event_log.proofs.merkle import CompactRange, Subtree

_EVENTS = (
    "SELECT position, originator_id, originator_version, topic, state, leaf, chain, "
    "extract(epoch FROM recorded_at)::float8 FROM log.events ORDER BY position"
)
_TAIL = "SELECT position, chain FROM log.tail"
_BATCH = 500


@dataclass
class Walk:
    """Where the reading of the log stands."""

    kept: StoredCheckpoints
    nodes: StoredNodes
    links: Links = field(default_factory=Links)
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
        yield from self.links.check(row)
        whole: list[tuple[Subtree, bytes]] = []
        self.tree = self.tree.extended((row[5],), lambda *one: whole.append(one))
        for made, root in whole:
            yield from self.nodes.check(made, root)

    def _end(self, connection: Connection) -> Iterator[Difference]:
        row = connection.execute(_TAIL).fetchone()
        position, link = row or (0, b"")
        stored, end = f"{position} {link.hex()}", f"{self.links.position} {self.links.link.hex()}"
        if stored != end:
            yield Difference(max(position, self.links.position), None, "tail", stored, end)
