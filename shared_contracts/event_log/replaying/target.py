"""An empty database into which a log and everything that follows from it is put."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from psycopg import Connection

from shared_contracts.errors import BadInput, RefusedByRule, Temporary
from shared_contracts.event_log.database.migrate import migrations
from shared_contracts.event_log.database.session import connect
from shared_contracts.event_log.derived import Views

_THERE = (
    "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname IN ('log', 'views')) + "
    "(SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema'))"
)
# The rows are calculated here, the guards would calculate each again; nobody writes here later.
_UNGUARDED = (
    "ALTER TABLE log.events ALTER COLUMN recorded_at DROP NOT NULL",  # where no calendar has it
    "ALTER TABLE log.nodes DISABLE TRIGGER within_log",
    "COMMENT ON SCHEMA log IS 'Rebuilt from the events of another store; no system serves it.'",
    "CREATE TABLE log.made_heads (environment text, sez_code text, kind text, object_id uuid, "
    "other_kind text, other_id uuid, originator_id uuid, version bigint, position bigint, "
    "first bigint, state bytea)",
)
_SETTINGS = (
    "SET synchronous_commit = off",
    "SET timezone = 'Asia/Almaty'",
    "SET enable_seqscan = off",  # plans are made while the tables are empty
    "SET jit = off",
)


@contextmanager
def empty(dsn: str, views: Views) -> Iterator[Connection]:
    """The database with the tables of the log and of the views, all of them empty.

    Raises RefusedByRule if there are tables of anybody: nothing is put beside them; BadInput
    if the role may not make them, Temporary if the database does not answer.
    """
    connection = _opened(dsn)
    with closing(connection):
        try:
            _prepare(connection, views)
        except psycopg.errors.InsufficientPrivilege as error:
            why = str(error).strip()
            raise BadInput(f"this role may make no tables in the new database: {why}") from error
        yield connection


def _opened(dsn: str) -> Connection:
    try:
        return joined(dsn)
    except psycopg.OperationalError as error:
        raise Temporary(f"the new database does not answer: {str(error).strip()}") from error
    except psycopg.ProgrammingError as error:
        raise BadInput(
            "the DSN cannot be read: write 'host=... user=... dbname=...' or a URL"
        ) from error


def joined(dsn: str) -> Connection:
    """Another session with the same database."""
    connection = connect(dsn, autocommit=True)
    for statement in _SETTINGS:
        connection.execute(statement.encode())
    return connection


def _prepare(connection: Connection, views: Views) -> None:
    row = connection.execute(_THERE).fetchone()
    if row != (0,):
        raise RefusedByRule("the database is not empty: name one without tables")
    with connection.transaction():
        for step in migrations():
            connection.execute(step.text.encode())
        for statement in (*views.schema.split(";"), *_UNGUARDED):
            if statement.strip():
                connection.execute(statement.encode())
