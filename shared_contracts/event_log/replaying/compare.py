"""The first row of a table in which two databases differ, found by reading both by the key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection, sql

from shared_contracts.event_log.auditing.derived import reads_the_same
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.replaying.digests import DerivedTable

_AT_ONCE = 512
HEADS = "log.heads"

Row = Mapping[str, str | None]
"""A row by columns, each as text."""


@dataclass(frozen=True)
class DifferingRow:
    """A row that is not what the events make of it; ``stored`` and ``made`` tell both."""

    table: str
    key: str
    column: str
    stored: str
    made: str


@dataclass(frozen=True)
class RowsCompared:
    """What two tables differ in: the first row, and how many are written in an earlier form.

    Those are heads which an earlier program wrote otherwise, and which are read as the same.
    """

    first: DifferingRow | None
    earlier: int


@dataclass(frozen=True)
class StoreComparison:
    """The ``stored`` tables, and those that were ``made`` from the events."""

    stored: Connection
    made: Connection
    kinds: Mapping[str, ObjectKind[Any]]

    def rows(self, table: DerivedTable) -> RowsCompared:
        """What the rows of a table differ in, up to the first that is another."""
        columns = [one.columns(connection) for one, connection in self._both(table)]
        told = [", ".join(f"{name} {kind[0]}" for name, kind in one.items()) for one in columns]
        if told[0] != told[1]:
            return RowsCompared(
                DifferingRow(table.name, "", "columns", told[0] or "none", told[1]), 0
            )
        earlier = 0
        for stored, made in self._differing(table, columns[0]):
            if stored and made and self._is_earlier(table, stored, made):
                earlier += 1
                continue
            return RowsCompared(_row(table, stored, made), earlier)
        return RowsCompared(None, earlier)

    def _both(self, table: DerivedTable) -> tuple[tuple[DerivedTable, Connection], ...]:
        return (table, self.stored), (table, self.made)

    def _differing(
        self, table: DerivedTable, columns: Mapping[str, tuple[str, bool]]
    ) -> Iterator[tuple[Row | None, Row | None]]:
        """Pairs of rows under one key that are not equal; None where one is missing."""
        left, right = (_rows(one, table, columns) for one in (self.stored, self.made))
        stored, made = next(left, None), next(right, None)
        while stored is not None or made is not None:
            if made is None or (stored is not None and stored[0] < made[0]):
                yield stored and stored[1], None
                stored = next(left, None)
            elif stored is None or made[0] < stored[0]:
                yield None, made[1]
                made = next(right, None)
            else:
                if stored[1] != made[1]:
                    yield stored[1], made[1]
                stored, made = next(left, None), next(right, None)

    def _is_earlier(self, table: DerivedTable, stored: Row, made: Row) -> bool:
        """Whether a head differs only in how an earlier program wrote the same state."""
        kind = self.kinds.get(stored.get("kind") or "")
        if table.name != HEADS or kind is None or _columns(stored, made) != ["state"]:
            return False
        states = (bytes.fromhex((row["state"] or "")[2:]) for row in (stored, made))
        return reads_the_same(kind, *states)


def _rows(
    connection: Connection, table: DerivedTable, columns: Mapping[str, tuple[str, bool]]
) -> Iterator[tuple[tuple[Any, ...], Row]]:
    """The rows by their key, in its order, each with the key in a form that sorts so."""
    query = sql.SQL("SELECT {}, {} FROM {} AS t ORDER BY {}").format(
        sql.SQL(", ").join(map(sql.Identifier, table.key)),
        sql.SQL(", ").join(sql.Identifier(name) + sql.SQL("::text") for name in columns),
        table.identifier,
        table.ordered(columns),
    )
    wide = len(table.key)
    with connection.cursor(name=f"rows of {table.name}") as cursor:
        cursor.itersize = _AT_ONCE
        for row in cursor.execute(query):
            yield tuple(map(_sortable, row[:wide])), dict(zip(columns, row[wide:], strict=True))


def _sortable(value: Any) -> Any:  # noqa: ANN401  # whatever a key holds
    match value:
        case str():
            return value.encode()
        case UUID():
            return value.bytes
        case _:
            return value


def _columns(stored: Row, made: Row) -> list[str]:
    return [name for name in made if stored[name] != made[name]]


def _row(table: DerivedTable, stored: Row | None, made: Row | None) -> DifferingRow:
    one = stored or made or {}
    key = ", ".join(str(one[name]) for name in table.key)
    if stored is None or made is None:
        told = ("missing" if row is None else "present" for row in (stored, made))
        return DifferingRow(table.name, key, "row", *told)
    column = _columns(stored, made)[0]
    return DifferingRow(table.name, key, column, *(_shown(row[column]) for row in (stored, made)))


def _shown(value: str | None) -> str:
    """A value for people: of a state the JSON, of a long one the beginning."""
    text = "nothing" if value is None else value
    if text.startswith("\\x"):
        text = bytes.fromhex(text[2:]).decode("utf-8", "backslashreplace")
    return text if len(text) <= 1000 else f"{text[:1000]} …"  # noqa: PLR2004  # a screen
