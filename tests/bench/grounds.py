"""Where the measures are taken: one authority, one PostgreSQL, one Registry per database."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from registry.app import RegistrySystem, open_registry
from registry.purchases import listing as purchases
from registry.records import listing as records
from registry.settings import RegistrySettings
from registry.systems.entry import RegisterEntry
from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.event_log.database.migrate import migrate
from shared_contracts.event_log.following.views import make_views
from shared_contracts.event_log.log import EventLog
from tests.bench.sender import ENTRIES, FILES
from tests.pki import Pki

POOL = 40
"""Connections a library's pool may open: more than any measure has threads."""


@dataclass(frozen=True)
class Grounds:
    """An authority that answers and a PostgreSQL server with fsync on, for one run."""

    folder: Path
    pki: Pki
    server: str
    _open: ExitStack = field(default_factory=ExitStack)

    def database(self, name: str) -> str:
        """The owner's DSN of a new, empty database."""
        with psycopg.connect(self.server, autocommit=True) as connection:
            for statement in ("DROP DATABASE IF EXISTS {} WITH (FORCE)", "CREATE DATABASE {}"):
                connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
        return make_conninfo(self.server, dbname=name)

    def registry(self, name: str) -> RegistrySystem:
        """A Registry over a database of its own, which knows the sender and its files."""
        settings = RegistrySettings(
            data=self.folder / name,
            database_url=self.database(name),
            trust=self.pki.trust,
            key=self.pki.authority.key("registry"),
            certificate=self.pki.authority.chain("registry"),
        )
        registry = open_registry(settings)
        self._open.callback(registry.close)
        for entry in ENTRIES:
            registry.register.add(RegisterEntry(**entry))
        for file in FILES:
            path = registry.files.path(file.document.sha256)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(file.content)
        return registry

    def log(self, name: str) -> EventLog:
        """An event log over a database of its own, with the tables of the Registry's views."""
        opened = EventLog(migrate(self.database(name)))
        self._open.callback(opened.close)
        records.prepare(opened)
        make_views(opened, purchases.SCHEMA)
        return opened

    def library(self, name: str, pool: int = POOL) -> Mapping[str, str]:
        """The settings of the eventsourcing library over a database of its own; its pool's size."""
        place = conninfo_to_dict(self.database(name))
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": name,
            "POSTGRES_HOST": str(place["host"]),
            "POSTGRES_PORT": str(place["port"]),
            "POSTGRES_USER": str(place["user"]),
            "POSTGRES_PASSWORD": str(place.get("password") or "none: the socket is private"),
            "POSTGRES_POOL_SIZE": str(pool),
            "POSTGRES_MAX_OVERFLOW": "0",
        }


@contextmanager
def grounds() -> Iterator[Grounds]:
    """Start what is needed for a run, and take it down after it."""
    with tempfile.TemporaryDirectory(prefix="tru-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # our own folder: the server's user has to come through
        server = EmbeddedPostgres(folder / "postgres", database="postgres")
        pki = Pki(folder / "authority")
        try:
            made = Grounds(folder, pki, server.start())
            with made._open:
                yield made
        finally:
            pki.stop()
            server.destroy()
