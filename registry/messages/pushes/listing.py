"""Which receipts of tickets are pushed to their systems: a projection of the log (S216-18.1).

A receipt is DUE from its judgement on, until it is DELIVERED, or LEFT to be asked for: after tries
enough, or where a day passed without one (the system has no endpoint, or the Registry stood still).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Cursor

from registry.messages.message import PackageAccepted, PackageRefused, PackageSubmitted
from registry.messages.pushes.push import ReceiptNotPushed, ReceiptPushed, ReceiptPushWanted
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.following.views import make_views
from shared_contracts.event_log.log import RECORDED, EventLog, restored

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.pushes (
  ticket_id uuid PRIMARY KEY,
  sez_code text NOT NULL,
  message_id uuid NOT NULL,
  originator_id uuid NOT NULL,
  status text NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  next_at timestamptz,
  reason text,
  detail text,
  acknowledged_in uuid);
CREATE INDEX IF NOT EXISTS pushes_due ON views.pushes (sez_code, next_at)
  WHERE status = 'DUE';
CREATE INDEX IF NOT EXISTS pushes_overdue ON views.pushes (next_at)
  WHERE status = 'DUE';
CREATE INDEX IF NOT EXISTS pushes_left ON views.pushes (ticket_id)
  WHERE status = 'LEFT';
CREATE INDEX IF NOT EXISTS pushes_of ON views.pushes (sez_code, ticket_id)
  WHERE status <> 'TICKETED';
CREATE INDEX IF NOT EXISTS pushes_stream ON views.pushes (originator_id)
"""

PUSHED_FOR: Final = timedelta(days=1)
"""So long after it was due last a receipt is pushed at all; then it waits to be asked for."""

NOT_IN_TIME: Final = "NOT_IN_TIME"
"""Why a receipt is LEFT that nobody tried to push within that day."""

LEFT_AT_ONCE: Final = 100
"""Receipts that one statement leaves to be asked for."""

COUNTED: Final = 600
"""Most receipts of a state that are counted."""


@dataclass(frozen=True, slots=True)
class PushRow:
    """A receipt on its way: TICKETED (not judged yet), DUE, DELIVERED or LEFT.

    ``originator_id`` leads to the message and its receipt.
    """

    ticket_id: UUID
    sez_code: str
    message_id: UUID
    originator_id: UUID
    status: str
    attempts: int
    next_at: datetime | None
    reason: str | None
    detail: str | None


_TICKETED = (
    "INSERT INTO views.pushes (ticket_id, sez_code, message_id, originator_id, status) "
    "VALUES (%s, %s, %s, %s, 'TICKETED') ON CONFLICT DO NOTHING"
)
_JUDGED = (
    "UPDATE views.pushes p SET status = 'DUE', next_at = j.at "
    "FROM unnest(%s::uuid[], %s::timestamptz[]) j(id, at) "
    "WHERE p.originator_id = j.id AND p.status = 'TICKETED'"
)
_PUSHED = (
    "UPDATE views.pushes SET status = 'DELIVERED', attempts = %s, next_at = NULL, reason = NULL, "
    "detail = NULL, acknowledged_in = %s WHERE ticket_id = %s"
)
_NOT_PUSHED = (
    "UPDATE views.pushes SET status = %s, attempts = %s, next_at = %s, reason = %s, detail = %s "
    "WHERE ticket_id = %s"
)
_WANTED = (
    "UPDATE views.pushes SET status = 'DUE', attempts = 0, next_at = %s, reason = NULL, "
    "detail = NULL WHERE ticket_id = %s AND status <> 'DELIVERED'"
)
_OVERDUE = (
    "UPDATE views.pushes SET status = 'LEFT', next_at = NULL, reason = %s WHERE ticket_id IN ("
    "SELECT ticket_id FROM views.pushes WHERE status = 'DUE' AND next_at <= %s "
    "ORDER BY next_at LIMIT %s)"
)


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the receipts up to date with events; each judgement comes before any attempt.

    What no attempt came to within a day is LEFT, by the time of the newest event: the log alone
    says so, and what was judged long before receipts were pushed at all is not DUE.
    """
    for at in events:
        match at.event:
            case PackageSubmitted(ticket_id=ticket, sez_code=code, message_id=message_id):
                cursor.execute(_TICKETED, (ticket, code, message_id, at.originator_id))
            case ReceiptPushed(ticket_id=ticket, attempt=attempts):
                cursor.execute(_PUSHED, (attempts, at.originator_id, ticket))
            case ReceiptNotPushed(ticket_id=ticket) as event:
                status = "LEFT" if event.next_attempt_at is None else "DUE"
                told = (event.attempt, event.next_attempt_at, event.reason, event.detail)
                cursor.execute(_NOT_PUSHED, (status, *told, ticket))
            case ReceiptPushWanted(ticket_id=ticket, wanted_at=at_once):
                cursor.execute(_WANTED, (at_once, ticket))
            case _:
                pass
    verdicts = (PackageAccepted, PackageRefused)
    if judged := [at for at in events if isinstance(at.event, verdicts)]:
        columns = [at.originator_id for at in judged], [at.recorded_at for at in judged]
        cursor.execute(_JUDGED, columns)
    if events:
        _leave(cursor, events[-1].recorded_at - PUSHED_FOR)


def _leave(cursor: Cursor[Any], until: datetime) -> None:
    """What was due by ``until`` is LEFT, each once and for good, so many at a time."""
    while True:
        cursor.execute(_OVERDUE, (NOT_IN_TIME, until, LEFT_AT_ONCE))
        if cursor.rowcount < LEFT_AT_ONCE:
            return


_COLUMNS: LiteralString = (
    "SELECT ticket_id, sez_code, message_id, originator_id, status, attempts, next_at, reason, "
    "detail FROM views.pushes "
)


def due(
    log: EventLog, codes: Collection[str], now: datetime, longest: timedelta
) -> dict[str, PushRow]:
    """For each of these systems the receipt due longest.

    What is put off by more than the ``longest`` pause was so by a clock that has been set right
    since: it is due.
    """
    query = (
        "SELECT p.ticket_id, p.sez_code, p.message_id, p.originator_id, p.status, p.attempts, "
        "p.next_at, p.reason, p.detail FROM unnest(%s::text[]) c, LATERAL ("
        "(SELECT * FROM views.pushes WHERE status = 'DUE' AND sez_code = c AND next_at > %s "
        "AND next_at <= %s ORDER BY next_at LIMIT 1) UNION ALL "
        "(SELECT * FROM views.pushes WHERE status = 'DUE' AND sez_code = c AND next_at > %s "
        "ORDER BY next_at LIMIT 1) LIMIT 1) p"
    )
    asked = (list(codes), now - PUSHED_FOR, now, now + longest)
    return {row[1]: PushRow(*row) for row in log.recorder.select(query, asked)}


def push(log: EventLog, ticket_id: UUID) -> PushRow | None:
    """The way of a ticket's receipt."""
    rows = log.recorder.select(_COLUMNS + "WHERE ticket_id = %s", (ticket_id,))
    return PushRow(*rows[0]) if rows else None


