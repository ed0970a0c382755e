"""Messages whose sender is not proven: bounded per sender and in all, dropped by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

from registry.strangers.arrival import ArrivalsCounted
from shared_contracts.event_log.event import decode
from shared_contracts.event_log.following.views import make_views
from shared_contracts.event_log.log import EventLog
from shared_contracts.identifiers import uuid7

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.arrivals (
  arrival_id uuid PRIMARY KEY,
  received_at timestamptz NOT NULL,
  peer text NOT NULL,
  rules text[] NOT NULL,
  sha256 bytea NOT NULL,
  body bytea NOT NULL,
  answer bytea NOT NULL);
CREATE INDEX IF NOT EXISTS arrivals_peer ON views.arrivals (peer, received_at);
CREATE INDEX IF NOT EXISTS arrivals_received ON views.arrivals (received_at);
CREATE INDEX IF NOT EXISTS arrivals_certificate ON views.arrivals (received_at)
  WHERE rules = ARRAY['I-17'];
CREATE TABLE IF NOT EXISTS views.arrivals_kept (
  one boolean PRIMARY KEY CHECK (one),
  messages bigint NOT NULL,
  bytes bigint NOT NULL,
  counted_until timestamptz)
"""
_FIRST = (
    "INSERT INTO views.arrivals_kept "
    "SELECT true, count(*), coalesce(sum(length(body)), 0), %s FROM views.arrivals"
)
_COUNTED = "SELECT topic, state FROM log.events WHERE topic = %s ORDER BY position DESC LIMIT 1"
_KEEP = """
WITH kept AS (
  UPDATE views.arrivals_kept SET messages = messages + 1, bytes = bytes + %s
  WHERE bytes + %s <= %s AND (SELECT count(*) FROM views.arrivals
    WHERE peer = %s AND received_at > %s - interval '1 day') < %s
  RETURNING one)
INSERT INTO views.arrivals SELECT %s, %s, %s, %s, %s, %s, %s FROM kept RETURNING arrival_id"""
_DROP = """
WITH gone AS (DELETE FROM views.arrivals WHERE received_at < %s RETURNING length(body) AS size)
UPDATE views.arrivals_kept SET messages = messages - dropped, bytes = bytes - freed
FROM (SELECT count(*) AS dropped, coalesce(sum(size), 0) AS freed FROM gone) AS told
RETURNING dropped"""
DAYS = 7
"""Days for which arrivals are kept."""


class Came(Protocol):
    """What is kept of a message: its bytes, from where and when."""

    @property
    def body(self) -> bytes:
        """The HTTP body as received."""

    @property
    def peer(self) -> str:
        """The address it came from."""

    @property
    def at(self) -> datetime:
        """When it came."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A body that is no message at all, from where and when it came."""

    body: bytes
    peer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Arrived:
    """An arrival as it is listed; ``size`` in bytes."""

    arrival_id: UUID
    received_at: datetime
    peer: str
    rules: tuple[str, ...]
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The arrivals of one Registry, at most ``per_peer`` a day and ``bytes_in_all``."""

    log: EventLog
    per_peer: int
    bytes_in_all: int

    def prepare(self) -> None:
        """Make the tables, if they are not there; sums are read from all that is kept, once."""
        make_views(self.log, SCHEMA)
        with self.log.recorder.transaction() as cursor:
            cursor.execute("SELECT 1 FROM views.arrivals_kept")
            if cursor.fetchone() is None:
                cursor.execute(_COUNTED, ("arrivals-counted.1",))
                cursor.execute(_FIRST, (_until(cursor.fetchone()),))

    def keep(self, came: Came, answer: bytes, rules: Sequence[str]) -> bool:
        """Keep an arrival if the bounds allow; whether it was kept."""
        size, digest = len(came.body), sha256(came.body).digest()
        bounds = (size, size, self.bytes_in_all, came.peer, came.at, self.per_peer)
        row = (uuid7(), came.at, came.peer, list(rules), digest, came.body, answer)
        with self.log.recorder.transaction() as cursor:
            cursor.execute(_KEEP, (*bounds, *row))
            return cursor.fetchone() is not None

    def drop_before(self, moment: datetime) -> int:
        """Drop what came before ``moment``; how many."""
        with self.log.recorder.transaction() as cursor:
            cursor.execute(_DROP, (moment,))
            row = cursor.fetchone()
            return row[0] if row else 0

    def kept(self) -> tuple[int, int]:
        """How many arrivals are kept, and how many bytes their bodies have in all."""
        query = "SELECT messages, bytes FROM views.arrivals_kept"
        [(count, size)] = self.log.recorder.select(query, ())
        return count, size

    def between(self, since: datetime, until: datetime) -> list[Arrived]:
        """What came in an interval, oldest first."""
        query = (
            "SELECT arrival_id, received_at, peer, rules, sha256, length(body) "
            "FROM views.arrivals WHERE received_at >= %s AND received_at < %s ORDER BY 1"
        )
        rows = self.log.recorder.select(query, (since, until))
        return [_arrived(row) for row in rows]

    def signed_otherwise(self, since: datetime, most: int) -> list[bytes]:
        """The newest answers, ``most`` at most, to what was refused by rule I-17 alone.

        Its signer is the system that is named; only the certificate is another.
        """
        query = (
            "SELECT answer FROM views.arrivals WHERE received_at >= %s "
            "AND rules = ARRAY['I-17'] ORDER BY received_at DESC LIMIT %s"
        )
        return [bytes(answer) for (answer,) in self.log.recorder.select(query, (since, most))]

    def counted_until(self) -> datetime | None:
        """Up to when arrivals were last counted in the log; None if they never were."""
        query = "SELECT counted_until FROM views.arrivals_kept"
        [(until,)] = self.log.recorder.select(query, ())
        return until if isinstance(until, datetime) else None

    def oldest(self) -> datetime | None:
        """When the oldest arrival came that is kept; None if none is."""
        [(came,)] = self.log.recorder.select("SELECT min(received_at) FROM views.arrivals", ())
        return came if isinstance(came, datetime) else None

    def note_counted(self, until: datetime) -> None:
        """Remember up to when they were counted."""
        with self.log.recorder.transaction() as cursor:
            cursor.execute("UPDATE views.arrivals_kept SET counted_until = %s", (until,))


def _until(row: tuple[Any, ...] | None) -> datetime | None:
    event = None if row is None else decode(*row)
    return event.until if isinstance(event, ArrivalsCounted) else None


def _arrived(row: Sequence[Any]) -> Arrived:
    arrival_id, at, peer, rules, digest, size = row
    return Arrived(arrival_id, at, peer, tuple(rules), digest.hex(), size)
