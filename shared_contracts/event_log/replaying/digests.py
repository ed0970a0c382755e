"""A digest of a table that depends on nothing but its rows: any server and locale gives the same.

It is the SHA-256 of what PostgreSQL sends for ``COPY (SELECT columns ORDER BY key) TO STDOUT
(FORMAT binary)``: columns by their names, rows by the key, texts by their bytes. That form has been
the same since PostgreSQL 7.4, and anybody can have it made: ``psql -c "COPY (…)" | sha256sum``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from psycopg import Connection, sql

from shared_contracts.event_log.derived import Views

_COLUMNS = (
    "SELECT attname, format_type(atttypid, atttypmod), attcollation <> 0 FROM pg_attribute "
    "WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"
)
LOG: Mapping[str, tuple[str, ...]] = {
    "claims": ("key",),
    "events": ("position",),
    "heads": ("environment", "sez_code", "kind", "object_id"),
    "nodes": ("height", "index"),
    "tail": ("one",),
}
"""The events as they were read, and what in the schema ``log`` follows from them, by key."""


@dataclass(frozen=True)
class TableDigest:
    """A table, its columns with their types by name, how many rows it has, and their SHA-256."""

    table: str
    columns: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class DerivedTable:
    """The table of events or one that follows from it, by its full name; the columns of its key."""

    name: str
    key: tuple[str, ...]

    def columns(self, connection: Connection) -> dict[str, tuple[str, bool]]:
        """Type and whether it has a collation, by column in the order of names; none if missing."""
        rows = connection.execute(_COLUMNS, (self.name,)).fetchall()
        return {name: (kind, collated) for name, kind, collated in sorted(rows)}

    def ordered(self, columns: Mapping[str, tuple[str, bool]]) -> sql.Composable:
        """The key as an order that no locale changes."""
        parts = (_ordering(name, collated=columns[name][1]) for name in self.key)
        return sql.SQL(", ").join(parts)

    @property
    def identifier(self) -> sql.Identifier:
        """The name as SQL has it."""
        return sql.Identifier(*self.name.split("."))


def tables_of(views: Views) -> tuple[DerivedTable, ...]:
    """The events of a system and everything that follows from them, by name."""
    log = (DerivedTable(f"log.{name}", key) for name, key in LOG.items())
    shown = (DerivedTable(f"views.{name}", key) for name, key in views.tables.items())
    return tuple(sorted((*log, *shown), key=lambda one: one.name))


def digest(connection: Connection, table: DerivedTable) -> TableDigest:
    """The digest of a table; one that is not there has no columns."""
    columns = table.columns(connection)
    told = ", ".join(f"{name} {kind}" for name, (kind, _) in columns.items())
    if not columns.keys() >= set(table.key):
        return TableDigest(table.name, told, 0, sha256(b"").hexdigest())
    query = sql.SQL("COPY (SELECT {} FROM {} AS t ORDER BY {}) TO STDOUT (FORMAT binary)").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        table.identifier,
        table.ordered(columns),
    )
    made = sha256()
    with connection.cursor() as cursor:
        with cursor.copy(query) as rows:
            for part in rows:
                made.update(part)
        return TableDigest(table.name, told, cursor.rowcount, made.hexdigest())


def digests(connection: Connection, tables: Iterable[DerivedTable]) -> tuple[TableDigest, ...]:
    """The digest of each table."""
    return tuple(digest(connection, one) for one in tables)


def whole(parts: Sequence[TableDigest]) -> str:
    """One digest for all: SHA-256 over a line ``table rows sha256 columns`` for each, by name."""
    lines = (f"{one.table} {one.rows} {one.sha256} {one.columns}\n" for one in parts)
    return sha256("".join(lines).encode()).hexdigest()


def _ordering(name: str, *, collated: bool) -> sql.Composable:
    return sql.Identifier("t", name) + sql.SQL(' COLLATE "C"' if collated else "")
