"""Which packages wait under tickets, in the order in which they came: a projection of the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Cursor

from registry.messages.message import (
    PackageAccepted,
    PackageDeferred,
    PackageRefused,
    PackageSubmitted,
)
from registry.messages.ticket import TicketEnded, TicketHeld, TicketResumed
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.following.views import make_views
from shared_contracts.event_log.log import EventLog

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.tickets (
  ticket_id uuid PRIMARY KEY,
  sez_code text NOT NULL,
  message_id uuid NOT NULL,
  originator_id uuid NOT NULL,
  position bigint NOT NULL,
  received_at timestamptz NOT NULL,
  size bigint NOT NULL,
  objects text[] NOT NULL,
  referred text[] NOT NULL,
  status text NOT NULL,
  cause text);
CREATE INDEX IF NOT EXISTS tickets_waiting ON views.tickets (position)
  WHERE status = 'WAITING';
CREATE INDEX IF NOT EXISTS tickets_open ON views.tickets (sez_code, position)
  WHERE status <> 'ANSWERED';
CREATE INDEX IF NOT EXISTS tickets_stream ON views.tickets (originator_id)
"""


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as it is listed; ``size`` is that of the message in bytes.

    ``status`` is WAITING, HELD, ANSWERED or ENDED (by a person: its answer is a refusal);
    ``cause`` is the fault by which it was put off.
    """

    ticket_id: UUID
    sez_code: str
    message_id: UUID
    originator_id: UUID
    position: int
    received_at: datetime
    size: int
    objects: list[str]
    referred: list[str]
    status: str
    cause: str | None


_ROW = (
    "INSERT INTO views.tickets VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'WAITING', NULL) "
    "ON CONFLICT DO NOTHING"
)
_DEFERRED = "UPDATE views.tickets SET cause = %s WHERE originator_id = %s"
_HELD = "UPDATE views.tickets SET status = 'HELD', cause = %s WHERE originator_id = %s"
_ANSWERED = (
    "UPDATE views.tickets SET status = 'ANSWERED' WHERE originator_id = ANY(%s::uuid[]) "
    "AND status <> 'ENDED'"
)
_ENDED = "UPDATE views.tickets SET status = 'ENDED' WHERE originator_id = %s"
_RESUMED = "UPDATE views.tickets SET status = 'WAITING', cause = NULL WHERE originator_id = %s"


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the tickets up to date with events, one after another."""
    for at in events:
        match at.event:
            case PackageSubmitted() as event:
                cursor.execute(_ROW, _columns(at, event))
            case PackageDeferred(fault=fault):
                cursor.execute(_DEFERRED, (fault, at.originator_id))
            case TicketHeld(fault=fault):
                cursor.execute(_HELD, (fault, at.originator_id))
            case TicketResumed():
                cursor.execute(_RESUMED, (at.originator_id,))
            case TicketEnded():
                cursor.execute(_ENDED, (at.originator_id,))
            case _:
                pass
    verdicts = (PackageAccepted, PackageRefused)
    if judged := [at.originator_id for at in events if isinstance(at.event, verdicts)]:
        cursor.execute(_ANSWERED, (judged,))


def _columns(at: Recorded, event: PackageSubmitted) -> tuple[Any, ...]:
    return (
        event.ticket_id,
        event.sez_code,
        event.message_id,
        at.originator_id,
        at.position,
        event.received_at,
        event.size,
        list(event.objects),
        list(event.referred),
    )


_COLUMNS: LiteralString = (
    "SELECT ticket_id, sez_code, message_id, originator_id, position, received_at, size, objects, "
    "referred, status, cause FROM views.tickets "
)


def waiting(log: EventLog, most: int) -> list[TicketRow]:
    """The tickets that wait, at most so many of each system, those that came first."""
    query = (
        _COLUMNS + "WHERE ticket_id IN (SELECT ticket_id FROM (SELECT ticket_id, row_number() "  # noqa: S608  # constants alone
        "OVER (PARTITION BY sez_code ORDER BY position) AS place FROM views.tickets "
        "WHERE status = 'WAITING') w WHERE place <= %s) ORDER BY position"
    )
    return [TicketRow(*row) for row in log.recorder.select(query, (most,))]


def ticket(log: EventLog, ticket_id: UUID) -> TicketRow | None:
    """A ticket by its id."""
    rows = log.recorder.select(_COLUMNS + "WHERE ticket_id = %s", (ticket_id,))
    return TicketRow(*rows[0]) if rows else None


def unanswered(log: EventLog, sez_code: str, limit: int) -> list[TicketRow]:
    """The tickets of a system that are not answered, in the order in which they came."""
    query = (
        _COLUMNS + "WHERE status <> 'ANSWERED' AND status <> 'ENDED' AND sez_code = %s "
        "ORDER BY position LIMIT %s"
    )
    return [TicketRow(*row) for row in log.recorder.select(query, (sez_code, limit))]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Tickets of a system that are not answered, those of them that are held, and their bytes."""

    count: int
    held: int
    size: int


def held_back(log: EventLog, sez_code: str) -> HeldBack:
    """What of a system is not answered, whether it waits or is held."""
    query = (
        "SELECT count(*), count(*) FILTER (WHERE status = 'HELD'), "
        "coalesce(sum(size), 0)::bigint FROM views.tickets "
        "WHERE status <> 'ANSWERED' AND status <> 'ENDED' AND sez_code = %s"
    )
    [row] = log.recorder.select(query, (sez_code,))
    return HeldBack(*row)


def by_status(log: EventLog) -> dict[str, float]:
    """How many tickets are not answered, by state."""
    query = (
        "SELECT status, count(*) FROM views.tickets "
        "WHERE status <> 'ANSWERED' AND status <> 'ENDED' GROUP BY status"
    )
    found = {"WAITING": 0.0, "HELD": 0.0}
    return found | dict(log.recorder.select(query, ()))


def prepare(log: EventLog) -> None:
    """Make the views, if they are not there."""
    make_views(log, SCHEMA)
