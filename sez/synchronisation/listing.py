"""What is not yet synchronised, since when, and what became of it: a projection of the log."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Cursor

from sez.records.places import KEPT_BY
from sez.synchronisation import trees
from sez.synchronisation.outbox import changes
from sez.synchronisation.outbox_schema import SCHEMA, SHAPE
from sez.synchronisation.package_contents import TOGETHER, Waiting
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.following.views import make_views
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.receipt import Finding

NAME = KEPT_BY
"""Name of the follower that keeps these views."""


@dataclass(frozen=True, slots=True)
class OutgoingVersionRow:
    """ASKING, WAITING, IN_FLIGHT, HELD, STOPPED, SYNCHRONISED or REFUSED: a version on its way."""

    object_id: UUID
    version: int
    document_hash: str
    formed_at: datetime
    originator_id: UUID
    log_version: int
    state: str
    message_id: UUID | None
    registry_id: UUID | None
    seconds: int | None
    late: bool | None
    findings: tuple[Finding, ...]
    customer: str
    place: int | None
    alone: bool
    operation: str
    position: int
    asked: bool


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A package: IN_FLIGHT, HELD, STOPPED, ACCEPTED, REFUSED or VOIDED, and how it went.

    One with a ``ticket_id`` is with the Registry, which waits for ``ticket_cause``; what is
    ``ticket_held`` there waits for a person.
    """

    message_id: UUID
    originator_id: UUID
    sequence: int
    records: int
    formed_at: datetime
    state: str
    attempts: int
    last_reason: str | None
    next_attempt_at: datetime | None
    answered_at: datetime | None
    customer: str
    detail: str | None
    ticket_id: UUID | None = None
    ticket_cause: str | None = None
    ticket_held: bool = False

    @property
    def due_at(self) -> datetime:
        """Since when it is to be tried."""
        return self.next_attempt_at or self.formed_at


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the views up to date, one event after another: each builds on the last."""
    for at in events:
        for statement, rows in changes(at, at.event):
            cursor.executemany(statement, rows)
    trees.apply(cursor, events)


_VERSION = "SELECT * FROM views.versions WHERE "
_PACKAGE = "SELECT * FROM views.packages WHERE "


def _customers(view: str, where: str) -> str:
    """Each customer of the rows of a view, found by its index: one step a customer, not a row."""
    first = f"SELECT customer FROM views.{view} WHERE {where}"  # noqa: S608  # fixed texts
    return f"""
WITH RECURSIVE customers AS (({first} ORDER BY customer LIMIT 1)
  UNION ALL
  SELECT ({first} AND customer > c.customer ORDER BY customer LIMIT 1)
  FROM customers c WHERE c.customer IS NOT NULL)"""  # noqa: S608  # fixed texts


UNTRIED = 16
"""Most packages of one customer that are formed before they were tried."""


_WAITS = """
SELECT w.object_id, w.version, w.document_hash, w.formed_at, w.originator_id, w.log_version,
  (SELECT registry_id FROM views.versions p WHERE p.object_id = w.object_id
    AND p.registry_id IS NOT NULL LIMIT 1), w.customer"""


def waiting(log: EventLog) -> list[Waiting]:
    """Signed versions that may leave: none of the object is under way, none before it refused.

    They wait behind no other object. Of each customer at most ten packages full, and none while
    enough of his wait to be tried.
    """
    query = f"""{_customers("versions", "state = 'WAITING'")}{_WAITS},
  coalesce((SELECT octet_length(body) FROM log.evidence e WHERE e.originator_id = w.originator_id
    AND e.originator_version = w.log_version AND e.name = 'document'), 0), w.alone, w.operation
FROM customers c,
LATERAL (SELECT * FROM views.versions v WHERE v.state = 'WAITING' AND v.customer = c.customer
  AND NOT EXISTS (SELECT 1 FROM views.versions o WHERE o.object_id = v.object_id
    AND (o.state IN ('IN_FLIGHT', 'HELD', 'STOPPED')
      OR o.state IN ('REFUSED', 'ASKING') AND o.version < v.version))
  AND (NOT EXISTS (SELECT 1 FROM views.refers_to WHERE v.object_id IN (object_id, to_id))
    OR NOT EXISTS (SELECT 1 FROM views.holds h WHERE h.object_id = v.object_id
      AND h.version = v.version OFFSET 0))
  ORDER BY v.object_id, v.version LIMIT %s) w
