"""The store of a system: an outside PostgreSQL by its URL, or an embedded one, migrated."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from eventsourcing.persistence import OperationalError

from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.event_log.database.migrate import ensure_migrated, migrate, owns
from shared_contracts.event_log.database.placement import make_passable
from shared_contracts.event_log.database.session import AWAY
from shared_contracts.event_log.log import EventLog

PASSWORD = "application.password"  # noqa: S105  # a file's name
"""File of the data folder with the password of the application's login."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open log, and the server if it is our own; the owner's DSN is not kept."""

    log: EventLog
    embedded: EmbeddedPostgres | None

    def close(self) -> None:
        """Close the log, and stop the server that was started for it."""
        self.log.close()
        if self.embedded is not None:
            self.embedded.stop()


def open_store(data: Path, database_url: str | None) -> Store:
    """Open the database of ``database_url``, or of a server of our own under ``data``.

    It is migrated first, unless ``database_url`` is the application's: then the owner has to have
    migrated it. Raises NeedsPerson if another process writes to it, if program and store do
    not belong together or PostgreSQL is missing, OperationalError if the database does not answer.
    """
    make_passable(data)
    embedded = None if database_url else EmbeddedPostgres(data / "postgres")
    dsn = database_url or (embedded.start() if embedded else "")
    try:
        log = _opened(data, dsn)
    except BaseException:
        if embedded is not None:
            embedded.stop()
        raise
    return Store(log, embedded)


def _opened(data: Path, dsn: str) -> EventLog:
    try:
        if not owns(dsn):
            ensure_migrated(dsn)
            return EventLog(dsn)
        return EventLog(migrate(dsn, password=_password(data / PASSWORD)))
    except AWAY as error:
        raise OperationalError(f"the database cannot be used: {error}") from error


def _password(file: Path) -> str:
    """The password of the application's login, made and kept at the first start."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if kept := file.read_text(encoding="ascii").strip():
            return kept
        descriptor = os.open(file, os.O_WRONLY | os.O_TRUNC)  # a killed start left it empty
    made = secrets.token_urlsafe(24)
    with os.fdopen(descriptor, "w", encoding="ascii") as written:
        written.write(f"{made}\n")
    return made
