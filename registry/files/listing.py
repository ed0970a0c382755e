"""Which files were asked for, and until when they are taken (wire.md 17)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared_contracts.event_log.following.views import make_views
from shared_contracts.event_log.log import EventLog

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.wanted_files (
  sha256 text PRIMARY KEY,
  until timestamptz NOT NULL)
"""
OPEN_FOR = timedelta(hours=24)
"""How long a file may be sent after it was asked for."""


@dataclass(frozen=True, slots=True)
class WantedFiles:
    """The files that may be sent now."""

    log: EventLog
    clock: Callable[[], datetime]

    def prepare(self) -> None:
        """Make the table, if it is not there."""
        make_views(self.log, SCHEMA)

    def want(self, hashes: Iterable[str]) -> None:
        """Take these files from now on, for a day."""
        until = self.clock() + OPEN_FOR
        query = (
            "INSERT INTO views.wanted_files VALUES (%s, %s) "
            "ON CONFLICT (sha256) DO UPDATE SET until = excluded.until"
        )
        with self.log.recorder.transaction() as cursor:
            cursor.executemany(query, [(sha256, until) for sha256 in hashes])

    def is_wanted(self, sha256: str) -> bool:
        """Whether a file with this SHA-256 was asked for and may still be sent."""
        query = "SELECT 1 FROM views.wanted_files WHERE sha256 = %s AND until > %s"
        return bool(self.log.recorder.select(query, (sha256, self.clock())))
