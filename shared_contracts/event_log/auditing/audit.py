"""Checks a log from the outside: whatever follows from its events is made anew and compared."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

import msgspec
import psycopg
from psycopg import Connection

from shared_contracts.errors import BadInput
from shared_contracts.event_log.auditing.chain import Walk
from shared_contracts.event_log.auditing.checkpoints import Notes, StoredCheckpoints, check_sizes
from shared_contracts.event_log.auditing.columns import check_columns, check_shown
from shared_contracts.event_log.auditing.derived import Folding
from shared_contracts.event_log.auditing.evidence import check_evidence
from shared_contracts.event_log.auditing.finding import KEPT, Audit, Difference
from shared_contracts.event_log.auditing.nodes import StoredNodes
from shared_contracts.event_log.auditing.objects import check_objects
from shared_contracts.event_log.auditing.quoted import quoted_notes
from shared_contracts.event_log.auditing.store import check_store
from shared_contracts.event_log.auditing.views import check_views, prepare_views
from shared_contracts.event_log.database.session import connect
from shared_contracts.event_log.declared import Declared, declared
from shared_contracts.event_log.derived import Derived, derived
from shared_contracts.event_log.event import UnknownTopic, decode

_FIRST = "SELECT topic, state FROM log.events ORDER BY position LIMIT 100"
_NO_VIEWS = "views: this role may make no temporary tables; name the owner's DSN"


def audit(
    dsn: str,
    evidence: Declared | None = None,
    notes: Notes | None = None,
    said: Callable[[str], None] = lambda _: None,
) -> Audit:
    """Read the whole store once, as it stood at one moment, and make everything anew.

    ``evidence`` declares what stands beside which events, by default for both systems; ``notes``
    how checkpoints are read, and which were kept outside; ``said`` is told each part that begins.
    Raises BadInput, BadCheckpoint.
    """
    try:
        with connect(dsn, autocommit=True) as connection:
            system = _system(connection)
            views = system is not None and prepare_views(connection, system.views)
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                told = _Parts(connection, evidence or declared(), notes or Notes(), said)
                return told.audited(system, views=views)
    except psycopg.Error as error:
        raise BadInput(_told(error)) from error


@dataclass(frozen=True)
class _Parts:
    """Reads the parts of a store one after another."""

    connection: Connection
    evidence: Declared
    notes: Notes
    said: Callable[[str], None]

    def audited(self, system: Derived | None, *, views: bool) -> Audit:
        """The outcome over all parts."""
        self.said("checkpoints quoted in receipts")
        quoted = quoted_notes(self.connection, self.evidence)
        kept = StoredCheckpoints.of(self.connection, self.notes, quoted)
        walk = Walk(kept, StoredNodes.of(self.connection))
        left_out = () if views or system is None else (_NO_VIEWS,)
        first, found = _counted(self._differences(walk, system, views=views))
        return Audit(walk.tree.size, walk.links.link, walk.tree.root, first, found, left_out)

    def _differences(
        self, walk: Walk, system: Derived | None, *, views: bool
    ) -> Iterator[Difference]:
        connection = self.connection
        self.said("events, checkpoints and the tree")
        yield from walk.events(connection)
        yield from check_sizes(walk.kept, walk.tree.size)
        self.said("evidence")
        yield from check_evidence(connection, self.evidence)
        self.said("heads, guards and privileges")
        yield from check_store(connection, self.evidence.without_head)
        yield from check_objects(connection)
        yield from check_columns(connection)
        if system is not None:
            self.said("states and claims")
            yield from Folding(system).check(connection)
        if system is not None and views:
            self.said("views")
            yield from check_shown(connection, system.views)
            yield from check_views(connection, system.views)


def _system(connection: Connection) -> Derived | None:
    """Whose store it is: the system that its first events belong to, if it is installed here."""
    known = derived()
    for topic, state in connection.execute(_FIRST):
        with suppress(UnknownTopic, msgspec.DecodeError, ValueError):
            event = decode(topic, state)
            if found := [one for one in known if one.owns(event)]:
                return found[0]
    return None


def _counted(differences: Iterable[Difference]) -> tuple[tuple[Difference, ...], int]:
    each = iter(differences)
    kept = tuple(islice(each, KEPT))
    return kept, len(kept) + sum(1 for _ in each)


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
