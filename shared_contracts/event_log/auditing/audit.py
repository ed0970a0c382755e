"""Checks a log from the outside: whatever follows from its events is made anew and compared."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec
import psycopg
from psycopg import Connection

from shared_contracts.errors import BadInput
from shared_contracts.event_log.auditing.chain import Walk
from shared_contracts.event_log.auditing.checkpoints import Notes, StoredCheckpoints, check_sizes
from shared_contracts.event_log.auditing.columns import check_columns, check_shown
from shared_contracts.event_log.auditing.derived import Folding
from shared_contracts.event_log.auditing.earlier import refuse_unmigrated
from shared_contracts.event_log.auditing.evidence import place_in_log
from shared_contracts.event_log.auditing.finding import KEPT, Audit, Difference, FoundDifferences
from shared_contracts.event_log.auditing.nodes import StoredNodes
from shared_contracts.event_log.auditing.objects import check_objects
from shared_contracts.event_log.auditing.quoted import quoted_notes
from shared_contracts.event_log.auditing.readers import (
    SNAPSHOT,
    AuditReaders,
    AuditSession,
    FoldedStreams,
    evidence_of,
    folded,
    readers,
    shown,
)
from shared_contracts.event_log.auditing.store import check_store
from shared_contracts.event_log.auditing.views import ViewsFound, joined, prepare_views
from shared_contracts.event_log.database.session import connect
from shared_contracts.event_log.declared import Declared, declared
from shared_contracts.event_log.derived import Derived, derived
from shared_contracts.event_log.event import UnknownTopic, decode

_FIRST = "SELECT topic, state FROM log.events ORDER BY position LIMIT 100"
_LAST = "SELECT coalesce(max(position), 0) FROM log.events"
_NO_VIEWS = "views: this role may make no temporary tables; name the owner's DSN"


def audit(
    dsn: str,
    evidence: Declared | None = None,
    notes: Notes | None = None,
    said: Callable[[str], None] = lambda _: None,
    processes: int | None = None,
) -> Audit:
    """Read the whole store once, as it stood at one moment, and make everything anew.

    ``evidence`` declares what stands beside which events, by default for both systems; ``notes``
    how checkpoints are read, and which were kept outside; ``said`` is told each part that begins;
    ``processes`` is how many read beside this one, by default the cores where the log is long.
    The answer does not depend on their number. Raises BadInput, BadCheckpoint, Temporary.
    """
    try:
        with connect(dsn, autocommit=True) as connection:
            refuse_unmigrated(connection)
            system = _system(connection)
            views = system is not None and prepare_views(connection, system.views)
            with connection.transaction():
                connection.execute(SNAPSHOT)
                session = AuditSession(connection, system)
                with readers(session, dsn, _events(connection), processes) as reading:
                    told = _Parts(session, evidence or declared(), notes or Notes(), said, reading)
                    return told.audited(views=views)
    except psycopg.Error as error:
        raise BadInput(_told(error)) from error


@dataclass(frozen=True)
class _Parts:
    """Has the parts of a store read, and puts together what they find, always in one order."""

    session: AuditSession
    evidence: Declared
    notes: Notes
    said: Callable[[str], None]
    reading: AuditReaders

    def audited(self, *, views: bool) -> Audit:
        """The outcome over all parts."""
        beside = _Beside.asked(self, views=views)
        self.said("checkpoints quoted in receipts")
        connection = self.session.connection
        quoted = quoted_notes(connection, self.evidence)
        kept = StoredCheckpoints.of(connection, self.notes, quoted)
        walk = Walk(kept, StoredNodes.of(connection))
        whole = FoundDifferences.joined(self._found(walk, beside))
        left_out = () if views or self.session.system is None else (_NO_VIEWS,)
        end = (walk.tree.size, walk.links.link, walk.tree.root)
        return Audit(*end, whole.first, whole.count, left_out)

    def _found(self, walk: Walk, beside: "_Beside") -> Iterator[FoundDifferences]:
        connection, system = self.session.connection, self.session.system
        self.said("events, checkpoints and the tree")
        yield FoundDifferences.of(self._log(walk))
        self.said("evidence")
        yield _in_order_of_the_log([one() for one in beside.evidence])
        self.said("heads, guards and privileges")
        yield FoundDifferences.of(self._store())
        if system is not None:
            self.said("states and claims")
            yield from self._folded(Folding(system), beside.heads)
        if system is not None and beside.shown:
            self.said("views")
            yield FoundDifferences.of(check_shown(connection, system.views))
            yield from joined(system.views, [one() for one in beside.shown])

    def _log(self, walk: Walk) -> Iterator[Difference]:
        yield from walk.events(self.session.connection)
        yield from check_sizes(walk.kept, walk.tree.size)

    def _store(self) -> Iterator[Difference]:
        connection = self.session.connection
        yield from check_store(connection, self.evidence.without_head)
        yield from check_objects(connection)
        yield from check_columns(connection)

    def _folded(
        self, folding: Folding, heads: Sequence[Callable[[], FoldedStreams]]
    ) -> Iterator[FoundDifferences]:
        for one in heads:
            streams = one()
            folding.join(streams.claims)
            yield streams.found
        yield FoundDifferences.of(folding.rest(self.session.connection))


@dataclass(frozen=True)
class _Beside:
    """What was asked of the readers: each is called to wait for what it found."""

    evidence: Sequence[Callable[[], FoundDifferences]]
    heads: Sequence[Callable[[], FoldedStreams]]
    shown: Sequence[Callable[[], ViewsFound]]

    @classmethod
    def asked(cls, parts: _Parts, *, views: bool) -> "_Beside":
        """All of it; the views, which take longest, are begun first."""
        system, reading = parts.session.system, parts.reading
        numbers = reading.view_parts(system) if system is not None and views else ()
        listed = [reading.ask(shown, number) for number in numbers]
        ranges = reading.ranges()
        evidence = [reading.ask(evidence_of, parts.evidence, one) for one in ranges]
        return cls(evidence, [reading.ask(folded, one) for one in ranges], listed)


def _in_order_of_the_log(parts: Sequence[FoundDifferences]) -> FoundDifferences:
    """What was found stream by stream, in the order of the log."""
    first = sorted((one for part in parts for one in part.first), key=place_in_log)
    return FoundDifferences(tuple(first[:KEPT]), sum(part.count for part in parts))


def _events(connection: Connection) -> int:
    row = connection.execute(_LAST).fetchone()
    return row[0] if row else 0


def _system(connection: Connection) -> Derived | None:
    """Whose store it is: the system that its first events belong to, if it is installed here."""
    known = derived()
    for topic, state in connection.execute(_FIRST):
        with suppress(UnknownTopic, msgspec.DecodeError, ValueError):
            event = decode(topic, state)
            if found := [one for one in known if one.owns(event)]:
                return found[0]
    return None


def _told(error: psycopg.Error) -> str:
    """What is wrong in a sentence; a DSN is not repeated, for it may hold a password."""
    match error:
        case psycopg.errors.UndefinedTable() | psycopg.errors.InvalidSchemaName():
            return "there is no log in this database: name the database of the Registry or the SEZ"
        case psycopg.errors.InsufficientPrivilege():
            return "this role may not read the log: name the owner or the application's login"
        case psycopg.OperationalError():
            return f"the store does not answer: {str(error).strip()}"
        case psycopg.ProgrammingError() if error.sqlstate is None:
            return "the DSN cannot be read: write it as 'host=... user=... dbname=...' or as a URL"
        case _:
            return f"the store cannot be read: {str(error).strip()}"
