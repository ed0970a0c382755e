"""The recorder of the eventsourcing library, on the log's own tables and function."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    Notification,
    OperationalError,
    ProgrammingError,
    StoredEvent,
    Subscription,
)
from psycopg import Cursor
from psycopg.rows import TupleRow, tuple_row
from psycopg_pool import ConnectionPool
from typing_extensions import override

from shared_contracts.event_log.database.session import AWAY, Session, check, limited
from shared_contracts.event_log.library.subscription import LogSubscription
from shared_contracts.event_log.writing.arrays import register
from shared_contracts.event_log.writing.commit import CommitResult, WriterLost
from shared_contracts.event_log.writing.commit_signal import CommitSignal
from shared_contracts.event_log.writing.group import Group
from shared_contracts.event_log.writing.rows import Rows, encoded
from shared_contracts.event_log.writing.writer import Writer

_STREAM = "SELECT originator_id, originator_version, topic, state FROM log.events WHERE "
_NOTIFICATION = (
    "SELECT originator_id, originator_version, topic, state, position FROM log.events WHERE true"
)

_TURN = 10.0
"""Most seconds of a wait for a session of the pool."""


class LogRecorder(ApplicationRecorder):
    """Stores events in commit order without gaps, many requests to a transaction.

    Besides events ``insert_events`` takes ``heads``, ``evidence`` and ``claims``, and writes them
    in the same transaction. Raises Conflict (an IntegrityError) when another came first.
    """

    def __init__(self, dsn: str, *, writes: bool = True, batch_rows: int = 5000) -> None:
        self._writer = Writer(dsn) if writes else None
        self._group: Group[Rows, CommitResult] = Group(self.write, limit=batch_rows)
        self._pool = _open_pool(dsn)
        self.commit_signal = CommitSignal(self.max_notification_id() or 0)
        self._closing = Lock()

    @override
    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append events and what belongs to them; give their positions after the commit."""
        rows = encoded(stored_events, **kwargs)
        if not stored_events:
            return None
        last = self.submit(rows).position
        return list(range(last - len(stored_events) + 1, last + 1))

    def submit(self, rows: Rows) -> CommitResult:
        """Write one request with those that wait; raises Conflict or WriterLost."""
        verdict = self._group.submit(rows, rows.weight)
        if verdict.conflict is not None:
            raise verdict.conflict
        return verdict

    def sessions_lost(self) -> int:
        """How many sessions to read by were found broken, and replaced."""
        stats = self._pool.get_stats()
        return stats.get("returns_bad", 0) + stats.get("connections_lost", 0)

    def check(self) -> bool:
        """Whether this process, still the writer, can append; the log is not locked by it.

        False while the database may only be read. Raises WriterLost, or the library's
        OperationalError if the database cannot be asked now.
        """
        writer = self._own()
        try:
            return writer.ask()
        except psycopg.Error as error:
            raise OperationalError(str(error)) from error

    @override
    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of one stream, by version."""
        bounds: dict[str, Any] = {"originator_id = %s": originator_id}
        bounds |= {"originator_version > %s": gt} if gt is not None else {}
        bounds |= {"originator_version <= %s": lte} if lte is not None else {}
        order = " ORDER BY originator_version " + ("DESC" if desc else "ASC")
        query = _STREAM + " AND ".join(bounds) + order + " LIMIT %s"
        return [StoredEvent(*row) for row in self.select(query, (*bounds.values(), limit))]

    @override
    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The events of the whole log, by position."""
        sign = ">=" if inclusive_of_start else ">"
        bounds: dict[str, Any] = {}
        bounds |= {f" AND position {sign} %s": start} if start is not None else {}
        bounds |= {" AND position <= %s": stop} if stop is not None else {}
        bounds |= {" AND topic = ANY(%s)": list(topics)} if topics else {}
        query = _NOTIFICATION + "".join(bounds) + " ORDER BY position LIMIT %s"
        return [Notification(*row) for row in self.select(query, (*bounds.values(), limit))]

    @override
    def max_notification_id(self) -> int | None:
        """The last position, or None while the log is empty."""
        position: int = self.select("SELECT position FROM log.tail", ())[0][0]
        return position or None

    @override
    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """The events after ``gt``, and then those to come, as they are committed."""
        return LogSubscription(self, gt, topics)

    def select(
        self, query: str, parameters: Sequence[Any], *, again: bool = True
    ) -> list[TupleRow]:
        """Rows of a query, in binary form; asked once more where its session was cut meanwhile."""
        with self.reading() as cursor:
            try:
                return cursor.execute(query.encode(), parameters, prepare=True).fetchall()
            except AWAY:
                if not (again and cursor.connection.broken):
                    raise
        return self.select(query, parameters, again=False)

    @contextmanager
    def reading(self) -> Iterator[Cursor[TupleRow]]:
        """A cursor that reads; raises the library's OperationalError if the database is away."""
        try:
            with self._pool.connection() as connection:
                yield connection.cursor(binary=True)
        except AWAY as error:
            raise OperationalError(str(error)) from error

    @contextmanager
    def transaction(self) -> Iterator[Cursor[TupleRow]]:
        """A cursor in a transaction of its own, for what followers show."""
        with self.reading() as cursor, cursor.connection.transaction():
            yield cursor

    def close(self) -> None:
        """End all sessions; the writer's lock is free after that."""
        with self._closing:
            if self._writer is not None:
                self._writer.close()
            self._pool.close()

    def write(self, group: Sequence[Rows]) -> Sequence[CommitResult | BaseException]:
        """Write a group of requests in one transaction; raises WriterLost."""
        outcomes = self._own().write(group)
        last = max((o.position for o in outcomes if isinstance(o, CommitResult)), default=0)
        self.commit_signal.notify(last)
        return outcomes

    def _own(self) -> Writer:
        """The writer of this process; raises WriterLost, or ProgrammingError if there is none."""
        if self._writer is None:
            raise ProgrammingError("this log was opened to be read: open it with writes=True")
        if self._writer.lost:
            raise WriterLost("the writer's session is gone: stop and start again")
        return self._writer


class StreamRecorder(AggregateRecorder):
    """The same log for those who know streams only and ask for no positions."""

    def __init__(self, recorder: LogRecorder) -> None:
        self._recorder = recorder

    @override
    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        """Append events; raises Conflict."""
        self._recorder.insert_events(stored_events, **kwargs)

    @override
    def select_events(self, originator_id: UUID | str, **kwargs: Any) -> Sequence[StoredEvent]:
        """The events of one stream, by version."""
        return self._recorder.select_events(originator_id, **kwargs)


def _open_pool(dsn: str) -> ConnectionPool[Session]:
    """Sessions to read by; one that was cut while it was idle is replaced before it is used."""
    return ConnectionPool(
        limited(dsn, timezone="Asia/Almaty"),
        connection_class=Session,
        min_size=1,
        max_size=16,
        open=True,
        timeout=_TURN,
        check=check,
        configure=register,
        kwargs={"autocommit": True, "row_factory": tuple_row},
    )
