"""What may be looked up of protocols: a projection of the log, rebuilt at will."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor

from registry.protocols.protocol import ProtocolRecorded, ProtocolVoided
from registry.records.listing import paged, write
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.protocols (
  registry_id uuid PRIMARY KEY,
  object_type text NOT NULL,
  sez_code text NOT NULL,
  object_id uuid NOT NULL,
  purchase_id uuid NOT NULL,
  protocol_number text NOT NULL,
  protocol_date timestamptz NOT NULL,
  status text NOT NULL,
  version bigint NOT NULL);
CREATE INDEX IF NOT EXISTS protocols_type ON views.protocols (object_type, registry_id);
CREATE INDEX IF NOT EXISTS protocols_purchase
  ON views.protocols (sez_code, purchase_id, object_type)
"""


@dataclass(frozen=True, slots=True)
class ProtocolRow:
    """A protocol as it is listed."""

    registry_id: UUID
    object_type: str
    sez_code: str
    object_id: UUID
    purchase_id: UUID
    protocol_number: str
    protocol_date: datetime
    status: str
    version: int


_STATED = (
    "INSERT INTO views.protocols VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s) "
    "ON CONFLICT (registry_id) DO UPDATE SET protocol_number = excluded.protocol_number, "
    "protocol_date = excluded.protocol_date, status = excluded.status, "
    "version = excluded.version WHERE protocols.version < excluded.version"
)
_VOIDED = (
    "UPDATE views.protocols SET status = 'VOIDED', version = %s "
    "WHERE registry_id = %s AND version < %s"
)


def apply(object_type: str, cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the view up to date with events of protocols of one type; whole ones first."""
    own = [
        one
        for one in (recorded.event for recorded in events)
        if isinstance(one, ProtocolRecorded | ProtocolVoided)
        and one.header.object_type == object_type
    ]
    stated = [_row(one) for one in own if isinstance(one, ProtocolRecorded)]
    voided = [_end(one) for one in own if isinstance(one, ProtocolVoided)]
    write(cursor, (_STATED, stated), (_VOIDED, voided))


def _row(event: ProtocolRecorded) -> tuple[Any, ...]:
    document, header = event.document, event.header
    return (
        event.registry_id,
        header.object_type,
        event.sez_code,
        header.object_id,
        document.purchase_id,
        document.protocol_number,
        document.protocol_date,
        "ACCEPTED" if header.version == 1 else "AMENDED",
        header.version,
    )


def _end(event: ProtocolVoided) -> tuple[Any, ...]:
    version = event.header.version
    return version, event.registry_id, version


def protocols(log: EventLog, asked: Mapping[str, object], limit: int) -> list[ProtocolRow]:
    """Protocols by the Registry's id, at most ``limit``, by what is ``asked``."""
    return paged(log, ProtocolRow, "SELECT * FROM views.protocols ", asked, limit)
