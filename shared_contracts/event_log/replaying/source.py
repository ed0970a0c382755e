"""A store that is read, as it stands at one moment: nothing is written there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import Connection, sql

from shared_contracts.errors import Absent, BadInput, Diagnosed, Temporary
from shared_contracts.event_log.database.session import connect
from shared_contracts.event_log.proofs.paths import STEP

EVENTS = (
    "SELECT position, originator_id, originator_version, topic, state, leaf, chain, "
    "extract(epoch FROM recorded_at)::float8, CASE WHEN recorded_at >= '0001-01-02Z' "
    "AND recorded_at < '9999-12-31Z' THEN recorded_at END "
    "FROM log.events WHERE position <= %s ORDER BY position"
)
"""Events in their order; their moments in seconds, and as moments where a calendar has them."""
STREAMS = (
    "SELECT originator_id, originator_version, position, topic, state FROM log.events "
    "WHERE position <= %s ORDER BY originator_id, originator_version"
)
EVENTS_AT_ONCE = 512
"""Events that are read and applied at once."""

_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_LOG = "log.events"
_LAST = "SELECT coalesce(max(position), 0) FROM log.events"
_RECORDED_BY = (
    "SELECT recorded_at <= %s FROM log.events WHERE position <= %s ORDER BY position DESC LIMIT 1"
)
_FOLLOWED = "SELECT position FROM views.tracking WHERE name = %s"
_SEALED = "SELECT coalesce(max(size), 0) FROM log.checkpoints WHERE nodes_kept AND size <= %s"
_NODES = "SELECT coalesce(max(index) + 1, 0) FROM log.nodes WHERE height = %s"


@dataclass(frozen=True)
class ReplayExtent:
    """Up to which position what is rebuilt, and what is compared with the store as it stands.

    ``events`` ends heads and claims, ``views`` what is listed, ``nodes`` the kept tree.
    """

    events: int
    views: int
    nodes: int
    at_end: bool


@contextmanager
def reading(dsn: str) -> Iterator[Connection]:
    """A session that sees the store as it stands now and can write nothing.

    Raises BadInput for a DSN that is none or a role that may not read, Temporary where the
    database does not answer, Absent where it holds no log.
    """
    try:
        with connect(dsn, autocommit=True) as connection, connection.transaction():
            connection.execute(_SNAPSHOT)
            connection.execute("SET LOCAL timezone = 'Asia/Almaty'")
            yield connection
    except psycopg.Error as error:
        raise _told(error) from error


def share(connection: Connection) -> str:
    """The name by which another session sees the same."""
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    return "" if row is None else str(row[0])


@contextmanager
def sharing(dsn: str, snapshot: str) -> Iterator[Connection]:
    """A session that sees what the one sees which gave the name."""
    with connect(dsn, autocommit=True) as connection, connection.transaction():
        connection.execute(_SNAPSHOT)
        connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
        yield connection


def extent(connection: Connection, follower: str, at: int | datetime | None) -> ReplayExtent:
    """How far to rebuild: to a position, to what was recorded by a moment, or to the end.

    At the end views are rebuilt as far as the follower had come, and the nodes that it keeps.
    Raises Absent for a position that the log does not reach.
    """
    last: int = _one(connection, _LAST, ())
    if at is None:
        shown = min(last, _followed(connection, follower))
        return ReplayExtent(last, shown, _kept(connection, last), at_end=True)
    position = position_at(connection, at, last) if isinstance(at, datetime) else at
    if not 0 <= position <= last:
        raise Absent(f"no event at position {position}: the log ends at {last}")
    return ReplayExtent(position, position, _sealed(connection, position), at_end=False)


def position_at(connection: Connection, moment: datetime, last: int) -> int:
    """The position of the last event that was recorded by a moment; 0 if there was none."""
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        by_then = _one(connection, _RECORDED_BY, (moment, middle)) is not False
        low, high = (middle, high) if by_then else (low, middle - 1)
    return low


def _followed(connection: Connection, follower: str) -> int:
    return int(_one(connection, _FOLLOWED, (follower,)) or 0)


def _kept(connection: Connection, last: int) -> int:
    """Up to how many events the store has nodes of the tree, or should have."""
    there: int = _one(connection, _NODES, (STEP,))
    return min(last, max(_sealed(connection, last), there << STEP))


def _sealed(connection: Connection, position: int) -> int:
    return int(_one(connection, _SEALED, (position,)))


def _one(connection: Connection, query: str, values: tuple[object, ...]) -> Any:  # noqa: ANN401  # what the column holds
    row = connection.execute(query.encode(), values).fetchone()
    return None if row is None else row[0]


def _told(error: psycopg.Error) -> Diagnosed:
    """What is wrong in a sentence; a DSN is not repeated, for it may hold a password."""
    match error:
        case psycopg.errors.UndefinedTable() | psycopg.errors.UndefinedColumn() if _partly(error):
            return Absent(
                f"this store is not one of this version ({error.diag.message_primary}): run the "
                "command migrate of its system, start the system once, then replay"
            )
        case psycopg.errors.UndefinedTable() | psycopg.errors.InvalidSchemaName():
            return Absent("there is no log in this database: name that of the Registry or the SEZ")
        case psycopg.errors.InsufficientPrivilege():
            return BadInput("this role may not read the log: name the owner or the application's")
        case psycopg.OperationalError():
            return Temporary(f"the store does not answer: {str(error).strip()}")
        case psycopg.ProgrammingError() if error.sqlstate is None:
            return BadInput("the DSN cannot be read: write 'host=... user=... dbname=...' or a URL")
        case _:
            return BadInput(f"the store cannot be read: {str(error).strip()}")


def _partly(error: psycopg.Error) -> bool:
    """Whether events are there, but not all that this version keeps beside them."""
    return _LOG not in (error.diag.message_primary or "")
