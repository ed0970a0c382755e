"""The one connection that writes to a store; it holds the writer's lock for as long as it lives."""

import os
import socket
import time
from collections.abc import Sequence

import psycopg
from eventsourcing.persistence import NotSupportedError, OperationalError
from psycopg import Connection
from psycopg.errors import (
    CardinalityViolation,
    DiskFull,
    InvalidParameterValue,
    LockNotAvailable,
    ObjectNotInPrerequisiteState,
    QueryCanceled,
    ReadOnlySqlTransaction,
    UniqueViolation,
)
from psycopg.rows import tuple_row

from shared_contracts.errors import Defect, NeedsPerson
from shared_contracts.event_log.database.session import Session, limited
from shared_contracts.event_log.writing.arrays import register
from shared_contracts.event_log.writing.commit import (
    CommitResult,
    Conflict,
    What,
    WriterLost,
)
from shared_contracts.event_log.writing.rows import APPEND, Rows, columns

_WRITING = 7_218_002
"""Key of the session's advisory lock; a store has one writer process; ``append`` asks for it."""

_TIMEOUT = 5.0
"""Seconds to wait for the session of a writer that has just died."""

_WHAT: dict[str, What] = {"claims": "claim", "heads": "head"}

_FOR_ALL = (LockNotAvailable, QueryCanceled, ReadOnlySqlTransaction)
"""Errors that each request of a group would meet again, after the same wait."""

_WHO = (
    "SELECT a.application_name, a.client_addr, a.backend_start FROM pg_locks l "
    "JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.granted "
    "AND l.objid = %s AND l.database = (SELECT oid FROM pg_database WHERE datname = "
    "current_database())"
)

_LET_GO = "this session no longer holds the writer's lock: stop and start again"

_REFUSED = (
    "the event log refuses to append: {why}; events that this program builds on are not in the "
    "store, or the program is at fault: run `contracts audit`, which names what is not as "
    "recorded, and restore the store from a backup"
)
"""Most often events are gone that a head still counts: the next version leaves a gap."""

_HOLDS = (
    "SELECT current_setting('transaction_read_only') = 'off' FROM pg_locks "
    "WHERE locktype = 'advisory' AND granted AND objid = %s AND pid = pg_backend_pid()"
)


class Writer:
    """Writes groups of requests over the session that holds the writer's lock.

    Appending over that very session is the fence: a process that lost the lock has also lost the
    only way to write. Raises NeedsPerson if another process still holds the lock after
    ``timeout`` seconds, NotSupportedError if the role could write without ``append``.
    """

    def __init__(self, dsn: str, *, timeout: float = _TIMEOUT) -> None:
        self._connection = _connect(dsn)
        try:
            _check_role(self._connection)
            _take_lock(self._connection, timeout)
        except BaseException:
            self._connection.close()
            raise

    @property
    def lost(self) -> bool:
        """Whether the session is known to be gone."""
        return self._connection.closed

    def write(self, group: Sequence[Rows]) -> list[CommitResult | BaseException]:
        """Write a group in one transaction and give each request its verdict or its error.

        A request that the database cannot take at all does not spoil the others: they are then
        written one by one. Raises WriterLost if the session breaks.
        """
        try:
            return [*self._append(group)]
        except psycopg.Error as error:
            self._raise_if_lost(error)
            if len(group) == 1 or isinstance(error, _FOR_ALL):
                return [_explained(error) for _ in group]
            return [outcome for rows in group for outcome in self.write([rows])]

    def ask(self) -> bool:
        """Whether the session, which still holds the writer's lock, may write and not only read.

        Nothing is written and nothing else locked by it. Raises WriterLost if the lock is lost, or
        the database's error if it cannot be asked now.
        """
        try:
            row = self._connection.execute(_HOLDS, (_WRITING,)).fetchone()
        except psycopg.Error as error:
            self._raise_if_lost(error)
            raise
        if row is None:
            raise WriterLost(_LET_GO)
        return bool(row[0])

    def close(self) -> None:
        """End the session, and with it the lock."""
        self._connection.close()

    def _append(self, group: Sequence[Rows]) -> list[CommitResult]:
        verdicts = [CommitResult(0) for _ in group]
        with self._connection.cursor(binary=True, row_factory=tuple_row) as cursor:
            cursor.execute(APPEND, columns(group), prepare=True)
            for request, position, what, key in cursor:
                verdicts[request - 1] = _verdict(position, what, key)
        return verdicts

    def _raise_if_lost(self, error: psycopg.Error) -> None:
        if isinstance(error, ObjectNotInPrerequisiteState):  # append found no lock
            raise WriterLost(_LET_GO) from error
        if self._connection.closed:
            raise WriterLost(
                "the connection that holds the writer's lock broke; whether the last commit was "
                "recorded is not known: stop and start again"
            ) from error


def _verdict(position: int | None, what: What | None, key: str | None) -> CommitResult:
    if position is None and what is not None and key is not None:
        return CommitResult(0, Conflict(what, key))
    return CommitResult(position or 0)


def _explained(error: psycopg.Error) -> BaseException:
    match error:
        case UniqueViolation():  # one request names the same key twice
            what = _WHAT.get(error.diag.table_name or "", "version")
            return Conflict(what, error.diag.message_detail or str(error))
        case CardinalityViolation():
            return Conflict("head", str(error))
        case DiskFull() | LockNotAvailable() | QueryCanceled() | ReadOnlySqlTransaction():
            explained = OperationalError(str(error))
            explained.__cause__ = error
            return explained
        case InvalidParameterValue():  # what no program may ask of append
            return Defect(_REFUSED.format(why=error.diag.message_primary or error))
        case _:
            return error


def _connect(dsn: str) -> Connection:
    name = f"writer pid {os.getpid()} on {socket.gethostname()}"
    wanted = limited(dsn, timezone="UTC", application_name=name)
    connection = Session.connect(wanted, autocommit=True)
    register(connection)
    return connection


def _check_role(connection: Connection) -> None:
    row = connection.execute("SELECT current_user, has_table_privilege('log.events', 'INSERT')")
    user, may_insert = row.fetchone() or ("", False)
    if may_insert:
        raise NotSupportedError(
            f"role {user} may write past the append function: connect with the DSN that "
            "migrate gives, not with the owner's"
        )


def _take_lock(connection: Connection, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while not _try_lock(connection):
        if time.monotonic() > deadline:
            raise NeedsPerson(f"another process writes to this store: {_holder(connection)}")
        time.sleep(0.1)


def _try_lock(connection: Connection) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (_WRITING,)).fetchone()
    return row is not None and bool(row[0])


def _holder(connection: Connection) -> str:
    row = connection.execute(_WHO, (_WRITING,)).fetchone()
    if row is None:
        return "it has just ended, start again"
    name, address, since = row
    return f"{name or 'unnamed'}, from {address or 'this machine'}, since {since:%Y-%m-%d %H:%M:%S}"
