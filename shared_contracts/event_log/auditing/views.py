"""What is shown is what the events make of it: folded anew beside it, and compared row by row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import psycopg
from psycopg import Connection, Cursor
from psycopg.rows import TupleRow
from typing_extensions import override

from shared_contracts.event_log.auditing.finding import Difference, FoundDifferences
from shared_contracts.event_log.derived import ViewPart, Views
from shared_contracts.event_log.event import Recorded, UnknownTopic
from shared_contracts.event_log.log import RECORDED, restored

_UPTO = RECORDED + "position <= %s ORDER BY 1"
_POSITION = "SELECT position FROM views.tracking WHERE name = %s"
_BATCH = 500


class _Apart(Cursor[TupleRow]):
    """Does with temporary tables what a follower does with those of schema ``views``."""

    @override
    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> "_Apart":
        return super().execute(_moved(query), params, **kwargs)

    @override
    def executemany(self, query: Any, params_seq: Any, **kwargs: Any) -> None:
        super().executemany(_moved(query), params_seq, **kwargs)


def prepare_views(connection: Connection, views: Views) -> bool:
    """Make the temporary tables, before the transaction that only reads; False if it may not."""
    cursor = _Apart(connection)
    try:
        for statement in filter(str.strip, views.schema.split(";")):
            cursor.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return False
    connection.execute("SET enable_seqscan = off")  # plans are made while the tables are empty
    connection.execute("SET jit = off")  # what such plans seem to cost has each of them compiled
    return True


@dataclass(frozen=True)
class ViewsFound:
    """What a part of the views shows otherwise, by table; or at which batch it could not be made.

    ``why`` are the words of that failure; without any ``failed`` is 0.
    """

    tables: Mapping[str, FoundDifferences] = field(default_factory=dict)
    failed: int = 0
    why: str = ""


def check_part(connection: Connection, views: Views, part: ViewPart) -> ViewsFound:
    """What differs in the rows which the events up to the follower's position make."""
    made = _Batches()
    try:
        with connection.transaction():
            made.fold(connection, views, part)
    except (psycopg.Error, ValueError) as error:
        return ViewsFound(failed=made.number, why=str(error))
    compared = {
        table: FoundDifferences.of(_compared(connection, table, views.tables[table]))
        for table in part.tables
    }
    return ViewsFound(compared)


def joined(views: Views, parts: Sequence[ViewsFound]) -> Iterator[FoundDifferences]:
    """What all parts found, as if one had read them: the first that failed, or table by table."""
    failed = min((one for one in parts if one.failed), key=lambda one: one.failed, default=None)
    if failed is not None:
        told = Difference(None, None, "views", "cannot be made of these events", failed.why)
        yield FoundDifferences((told,), 1)
        return
    found = {table: of for one in parts for table, of in one.tables.items()}
    yield from (found[table] for table in views.tables)


@dataclass
class _Batches:
    """Which batch of events is read or applied, from 1: the first may fail while it is fetched."""

    number: int = 1

    def fold(self, connection: Connection, views: Views, part: ViewPart) -> None:
        apart = _Apart(connection)
        row = connection.execute(_POSITION, (views.follower,)).fetchone()
        with connection.cursor(name="folded", binary=True) as cursor:
            cursor.itersize = _BATCH
            cursor.execute(_UPTO.encode(), (row[0] if row else 0,))
            while rows := cursor.fetchmany(_BATCH):
                part.apply(apart, list(_known(rows)))
                self.number += 1


def _known(rows: list[TupleRow]) -> Iterator[Recorded]:
    for row in rows:
        try:
            yield restored(row)
        except (UnknownTopic, msgspec.DecodeError, UnicodeDecodeError):  # told elsewhere; not shown
            continue


def _compared(connection: Connection, table: str, key: tuple[str, ...]) -> Iterator[Difference]:
    there = connection.execute("SELECT to_regclass(%s)", (f"views.{table}",)).fetchone()
    if there is None or there[0] is None:
        yield Difference(None, None, f"view {table}", "missing", "a table")
        return
    query = (
        f"SELECT to_jsonb(v), to_jsonb(c) FROM views.{table} v FULL JOIN pg_temp.{table} c "  # noqa: S608  # declared names
        f"USING ({', '.join(key)}) WHERE to_jsonb(v) IS DISTINCT FROM to_jsonb(c)"
    )
    with connection.cursor(name="compared") as cursor:
        cursor.itersize = _BATCH
        for stored, made in cursor.execute(query.encode()):
            yield from _row(table, key, stored, made)


def _row(
    table: str, key: tuple[str, ...], stored: dict[str, Any] | None, made: dict[str, Any] | None
) -> Iterator[Difference]:
    one = stored or made or {}
    name, position = ", ".join(str(one[column]) for column in key), one.get("position")
    if stored is None or made is None:
        told = [f"{name}: {'missing' if row is None else 'present'}" for row in (stored, made)]
        yield Difference(position, None, f"view {table}", *told)
        return
    for column in sorted(stored.keys() | made.keys()):
        left, right = stored.get(column), made.get(column)
        if left != right:
            what = f"view {table} {column}"
            yield Difference(position, None, what, f"{name}: {left}", f"{name}: {right}")


def _moved(query: Any) -> Any:  # noqa: ANN401  # what psycopg takes
    if isinstance(query, bytes):
        return query.replace(b"views.", b"pg_temp.")
    return query.replace("views.", "pg_temp.") if isinstance(query, str) else query
