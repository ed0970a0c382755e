"""Checks a log from the outside: every leaf, link, evidence and checkpoint made anew."""

from collections.abc import Iterable, Iterator
from itertools import islice

import psycopg
from psycopg import Connection

from shared_contracts.event_log.audit_chain import Walk
from shared_contracts.event_log.audit_checkpoints import Kept, Notes, check_sizes
from shared_contracts.event_log.audit_evidence import check_evidence
from shared_contracts.event_log.audit_store import check_store
from shared_contracts.event_log.declared import Declared, declared
from shared_contracts.event_log.finding import KEPT, Audit, AuditImpossible, Difference


def audit(dsn: str, evidence: Declared | None = None, notes: Notes | None = None) -> Audit:
    """Read the whole store once, as it stood at one moment, and make everything anew.

    ``evidence`` declares what stands beside which events, by default for both systems; ``notes``
    how checkpoints are read, and which were kept outside. Raises AuditImpossible, BadCheckpoint.
    """
    try:
        with psycopg.connect(dsn, autocommit=False) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return _audited(connection, evidence or declared(), notes or Notes())
    except psycopg.Error as error:
        raise AuditImpossible(_told(error)) from error


def _audited(connection: Connection, evidence: Declared, notes: Notes) -> Audit:
    walk = Walk(Kept.of(connection, notes))
    kept, found = _counted(_differences(connection, walk, evidence))
    return Audit(walk.tree.size, walk.link, walk.tree.root, kept, found)


def _differences(connection: Connection, walk: Walk, evidence: Declared) -> Iterator[Difference]:
    yield from walk.events(connection)
    yield from check_sizes(walk.kept, walk.tree.size)
    yield from check_evidence(connection, evidence)
    yield from check_store(connection, evidence.without_head)


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
