"""One byte of one value of a store changed, whatever its type, and put back."""

import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection, sql

SCHEMAS = ("log", "views")


@dataclass(frozen=True)
class Cells:
    """A column of a table that has rows."""

    schema: str
    table: str
    column: str
    rows: int

    @property
    def name(self) -> str:
        return f"{self.schema}.{self.table}.{self.column}"


@dataclass(frozen=True)
class ProvesNothing:
    """A column in which a change may be found by nobody, and a change that is not."""

    side: str
    column: str
    why: str
    change: str


def proves_nothing() -> list[ProvesNothing]:
    """The written table."""
    text = files("deploy.drill").joinpath("proves_nothing.toml").read_text("utf-8")
    return [ProvesNothing(**one) for one in tomllib.loads(text)["column"]]


def cells(owner: Connection[Any]) -> list[Cells]:
    """Every column of every table that has rows."""
    found = owner.execute(
        "SELECT table_schema, table_name, column_name FROM information_schema.columns "
        "JOIN information_schema.tables USING (table_schema, table_name) "
        "WHERE table_schema = ANY (%s) AND table_type = 'BASE TABLE' ORDER BY 1, 2, "
        "ordinal_position",
        (list(SCHEMAS),),
    ).fetchall()
    counted: dict[tuple[str, str], int] = {}
    for schema, table, _ in found:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        row = owner.execute(query).fetchone()
        counted[schema, table] = row[0] if row else 0
    return [
        Cells(schema, table, column, counted[schema, table])
        for schema, table, column in found
        if counted[schema, table]
    ]


def strange_tables(owner: Connection[Any]) -> list[str]:
    """The tables in schemas where no test looks for what is changed."""
    found = owner.execute(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables "
        "WHERE table_schema <> ALL (%s) ORDER BY 1",
        ([*SCHEMAS, "pg_catalog", "information_schema"],),
    )
    return [name for (name,) in found]


_ANY = {
    "text": "'x'",
    "uuid": "gen_random_uuid()",
    "boolean": "true",
    "bytea": "sha256('x')",
    "date": "current_date",
    "timestamp with time zone": "now()",
    "ARRAY": "'{}'",
    "jsonb": "'{}'",
}
"""A value of each type of column; of those that are not here, 1."""


def empty_tables(owner: Connection[Any]) -> dict[str, dict[str, str]]:
    """The tables without rows, by name; the types of their columns by name."""
    there = {(one.schema, one.table) for one in cells(owner)}
    found: dict[str, dict[str, str]] = {}
    for schema, table, column, kind in owner.execute(
        "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns "
        "JOIN information_schema.tables USING (table_schema, table_name) "
        "WHERE table_schema = ANY (%s) AND table_type = 'BASE TABLE'",
        (list(SCHEMAS),),
    ):
        if (schema, table) not in there:
            found.setdefault(f"{schema}.{table}", {})[column] = kind
    return found


@contextmanager
def inserted(owner: Connection[Any], table: str, columns: dict[str, str]) -> Iterator[None]:
    """A row in an empty table; it is empty again at the end."""
    name = sql.Identifier(*table.split("."))
    values = [sql.SQL(_ANY.get(kind, "1")) for kind in columns.values()]
    owner.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            name, sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(values)
        )
    )
    try:
        yield
    finally:
        owner.execute(sql.SQL("DELETE FROM {}").format(name))


@contextmanager
def changed(owner: Connection[Any], place: Cells, row: int, byte: int) -> Iterator[bool]:
    """One byte of the value in a row; False if there is none, or the database refuses it."""
    table = sql.Identifier(place.schema, place.table)
    names = {"table": table, "column": sql.Identifier(place.column)}
    read = sql.SQL("SELECT ctid, {column} FROM {table} ORDER BY ctid OFFSET %s LIMIT 1")
    found = owner.execute(read.format(**names), (row % place.rows,)).fetchone()
    assert found is not None
    ctid, value = found
    other = mutated(value, byte)
    if other is None:
        yield False
        return
    write = sql.SQL("UPDATE {table} SET {column} = %s WHERE ctid = %s RETURNING ctid")
    try:
        now = _past_guards(owner, place, write.format(**names), (other, ctid))
    except (psycopg.IntegrityError, psycopg.DataError):
        yield False
        return
    try:
        yield True
    finally:
        _past_guards(owner, place, write.format(**names), (value, now))


def _past_guards(
    owner: Connection[Any], place: Cells, write: sql.Composed, values: tuple[Any, ...]
) -> Any:
    """Write with the guards of the table away meanwhile; where the row stands now."""
    alter = sql.SQL("ALTER TABLE {} ").format(sql.Identifier(place.schema, place.table))
    guards = [
        row[0]
        for row in owner.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            (f"{place.schema}.{place.table}",),
        )
    ]
    with owner.transaction():
        owner.execute(alter + sql.SQL("DISABLE TRIGGER USER"))
        [now] = owner.execute(write, values).fetchall()
        for guard in guards:
            owner.execute(alter + sql.SQL("ENABLE ALWAYS TRIGGER {}").format(sql.Identifier(guard)))
    return now[0]


def mutated(value: Any, byte: int) -> Any:
    """The value with one byte otherwise; None where it has no byte."""
    if not value and isinstance(value, str | bytes | list):
        return None
    match value:
        case str():
            return _letter(value, byte)
        case bytes():
            place = byte % len(value)
            return value[:place] + bytes([value[place] ^ (1 << byte % 8)]) + value[place + 1 :]
        case list():
            return _elements(value, byte)
        case _:
            return _number(value, byte)


def _number(value: Any, byte: int) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value ^ (1 << byte % 14)
        case float() | Decimal():
            return value + 1
        case datetime():
            return value + timedelta(microseconds=1 << byte % 34)
        case date():
            return value + timedelta(days=1 << byte % 8)
        case UUID():
            return UUID(int=value.int ^ (1 << byte % 128))
        case None:
            return None
        case unknown:
            raise TypeError(f"no other value is known of {type(unknown).__name__}: add one here")


def _letter(value: str, byte: int) -> str:
    place = byte % len(value)
    other = value[place].swapcase() if byte % 3 == 0 else "x"
    other = other if other != value[place] else "y"
    return value[:place] + other + value[place + 1 :]


def _elements(value: Sequence[Any], byte: int) -> list[Any] | None:
    place = byte % len(value)
    other = mutated(value[place], byte)
    return None if other is None else [*value[:place], other, *value[place + 1 :]]
