"""Whom purchases engage: their parties, and the suppliers that their protocols name.

A projection of the log, by number (BIN or IIN); whether a purchase runs its own listing tells.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from psycopg import Cursor

from registry.records.record import VersionRecorded
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.document import Operation
from shared_contracts.messages.kinds import KINDS, kind_of
from shared_contracts.messages.purchase import PURCHASE

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.engagements (
  registry_id uuid NOT NULL,
  number text NOT NULL,
  sez_code text NOT NULL,
  purchase_id uuid NOT NULL,
  PRIMARY KEY (registry_id, number));
CREATE INDEX IF NOT EXISTS engagements_number ON views.engagements (number, sez_code, purchase_id);
CREATE INDEX IF NOT EXISTS purchases_object ON views.purchases (sez_code, object_id);
INSERT INTO views.engagements
SELECT DISTINCT p.registry_id, n.number, p.sez_code, p.object_id FROM views.purchases p,
LATERAL (SELECT convert_from(state, 'UTF8')::jsonb -> 'document' AS stated FROM log.events
  WHERE originator_id = p.registry_id
    AND topic IN ('purchase-announced.1', 'purchase-changed.1')
  ORDER BY originator_version DESC LIMIT 1) e,
LATERAL (VALUES (stated #>> '{customer,bin}'), (stated #>> '{customer,iin}'),
  (stated #>> '{organizer,bin}'), (stated #>> '{organizer,iin}'),
  (stated #>> '{principal,bin}'), (stated #>> '{principal,iin}')) AS n(number)
WHERE n.number IS NOT NULL AND p.status <> 'DELETED'
  AND NOT EXISTS (SELECT 1 FROM views.engagements)
"""
"""The table, filled once in a store whose purchases were listed before there was one."""

TABLES = {"engagements": ("registry_id", "number")}
"""The views and their keys."""

RUNNING = ("ANNOUNCED", "REVIEWED")
"""Of which statuses a purchase has not ended."""

_GONE = "DELETE FROM views.engagements WHERE registry_id = %s"
_NAMED = "INSERT INTO views.engagements VALUES (%s, %s, %s, %s)"

_ENGAGED = """
SELECT n.number FROM unnest(%s::text[]) AS n(number)
WHERE EXISTS (SELECT 1 FROM views.engagements e
  JOIN views.purchases p ON p.sez_code = e.sez_code AND p.object_id = e.purchase_id
  WHERE e.number = n.number AND p.status = ANY(%s))"""


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the view up to date with events: the last whole document of each object counts."""
    named: dict[UUID, list[tuple[Any, ...]]] = {}
    for one in (recorded.event for recorded in events):
        if isinstance(one, VersionRecorded) and _engages(one):
            named[one.registry_id] = [] if _deletes(one) else list(_rows(one))
    if named:
        cursor.executemany(_GONE, [(registry_id,) for registry_id in named])
    if rows := [row for of_one in named.values() for row in of_one]:
        cursor.executemany(_NAMED, rows)


def _engages(event: VersionRecorded) -> bool:
    """Whether a version tells whom its object engages: a whole document, or a deletion."""
    kind = KINDS[event.header.object_type]
    whole = isinstance(event.document, kind.whole)
    return bool(kind.engages) and (whole or _deletes(event))


def _deletes(event: VersionRecorded) -> bool:
    return event.document.act.operation is Operation.DELETE


def _rows(event: VersionRecorded) -> Iterator[tuple[Any, ...]]:
    kind = kind_of(event.document)
    purchases = [one for name, one in kind.references(event.document) if name == PURCHASE]
    own = event.header.object_type == PURCHASE
    purchase = event.header.object_id if own else purchases[0]
    for number in kind.engaged(event.document):
        yield event.registry_id, number, event.sez_code, purchase


def engaged(log: EventLog, _environment: str, numbers: Collection[str]) -> frozenset[str]:
    """Which of ``numbers`` a purchase that has not ended names, itself or by a protocol."""
    rows = log.recorder.select(_ENGAGED, (list(numbers), list(RUNNING)))
    return frozenset(number for (number,) in rows)
