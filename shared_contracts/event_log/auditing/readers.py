"""The parts of an audit that read a store for themselves, by one process or beside one another.

All of them see the store as it stood at one moment: by the session of whoever asks, or by sessions
that take over its snapshot. What a part finds depends on the store alone, not on who reads it.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Protocol, TypeVar

from psycopg import Connection, sql
from typing_extensions import override

from shared_contracts.errors import Temporary
from shared_contracts.event_log.auditing.derived import Folding
from shared_contracts.event_log.auditing.evidence import check_evidence
from shared_contracts.event_log.auditing.finding import FoundDifferences
from shared_contracts.event_log.auditing.streams import ALL_STREAMS, StreamRange, cut
from shared_contracts.event_log.auditing.views import ViewsFound, check_part, prepare_views
from shared_contracts.event_log.database.session import connect
from shared_contracts.event_log.declared import Declared
from shared_contracts.event_log.derived import Derived, ViewPart, derived

SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"

ALONE = 20_000
"""Events up to which one process reads them: to begin others takes longer."""

_RANGES = 2
"""Ranges of streams for each process, so that the last one does not wait long for another."""

T = TypeVar("T")


@dataclass(frozen=True)
class AuditSession:
    """A session that sees the store, and which system's it is, if it is known here."""

    connection: Connection
    system: Derived | None


@dataclass(frozen=True)
class FoldedStreams:
    """What differs in the heads of some streams, and what their events claim."""

    found: FoundDifferences
    claims: dict[str, tuple[str, int]]


class AuditReaders(Protocol):
    """Who reads the parts; each is asked for, and later waited for."""

    def ranges(self) -> Sequence[StreamRange]:
        """Into which ranges the streams are cut."""

    def view_parts(self, system: Derived) -> Sequence[int | None]:
        """The numbers of the parts of the views, None for the whole."""

    def ask(self, part: Callable[..., T], *of: object) -> Callable[[], T]:
        """Have ``part`` read; what is given waits for it."""


def evidence_of(
    session: AuditSession, declared: Declared, streams: StreamRange
) -> FoundDifferences:
    """What differs beside the events of some streams."""
    return FoundDifferences.of(check_evidence(session.connection, declared, streams))


def folded(session: AuditSession, streams: StreamRange) -> FoldedStreams:
    """What some streams make of heads and claims; nothing of a system that is not known."""
    if session.system is None:
        return FoldedStreams(FoundDifferences(), {})
    folding = Folding(session.system)
    found = FoundDifferences.of(folding.heads(session.connection, streams))
    return FoldedStreams(found, folding.claims)


def shown(session: AuditSession, number: int | None) -> ViewsFound:
    """What a part of the views shows otherwise; it needs their temporary tables."""
    if session.system is None:
        return ViewsFound()
    views = session.system.views
    part: ViewPart = views.whole if number is None else views.parts[number]
    return check_part(session.connection, views, part)


@contextmanager
def readers(
    session: AuditSession, dsn: str, events: int, processes: int | None
) -> Iterator[AuditReaders]:
    """Who reads a store of so many events: this process, or ``processes``, by default the cores."""
    count = processes or (len(os.sched_getaffinity(0)) if events > ALONE else 1)
    if count == 1:
        yield _OneReader(session)
        return
    row = session.connection.execute("SELECT pg_export_snapshot()").fetchone()
    system = session.system.system if session.system else ""
    store = _SharedStore(dsn, str(row[0]) if row else "", system)
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"))
    try:
        yield _ManyReaders(pool, store, cut(session.connection, events, count * _RANGES))
    except BaseException as ended:
        for process in list((pool._processes or {}).values()):  # noqa: SLF001  # no public way yet
            process.kill()  # nobody waits for what they find
        if not isinstance(ended, BrokenProcessPool) and not pool._broken:  # noqa: SLF001  # one that was being started meets a closed pipe
            raise
        raise Temporary(
            "a process of the audit was ended from outside, perhaps for want of memory: ask "
            "again, or let one process read (--processes 1)"
        ) from ended
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class _OneReader(AuditReaders):
    """Reads each part when it is waited for, in the session of whoever asks."""

    session: AuditSession

    @override
    def ranges(self) -> Sequence[StreamRange]:
        return (ALL_STREAMS,)

    @override
    def view_parts(self, system: Derived) -> Sequence[int | None]:
        return (None,)

    @override
    def ask(self, part: Callable[..., T], *of: object) -> Callable[[], T]:
        return partial(part, self.session, *of)


@dataclass(frozen=True)
class _SharedStore:
    """What another process needs to see the same store: DSN, snapshot, the name of its system."""

    dsn: str
    snapshot: str
    system: str


@dataclass(frozen=True)
class _ManyReaders(AuditReaders):
    """Has parts read by other processes, in the order in which they are asked for."""

    pool: ProcessPoolExecutor
    store: _SharedStore
    cuts: Sequence[StreamRange]

    @override
    def ranges(self) -> Sequence[StreamRange]:
        return self.cuts

    @override
    def view_parts(self, system: Derived) -> Sequence[int | None]:
        return range(len(system.views.parts)) if system.views.parts else (None,)

    @override
    def ask(self, part: Callable[..., T], *of: object) -> Callable[[], T]:
        return self.pool.submit(_beside, self.store, part, *of).result


def _beside(store: _SharedStore, part: Callable[..., Any], *of: object) -> Any:  # noqa: ANN401  # what the part gives
    """Read a part in a process of its own."""
    return part(_session(store), *of)


@lru_cache(maxsize=1)
def _session(store: _SharedStore) -> AuditSession:
    """The one session of such a process; it ends with the process."""
    system = next((one for one in derived() if one.system == store.system), None)
    connection = connect(store.dsn, autocommit=True)
    if system is not None:
        prepare_views(connection, system.views)
    connection.execute("BEGIN")
    connection.execute(SNAPSHOT)
    name = sql.Literal(store.snapshot)
    connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(name))
    return AuditSession(connection, system)
