"""A real PostgreSQL for the tests: one server per session, a fresh database per test."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.event_log.database.migrate import application_dsn, migrate
from shared_contracts.event_log.log import EventLog

_numbers = itertools.count(1)
_owners: dict[str, str] = {}
"""Owner's DSN by the name of each prepared database."""
_APPLICATION = "tru_test"
ROOM = 4 * 1024**3
"""Bytes that must be free in memory."""
_PASSWORD = "of-the-tests"  # noqa: S105  # of a throwaway server


def in_memory() -> Path | None:
    """A folder whose files are in memory, if there is room: hundreds of databases are made.

    The tests end processes, never the machine, so that a disk would prove nothing more; the bench
    and the stand of `make demo` have their stores on the disk.
    """
    folder = Path("/dev/shm")  # noqa: S108  # a folder of its own is made in it
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > ROOM else None


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder in memory, if there is room, which the server's user can come through."""
    with tempfile.TemporaryDirectory(
        prefix="tru-test-", dir=in_memory(), ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The owner's DSN of the session's server (TRU_TEST_DATABASE_URL, or an embedded one)."""
    if outside := os.environ.get("TRU_TEST_DATABASE_URL"):
        yield outside
        return
    with memory_folder() as folder:
        server = EmbeddedPostgres(folder / "server", database="postgres")
        try:
            yield server.start()
        finally:
            server.destroy()


@dataclass
class Databases:
    """Makes every database of the tests, each for as long as it is needed; gives its owner's DSN.

    ``owner`` is one connection for all, to a database that no test uses.
    """

    server: str
    owner: psycopg.Connection[Any]
    kept: ExitStack
    template: str = "template1"
    """The name of the migrated database of which each test's own is a copy."""
    ready: dict[str, str] = field(default_factory=dict)
    """Databases that were prepared further, each the pattern of its copies."""

    def fresh(self) -> AbstractContextManager[str]:
        """A migrated database in which nothing has happened yet."""
        return self._copied(self.template)

    @contextmanager
    def prepared(self, name: str, prepare: Callable[[str], None]) -> Iterator[str]:
        """The application's DSN of a copy of a database that ``prepare`` was given once."""
        if name not in self.ready:
            dsn = self.kept.enter_context(self.fresh())
            _owners[database_name(dsn)] = dsn
            prepare(of_application(dsn))
            self.ready[name] = database_name(dsn)
        with self._copied(self.ready[name]) as dsn:
            _owners[database_name(dsn)] = dsn
            yield of_application(dsn)

    def empty(self) -> AbstractContextManager[str]:
        """A database that nothing has touched yet."""
        return self._copied("template1")

    def copied(self, dsn: str) -> AbstractContextManager[str]:
        """A copy of a database to which nobody is connected."""
        return self._copied(database_name(dsn))

    @contextmanager
    def _copied(self, template: str) -> Iterator[str]:
        name = f"tru_test_{os.getpid()}_{next(_numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        try:
            yield make_conninfo(self.server, dbname=name)
        finally:
            self._run("DROP DATABASE {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str) -> None:
        self.owner.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def of_application(owner_dsn: str) -> str:
    """The application's DSN of a migrated database."""
    return application_dsn(owner_dsn, _APPLICATION, _PASSWORD)


def owner_of(dsn: str | None) -> str:
    """The owner's DSN of a prepared database; that of another database as it is."""
    return _owners.get(database_name(dsn or ""), dsn or "")


def database_name(dsn: str) -> str:
    """The name of a database."""
    return str(conninfo_to_dict(dsn)["dbname"])


@pytest.fixture(scope="session")
def databases(postgres_server: str) -> Iterator[Databases]:
    """What makes the databases of the session."""
    with psycopg.connect(postgres_server, autocommit=True) as owner, ExitStack() as kept:
        bare = Databases(postgres_server, owner, kept)
        with bare.empty() as template:
            migrate(template, application=_APPLICATION, password=_PASSWORD)
            yield replace(bare, template=database_name(template))


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[str]:
    """The owner's DSN of a database that nothing has touched yet."""
    with databases.empty() as dsn:
        yield dsn


@pytest.fixture
def owner_dsn(databases: Databases) -> Iterator[str]:
    """The owner's DSN of a fresh, migrated database."""
    with databases.fresh() as dsn:
        yield dsn


@pytest.fixture
def dsn(owner_dsn: str) -> str:
    """The application's DSN of a fresh, migrated database."""
    return of_application(owner_dsn)


@pytest.fixture
def log(dsn: str) -> Iterator[EventLog]:
    """An open event log in a fresh database, with this process as its writer."""
    opened = EventLog(dsn)
    yield opened
    opened.close()
