"""The store of a system: an outside PostgreSQL by its URL, or an embedded one, migrated."""

from dataclasses import dataclass
from pathlib import Path

import psycopg
from eventsourcing.persistence import OperationalError

from shared_contracts.event_log.embedded import EmbeddedPostgres
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.migrate import migrate
from shared_contracts.event_log.session import over_network


@dataclass(frozen=True, slots=True)
class Store:
    """An open log, the owner's way to its database, and the server if it is our own."""

    log: EventLog
    owner_dsn: str
    embedded: EmbeddedPostgres | None

    def close(self) -> None:
        """Close the log, and stop the server that was started for it."""
        self.log.close()
        if self.embedded is not None:
            self.embedded.stop()


def open_store(data: Path, database_url: str | None) -> Store:
    """Migrate the database of ``database_url``, or of a server of our own under ``data``; open it.

    Raises WriterPresent if another process writes to it, MigrationRefused, PostgresMissing,
    OperationalError if the database does not answer.
    """
    embedded = None if database_url else EmbeddedPostgres(data / "postgres")
    owner_dsn = over_network(database_url or (embedded.start() if embedded else ""))
    try:
        log = _opened(owner_dsn)
    except BaseException:
        if embedded is not None:
            embedded.stop()
        raise
    return Store(log, owner_dsn, embedded)


def _opened(owner_dsn: str) -> EventLog:
    try:
        return EventLog(migrate(owner_dsn))
    except psycopg.OperationalError as error:
        raise OperationalError(f"the database cannot be reached: {error}") from error
