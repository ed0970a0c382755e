"""What is not yet synchronised, since when, and what became of it: a projection of the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Cursor

from sez.synchronisation.package import (
    DeliveryFailed,
    PackageFormed,
    ReceiptReceived,
    VoidAnswered,
    named_records,
)
from sez.synchronisation.packing import Waiting
from sez.tendering.tender import VersionSigned, VersionWithdrawn
from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.views import make_views
from shared_contracts.messages.receipt import Finding, Result

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.versions (
  object_id uuid NOT NULL,
  version bigint NOT NULL,
  document_hash text NOT NULL,
  formed_at timestamptz NOT NULL,
  originator_id uuid NOT NULL,
  log_version bigint NOT NULL,
  state text NOT NULL,
  message_id uuid,
  registry_id uuid,
  seconds int,
  late boolean,
  findings text,
  PRIMARY KEY (object_id, version));
CREATE INDEX IF NOT EXISTS versions_open ON views.versions (state)
  WHERE state <> 'SYNCHRONISED';
CREATE TABLE IF NOT EXISTS views.packages (
  message_id uuid PRIMARY KEY,
  originator_id uuid NOT NULL,
  sequence bigint NOT NULL,
  records int NOT NULL,
  formed_at timestamptz NOT NULL,
  state text NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  last_reason text,
  next_attempt_at timestamptz,
  answered_at timestamptz);
CREATE INDEX IF NOT EXISTS packages_open ON views.packages (state) WHERE state = 'IN_FLIGHT';
CREATE INDEX IF NOT EXISTS packages_number ON views.packages (sequence)
"""
NAME = "outbox"
"""Name of the follower that keeps these views."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version on its way: WAITING, IN_FLIGHT, HELD, SYNCHRONISED or REFUSED."""

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


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A package: IN_FLIGHT, HELD, ACCEPTED, REFUSED or VOIDED, and how the attempts went."""

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


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the views up to date, one event after another: each builds on the last."""
    for at in events:
        for statement, rows in _changes(at, at.event):
            cursor.executemany(statement, rows)


Changes = list[tuple[str, list[Any]]]

_SIGNED = (
    "INSERT INTO views.versions VALUES (%s,%s,%s,%s,%s,%s,'WAITING') "
    "ON CONFLICT (object_id, version) DO UPDATE SET document_hash = excluded.document_hash, "
    "formed_at = excluded.formed_at, log_version = excluded.log_version, state = 'WAITING', "
    "message_id = NULL, findings = NULL"
)
_WITHDRAWN = "DELETE FROM views.versions WHERE object_id = %s AND version >= %s"
_FORMED = (
    "INSERT INTO views.packages (message_id, originator_id, sequence, records, formed_at, state) "
    "VALUES (%s,%s,%s,%s,%s,%s)"
)
_CARRIED = (
    "UPDATE views.versions SET state = %s, message_id = %s WHERE object_id = %s AND version = %s"
)
_FAILED = (
    "UPDATE views.packages SET attempts = %s, last_reason = %s, next_attempt_at = %s "
    "WHERE message_id = %s"
)
_ANSWERED = "UPDATE views.packages SET state = %s, answered_at = %s WHERE message_id = %s"
_SYNCHRONISED = (
    "UPDATE views.versions SET state = 'SYNCHRONISED', registry_id = %s, seconds = %s, late = %s, "
    "findings = %s WHERE object_id = %s AND version = %s"
)
_REFUSED = (
    "UPDATE views.versions SET state = 'REFUSED', findings = %s "
    "WHERE message_id = %s AND object_id = %s AND version = %s"
)
_AGAIN = (
    "UPDATE views.versions SET state = 'WAITING', message_id = NULL "
    "WHERE message_id = %s AND state IN ('IN_FLIGHT', 'HELD')"
)


def _changes(at: Recorded, event: Event) -> Changes:
    match event:
        case VersionSigned():
            row = (event.object_id, event.version, event.document_hash, event.formed_at)
            return [(_SIGNED, [(*row, at.originator_id, at.version)])]
        case VersionWithdrawn():
            return [(_WITHDRAWN, [(event.object_id, event.version)])]
        case PackageFormed():
            return _formed(at, event)
        case DeliveryFailed():
            failed = (event.attempt, event.reason, event.next_attempt_at, event.message_id)
            return [(_FAILED, [failed])]
        case ReceiptReceived():
            return _answered(event)
        case VoidAnswered(result=Result.ACCEPTED):
            voided = ("VOIDED", event.received_at, event.message_id)
            return [(_ANSWERED, [voided]), (_AGAIN, [(event.message_id,)])]
        case _:
            return []