def pushes(log: EventLog, sez_code: str, limit: int) -> list[PushRow]:
    """The receipts that were judged for a system, those of the newest tickets first."""
    query = (
        _COLUMNS + "WHERE sez_code = %s AND status <> 'TICKETED' ORDER BY ticket_id DESC LIMIT %s"
    )
    return [PushRow(*row) for row in log.recorder.select(query, (sez_code, limit))]


def acknowledged_in(log: EventLog, originator_id: UUID) -> UUID | None:
    """The stream of the event beside which a system's word stands that it keeps a receipt.

    ``originator_id`` is that of the message; None where the receipt was not pushed.
    """
    query = "SELECT acknowledged_in FROM views.pushes WHERE originator_id = %s"
    rows = log.recorder.select(query, (originator_id,))
    return rows[0][0] if rows else None


def by_status(log: EventLog) -> dict[str, float]:
    """How many receipts are DUE or LEFT, up to ``COUNTED`` of each."""
    query = (
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM views.pushes WHERE status = 'DUE' LIMIT %s) d)"
        ", (SELECT count(*) FROM (SELECT 1 FROM views.pushes WHERE status = 'LEFT' LIMIT %s) l)"
    )
    [(due_now, left)] = log.recorder.select(query, (COUNTED, COUNTED))
    return {"DUE": float(due_now), "LEFT": float(left)}


_THERE = (
    "SELECT to_regclass('views.pushes') IS NOT NULL, EXISTS (SELECT FROM pg_attribute "
    "WHERE attrelid = to_regclass('views.pushes') AND attname = 'acknowledged_in')"
)
_ACKNOWLEDGED = """
ALTER TABLE views.pushes ADD COLUMN IF NOT EXISTS acknowledged_in uuid;
UPDATE views.pushes p SET acknowledged_in = e.originator_id FROM log.events e
  WHERE p.status = 'DELIVERED' AND p.acknowledged_in IS NULL AND e.topic = 'receipt-pushed.1'
  AND p.ticket_id = (convert_from(e.state, 'UTF8')::jsonb ->> 'ticket_id')::uuid
"""
"""For a store whose receipts were pushed before this column was there."""

_TOPICS = ("package-submitted.1", "package-accepted.1", "package-refused.1")
_TICKETS = (
    RECORDED + "topic = ANY(%s) AND position <= "  # noqa: S608  # fixed text
    "(SELECT position FROM views.tracking WHERE name = 'views') AND originator_id IN "
    "(SELECT originator_id FROM views.tickets) ORDER BY 1"
)


def prepare(log: EventLog) -> None:
    """Make the views, if they are not there; they are filled from what was recorded before."""
    [(there, whole)] = log.recorder.select(_THERE, ())
    if there and not whole:
        make_views(log, _ACKNOWLEDGED)
    make_views(log, SCHEMA)
    if not there:
        rows = log.recorder.select(_TICKETS, (list(_TOPICS),))
        with log.recorder.transaction() as cursor:
            apply(cursor, [restored(row) for row in rows])