WHERE (SELECT count(*) FROM views.packages p WHERE p.state = 'IN_FLIGHT'
  AND p.customer = c.customer AND p.attempts = 0 AND p.ticket_id IS NULL) < %s
ORDER BY 1, 2"""  # noqa: S608  # fixed texts
    return [Waiting(*row) for row in log.recorder.select(query, (10 * TOGETHER, UNTRIED))]


def waiting_of(log: EventLog, object_id: UUID) -> list[Waiting]:
    """The same of one tender, however many of its customer wait."""
    query = f"""{_WAITS}, 0, false, w.operation FROM views.versions w
WHERE w.object_id = %s AND w.state IN ('WAITING', 'ASKING') ORDER BY 1, 2"""  # fixed texts
    return [Waiting(*row) for row in log.recorder.select(query, (object_id,))]


def due(
    log: EventLog,
    now: datetime,
    longest: timedelta,
    busy: Collection[UUID] = (),
    most: tuple[int, int] = (16, 1000),
) -> list[PackageRow]:
    """The packages due longest, at ``most`` so many of a customer and in all; none of the ``busy``.

    What is put off by more than the ``longest`` pause, or formed in times to come, was so by a
    clock that has been set right since: it is due.
    """
    part = """
  (SELECT * FROM views.packages WHERE state = 'IN_FLIGHT' AND customer = c.customer
    AND {late} %s AND message_id <> ALL(%s::uuid[]) ORDER BY {moment}, sequence LIMIT %s)"""
    moment = "coalesce(next_attempt_at, formed_at)"
    parts = (
        part.format(late=f"{moment} <=", moment=moment),
        part.format(late=f"attempts > 0 AND {moment} >", moment=moment),
        part.format(late="attempts = 0 AND formed_at >", moment="formed_at"),
    )
    query = f"""{_customers("packages", "state = 'IN_FLIGHT'")}
SELECT message_id, originator_id, sequence, records, formed_at, state, attempts, last_reason,
  next_attempt_at, answered_at, p.customer, detail, ticket_id, ticket_cause, ticket_held
FROM customers c, LATERAL (
  {" UNION ALL ".join(parts)} LIMIT %s) p
ORDER BY {moment}, sequence LIMIT %s"""  # noqa: S608  # fixed texts
    each, in_all = most
    own = (list(busy), each)
    parameters = (now, *own, now + longest, *own, now, *own, each, in_all)
    return [PackageRow(*row) for row in log.recorder.select(query, parameters)]


def failing(log: EventLog, customers: Collection[str]) -> frozenset[str]:
    """Which of these customers have packages whose last attempt failed."""
    query = """