def _formed(at: Recorded, event: PackageFormed) -> Changes:
    state = "HELD" if event.held else "IN_FLIGHT"
    row = (event.message_id, at.originator_id, event.sequence, len(event.records))
    carried = [(state, event.message_id, one.object_id, one.version) for one in event.records]
    return [(_FORMED, [(*row, event.formed_at, state)]), (_CARRIED, carried)]


def _answered(event: ReceiptReceived) -> Changes:
    answered = (_ANSWERED, [(event.result, event.received_at, event.message_id)])
    if event.result is Result.ACCEPTED:
        rows = [
            (
                one.registry_id,
                one.seconds_after_forming,
                one.late,
                _text(event.findings, one.number),
                one.object_id,
                one.version,
            )
            for one in event.records
        ]
        return [answered, (_SYNCHRONISED, rows)]
    return [answered, *_refused(event)]


def _refused(event: ReceiptReceived) -> Changes:
    """The named records wait for a person, the others go again; if none is named, all wait."""
    named = named_records(event.findings)
    stopped = [
        (_text(event.findings, one.number), event.message_id, one.object_id, one.version)
        for one in event.records
        if not named or one.number in named
    ]
    return [(_REFUSED, stopped), (_AGAIN, [(event.message_id,)])]


def _text(findings: Sequence[Finding], number: int) -> str | None:
    own = [finding for finding in findings if finding.record in {None, number}]
    return msgspec.json.encode(own).decode() if own else None


_VERSION = "SELECT * FROM views.versions WHERE "
_PACKAGE = "SELECT * FROM views.packages WHERE "


def waiting(log: EventLog) -> list[Waiting]:
    """Signed versions that may leave: none of the object is under way, none before it refused."""
    query = (
        "SELECT w.object_id, w.version, w.document_hash, w.formed_at, w.originator_id, "
        "w.log_version, (SELECT registry_id FROM views.versions p WHERE p.object_id = w.object_id "
        "AND p.registry_id IS NOT NULL LIMIT 1) FROM views.versions w WHERE w.state = 'WAITING' "
        "AND NOT EXISTS (SELECT 1 FROM views.versions o WHERE o.object_id = w.object_id "
        "AND (o.state IN ('IN_FLIGHT', 'HELD') OR o.state = 'REFUSED' AND o.version < w.version)) "
        "ORDER BY 1, 2 LIMIT 5000"
    )
    return [Waiting(*row) for row in log.recorder.select(query, ())]


def due(log: EventLog, now: datetime, limit: int = 1000) -> list[PackageRow]:
    """Packages to try now, oldest first."""
    query = (
        _PACKAGE + "state = 'IN_FLIGHT' AND (next_attempt_at IS NULL OR next_attempt_at <= %s) "
        "ORDER BY sequence LIMIT %s"
    )
    return [PackageRow(*row) for row in log.recorder.select(query, (now, limit))]


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


def unsynchronised(log: EventLog, limit: int = 1000) -> list[VersionRow]:
    """What the Registry has not accepted yet, the oldest first (S216-18.2)."""
    query = _VERSION + "state <> 'SYNCHRONISED' ORDER BY formed_at LIMIT %s"
    return [_row(row) for row in log.recorder.select(query, (limit,))]


def versions_of(log: EventLog, object_id: UUID) -> list[VersionRow]:
    """The versions of a tender and what became of each."""
    query = _VERSION + "object_id = %s ORDER BY version"
    return [_row(row) for row in log.recorder.select(query, (object_id,))]


def is_refused(log: EventLog, object_id: UUID, version: int) -> bool:
    """Whether the Registry refused this version, and a person has not yet done about it."""
    query = _VERSION + "object_id = %s AND version = %s AND state = 'REFUSED'"
    return bool(log.recorder.select(query, (object_id, version)))


def _row(row: Sequence[Any]) -> VersionRow:
    findings = msgspec.json.decode(row[11], type=tuple[Finding, ...]) if row[11] else ()
    columns = VersionRow.__dataclass_fields__
    return VersionRow(**dict(zip(columns, (*row[:11], findings), strict=True)))


def prepare(log: EventLog) -> None:
    """Make the views, if they are not there."""
    make_views(log, SCHEMA)
