"""A real PostgreSQL for the tests: one server per session, a fresh database per test."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.event_log.database.migrate import application_dsn, migrate
from shared_contracts.event_log.log import EventLog

_numbers = itertools.count(1)
_APPLICATION = "tru_test"
ROOM = 4 * 1024**3
"""Bytes that must be free in memory."""
_PASSWORD = "of-the-tests"  # noqa: S105  # of a throwaway server
_TEMPLATE = f"tru_template_{os.getpid()}"


def in_memory() -> Path | None:
    """A folder whose files are in memory, if there is room: hundreds of databases are made.

    The tests end processes, never the machine, so that a disk would prove nothing more; the bench
    and the stand of `make demo` have their stores on the disk.
    """
    folder = Path("/dev/shm")  # noqa: S108  # a folder of its own is made in it
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > ROOM else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The owner's DSN of the session's server (TRU_TEST_DATABASE_URL, or an embedded one)."""
    if outside := os.environ.get("TRU_TEST_DATABASE_URL"):
        yield outside
        return
    folder = Path(tempfile.mkdtemp(prefix="tru-test-", dir=in_memory()))
    folder.chmod(0o755)  # our own folder: the server's user has to come through
    server = EmbeddedPostgres(folder, database="postgres")
    try:
        yield server.start()
    finally:
        server.destroy()


@pytest.fixture(scope="session")
def migrated_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database from which each test's own is copied."""
    _run(postgres_server, "CREATE DATABASE {}", _TEMPLATE)
    owner = make_conninfo(postgres_server, dbname=_TEMPLATE)
    migrate(owner, application=_APPLICATION, password=_PASSWORD)
    yield _TEMPLATE
    _run(postgres_server, "DROP DATABASE {} WITH (FORCE)", _TEMPLATE)


@pytest.fixture
def empty_database(postgres_server: str) -> Iterator[str]:
    """The owner's DSN of a database that nothing has touched yet."""
    name = f"tru_empty_{os.getpid()}_{next(_numbers)}"
    _run(postgres_server, "CREATE DATABASE {}", name)
    yield make_conninfo(postgres_server, dbname=name)
    _run(postgres_server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def owner_dsn(postgres_server: str, migrated_template: str) -> Iterator[str]:
    """The owner's DSN of a fresh, migrated database."""
    name = f"tru_test_{os.getpid()}_{next(_numbers)}"
    _run(postgres_server, "CREATE DATABASE {} TEMPLATE {}", name, migrated_template)
    yield make_conninfo(postgres_server, dbname=name)
    _run(postgres_server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def dsn(owner_dsn: str) -> str:
    """The application's DSN of a fresh, migrated database."""
    return application_dsn(owner_dsn, _APPLICATION, _PASSWORD)


@pytest.fixture
def log(dsn: str) -> Iterator[EventLog]:
    """An open event log in a fresh database, with this process as its writer."""
    opened = EventLog(dsn)
    yield opened
    opened.close()


def _run(dsn: str, statement: str, *names: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
