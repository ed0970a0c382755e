"""The store of a system: an outside PostgreSQL by its URL, or an embedded one, migrated."""

from dataclasses import dataclass
from pathlib import Path

from shared_contracts.event_log.embedded import EmbeddedPostgres
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.migrate import migrate


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

    Raises WriterPresent if another process writes to it, MigrationRefused, PostgresMissing.
    """
    embedded = None if database_url else EmbeddedPostgres(data / "postgres")
    owner_dsn = database_url or (embedded.start() if embedded else "")
    try:
        log = EventLog(migrate(owner_dsn))
    except BaseException:
        if embedded is not None:
            embedded.stop()
        raise
    return Store(log, owner_dsn, embedded)
