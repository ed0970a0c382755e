"""The kept nodes of the tree are those of the log: each is made anew, none is believed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from psycopg import Connection
from psycopg.rows import TupleRow

from shared_contracts.event_log.auditing.finding import Difference
from shared_contracts.event_log.proofs.merkle import Subtree
from shared_contracts.event_log.proofs.paths import is_kept

_THERE = "SELECT to_regclass('log.nodes') IS NOT NULL"
# By its name in the row: a store of an older program has no such column.
_KEPT_UPTO = (
    "SELECT coalesce(max(size), 0) FROM log.checkpoints "
    "WHERE to_jsonb(checkpoints) ->> 'nodes_kept' = 'true'"
)
_OF_HEIGHT = (
    "SELECT coalesce(index, -1), coalesce(hash, '') FROM log.nodes WHERE height = %s ORDER BY index"
)
_OTHERS = (
    "SELECT coalesce(height, -1), coalesce(index, -1), coalesce(hash, '') FROM log.nodes "
    "WHERE (height = ANY (%s)) IS NOT TRUE ORDER BY 1, 2"
)
_BATCH = 500


@dataclass
class StoredNodes:
    """The rows of the store, height by height, beside the nodes as they are made anew.

    Up to ``upto`` events every node has to be there: a checkpoint says that they were kept.
    """

    connection: Connection
    there: bool
    upto: int
    _rows: dict[int, Iterator[TupleRow]] = field(default_factory=dict)
    _next: dict[int, TupleRow | None] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: Connection) -> "StoredNodes":
        """What the store holds, not read yet."""
        there, upto = (
            connection.execute(_THERE).fetchone(),
            connection.execute(_KEPT_UPTO).fetchone(),
        )
        return cls(connection, there == (True,), upto[0] if upto else 0)

    def check(self, made: Subtree, root: bytes) -> Iterator[Difference]:
        """What differs in the row of the node ``made``, and in rows before it."""
        if not is_kept(made):
            return
        while (row := self._row(made.height)) is not None and row[0] < made.index:
            yield _surplus(made.height, *row)
            self._go_on(made.height)
        if row is not None and row[0] == made.index:
            self._go_on(made.height)
            if row[1] != root:
                yield _difference(made, row[1].hex(), root.hex())
        elif made.end <= self.upto:
            yield _difference(made, "missing", root.hex())

    def rest(self) -> Iterator[Difference]:
        """The rows of nodes that no event of the log makes."""
        if not self.there:
            return
        for height in self._rows:
            while (row := self._row(height)) is not None:
                yield _surplus(height, *row)
                self._go_on(height)
        with self.connection.cursor(name="nodes", binary=True) as cursor:
            cursor.itersize = _BATCH
            for other in cursor.execute(_OTHERS.encode(), (list(self._rows),)):
                yield _surplus(*other)

    def _row(self, height: int) -> TupleRow | None:
        """The next row of this height that was not looked at."""
        if height not in self._next:
            self._rows[height] = self._opened(height)
            self._go_on(height)
        return self._next[height]

    def _go_on(self, height: int) -> None:
        self._next[height] = next(self._rows[height], None)

    def _opened(self, height: int) -> Iterator[TupleRow]:
        if not self.there:
            return
        with self.connection.cursor(name=f"nodes {height}", binary=True) as cursor:
            cursor.itersize = _BATCH
            yield from cursor.execute(_OF_HEIGHT.encode(), (height,))


def _surplus(height: int, index: int, root: bytes) -> Difference:
    at = (index + 1) << height if 0 <= height < 64 and index >= 0 else None  # noqa: PLR2004  # bits
    return Difference(at, None, "node", _named(height, index, root.hex()), "no such node")


def _difference(made: Subtree, stored: str, computed: str) -> Difference:
    told = [_named(made.height, made.index, one) for one in (stored, computed)]
    return Difference(made.end, None, "node", *told)


def _named(height: int, index: int, root: str) -> str:
    return f"{root} (height {height}, number {index})"