SELECT c FROM unnest(%s::text[]) c WHERE EXISTS (SELECT 1 FROM views.packages
  WHERE state = 'IN_FLIGHT' AND attempts > 0 AND ticket_id IS NULL AND customer = c)"""
    return frozenset(one for (one,) in log.recorder.select(query, (list(customers),)))


def in_flight(log: EventLog) -> int:
    """How many packages are tried until they are answered."""
    query = "SELECT count(*) FROM views.packages WHERE state = 'IN_FLIGHT'"
    return int(log.recorder.select(query, ())[0][0])


def packages_by_state(log: EventLog, often: int) -> dict[str, int]:
    """How many packages wait for their answer: IN_FLIGHT, HELD, STOPPED.

    Of the first, those that are OFTEN_TRIED, TICKETED or TICKET_HELD are counted apart.
    """
    query = (
        "SELECT CASE WHEN state <> 'IN_FLIGHT' THEN state WHEN ticket_held THEN 'TICKET_HELD' "
        "WHEN attempts >= %s THEN 'OFTEN_TRIED' WHEN ticket_id IS NOT NULL THEN 'TICKETED' "
        "ELSE state END, count(*) FROM views.packages "
        "WHERE state IN ('IN_FLIGHT', 'HELD', 'STOPPED') GROUP BY 1"
    )
    return dict(log.recorder.select(query, (often,)))


def ticketed(log: EventLog, limit: int) -> list[PackageRow]:
    """The packages under tickets, those formed first before others."""
    query = _PACKAGE + "state = 'IN_FLIGHT' AND ticket_id IS NOT NULL ORDER BY formed_at LIMIT %s"
    return [PackageRow(*row) for row in log.recorder.select(query, (limit,))]


def many_wait(log: EventLog, more_than: int) -> bool:
    """Whether more versions than that wait to be sent or answered."""
    query = (
        "SELECT count(*) FROM (SELECT 1 FROM views.versions "
        "WHERE state IN ('WAITING', 'IN_FLIGHT') LIMIT %s) w"
    )
    return int(log.recorder.select(query, (more_than + 1,))[0][0]) > more_than


def packages(log: EventLog, message_ids: Collection[UUID]) -> dict[UUID, PackageRow]:
    """Packages by their message ids."""
    rows = log.recorder.select(_PACKAGE + "message_id = ANY(%s::uuid[])", (list(message_ids),))
    return {row[0]: PackageRow(*row) for row in rows}


def package(log: EventLog, message_id: UUID) -> PackageRow | None:
    """A package by its message id, or None."""
    rows = log.recorder.select(_PACKAGE + "message_id = %s", (message_id,))
    return PackageRow(*rows[0]) if rows else None


def package_of(log: EventLog, number: int) -> PackageRow | None:
    """The package that took a number of the sequence, or None."""
    rows = log.recorder.select(_PACKAGE + "sequence = %s", (number,))
    return PackageRow(*rows[0]) if rows else None


def open_versions(log: EventLog) -> dict[str, tuple[int, datetime]]:
    """By state, how many versions the Registry has not accepted, and when the oldest was formed."""
    query = (
        "SELECT state, count(*), min(formed_at) FROM views.versions "
        "WHERE state <> 'SYNCHRONISED' GROUP BY state"
    )
    return {state: (count, oldest) for state, count, oldest in log.recorder.select(query, ())}


def unsynchronised(log: EventLog, limit: int = 1000) -> list[OutgoingVersionRow]:
    """What the Registry has not accepted yet, the oldest first (S216-18.2)."""
    query = _VERSION + "state <> 'SYNCHRONISED' ORDER BY formed_at LIMIT %s"
    return [_row(row) for row in log.recorder.select(query, (limit,))]


def versions_of(log: EventLog, object_id: UUID) -> list[OutgoingVersionRow]:
    """The versions of a tender and what became of each."""
    query = _VERSION + "object_id = %s ORDER BY version"
    return [_row(row) for row in log.recorder.select(query, (object_id,))]


def _row(row: Sequence[Any]) -> OutgoingVersionRow:
    findings = msgspec.json.decode(row[11], type=tuple[Finding, ...]) if row[11] else ()
    return OutgoingVersionRow(*(*row[:11], findings, *row[12:]))


def prepare(log: EventLog) -> None:
    """Make the views, if they are not there; those of another shape are made anew."""
    found = log.recorder.select("SELECT obj_description(to_regclass('views.packages'))", ())
    there = log.recorder.select("SELECT to_regclass('views.packages') IS NOT NULL", ())
    if there[0][0] and found[0][0] != SHAPE:
        with log.recorder.transaction() as cursor:
            cursor.execute("DROP TABLE views.packages, views.versions CASCADE")
            cursor.execute("DROP TABLE IF EXISTS views.refers_to, views.taken_back")
            cursor.execute("DROP TABLE IF EXISTS views.checksums, views.checksum_nodes")
            cursor.execute("DELETE FROM views.tracking WHERE name = %s", (NAME,))
    make_views(log, SCHEMA)
