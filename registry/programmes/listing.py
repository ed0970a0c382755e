"""What may be looked up of programmes and their items: a projection of the log."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Cursor

from registry.programmes.programme import (
    LargeProgrammeChanged,
    LargeProgrammeLoaded,
    ProgrammeChanged,
    ProgrammeDeleted,
    ProgrammeLoaded,
    totals_of,
    user,
)
from registry.records.listing import deleted, paged, place
from registry.records.record import item_id
from registry.records.rules.facts import Planned
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog, restored
from shared_contracts.large_documents.apart import EVIDENCE
from shared_contracts.messages.programme import PlannedItem

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.programmes (
  registry_id uuid PRIMARY KEY,
  sez_code text NOT NULL,
  object_id uuid NOT NULL,
  kind text NOT NULL,
  year_from int NOT NULL,
  year_to int NOT NULL,
  customer text NOT NULL,
  name text NOT NULL,
  items int NOT NULL,
  total numeric NOT NULL,
  status text NOT NULL,
  version bigint NOT NULL,
  position bigint NOT NULL);
CREATE INDEX IF NOT EXISTS programmes_object ON views.programmes (sez_code, object_id);
CREATE INDEX IF NOT EXISTS programmes_customer
  ON views.programmes (customer, kind, year_from, year_to);
CREATE TABLE IF NOT EXISTS views.programme_items (
  registry_id uuid NOT NULL,
  number text NOT NULL,
  place int NOT NULL,
  subject_type text NOT NULL,
  skp_code text NOT NULL,
  name text NOT NULL,
  method text NOT NULL,
  amount numeric NOT NULL,
  PRIMARY KEY (registry_id, number));
CREATE INDEX IF NOT EXISTS programme_items_place ON views.programme_items (registry_id, place)
"""


AT_ONCE = 20_000
"""Items of a large programme that one statement writes: none may take longer than 30 seconds."""


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme as it is listed; ``total`` of all years in tenge without VAT."""

    registry_id: UUID
    sez_code: str
    object_id: UUID
    kind: str
    year_from: int
    year_to: int
    customer: str
    name: str
    items: int
    total: str
    status: str
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class ProgrammeItemRow:
    """An item as it is listed, with the Registry's identifier of it.

    ``amount`` is of all years in tenge without VAT.
    """

    number: str
    place: int
    subject_type: str
    skp_code: str
    name: str
    method: str
    amount: str
    item_id: UUID


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the views up to date with events, one after another."""
    for at in events:
        match at.event:
            case LargeProgrammeLoaded() | LargeProgrammeChanged() as event:
                cursor.execute(_WHOLE, _programme(at, event))
                cursor.execute(_CLEARED, (event.registry_id,))
                kept = (event.registry_id, at.originator_id, at.version, EVIDENCE)
                for after in range(0, event.document.item_count, AT_ONCE):
                    cursor.execute(_KEPT, (*kept, after, after + AT_ONCE))
            case ProgrammeLoaded() | ProgrammeChanged() as event:
                cursor.execute(_WHOLE, _programme(at, event))
                cursor.execute(_CLEARED, (event.registry_id,))
                cursor.execute(_ITEMS, (event.registry_id, *_columns(event.document.items)))
            case ProgrammeDeleted() as event:
                cursor.execute(_DELETED, place(at, event))
            case _:
                pass


_WHOLE = (
    "INSERT INTO views.programmes VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s) "
    "ON CONFLICT (registry_id) DO UPDATE SET name = excluded.name, items = excluded.items, "
    "total = excluded.total, version = excluded.version, position = excluded.position"
)
_CLEARED = "DELETE FROM views.programme_items WHERE registry_id = %s"
_ITEMS = (
    "INSERT INTO views.programme_items SELECT %s, * FROM unnest(%s::text[], %s::int[], "
    "%s::text[], %s::text[], %s::text[], %s::text[], %s::numeric[])"
)
_KEPT = (
    "INSERT INTO views.programme_items SELECT %s, i.item->>0, i.place, i.item->>2, i.item->>3, "
    "i.item->>6, i.item->>4, (i.item->>5)::numeric FROM log.evidence p, "
    "json_array_elements(convert_from(p.body, 'UTF8')::json) WITH ORDINALITY AS i(item, place) "
    "WHERE p.originator_id = %s AND p.originator_version = %s AND p.name = %s "
    "AND i.place > %s AND i.place <= %s"
)
"""The items of a large programme, from the listing beside its event: the server reads it."""

_DELETED = deleted("views.programmes")


def _programme(at: Recorded, event: ProgrammeLoaded | ProgrammeChanged) -> tuple[Any, ...]:
    document = event.document
    return (
        event.registry_id,
        event.sez_code,
        event.header.object_id,
        document.kind,
        document.year_from,
        document.year_to,
        user(document),
        document.subsoil_user.name.shown,
        document.item_count,
        sum(totals_of(document).values(), Decimal(0)),
        "ACCEPTED",
        event.header.version,
        at.position,
    )


def _columns(items: Sequence[PlannedItem]) -> tuple[list[Any], ...]:
    return (
        [item.item_number for item in items],
        list(range(1, len(items) + 1)),
        [item.subject_type for item in items],
        [item.skp_code for item in items],
        [item.name.shown for item in items],
        [item.method for item in items],
        [sum((plan.amount for plan in item.year_plans), Decimal(0)) for item in items],
    )


_PAGE: LiteralString = (
    "SELECT registry_id, sez_code, object_id, kind, year_from, year_to, customer, name, items, "
    "total::text, status, version, position FROM views.programmes "
)


def programmes(log: EventLog, asked: Mapping[str, object], limit: int = 100) -> list[ProgrammeRow]:
    """Programmes by the Registry's id, at most ``limit``, by what is ``asked``."""
    return paged(log, ProgrammeRow, _PAGE, asked, limit)


def items(log: EventLog, registry_id: UUID, after: int, limit: int) -> list[ProgrammeItemRow]:
    """Items of a programme in their order, at most ``limit``, those after place ``after``."""
    query = (
        "SELECT number, place, subject_type, skp_code, name, method, amount::text "
        "FROM views.programme_items WHERE registry_id = %s AND place > %s ORDER BY place LIMIT %s"
    )
    rows = log.recorder.select(query, (registry_id, after, limit))
    return [ProgrammeItemRow(*(*row, item_id(registry_id, row[0]))) for row in rows]


def planned(
    log: EventLog, sez_code: str, named: Collection[tuple[UUID, str]]
) -> dict[tuple[UUID, str], Planned]:
    """Of the items that a SEZ's purchase names, by programme and number, those on record."""
    query = """
SELECT p.object_id, i.number, i.method, i.skp_code, i.amount
FROM unnest(%s::uuid[], %s::text[]) AS n(object_id, number)
JOIN views.programmes p ON p.sez_code = %s AND p.object_id = n.object_id AND p.status = 'ACCEPTED'
JOIN views.programme_items i ON i.registry_id = p.registry_id AND i.number = n.number"""
    ids, numbers = [one for one, _ in named], [number for _, number in named]
    rows = log.recorder.select(query, (ids, numbers, sez_code))
    return {
        (object_id, number): Planned(method, skp_code, amount)
        for object_id, number, method, skp_code, amount in rows
    }


def namesakes(log: EventLog, sez_code: str, same: Sequence[str]) -> dict[UUID, UUID]:
    """The programmes in force of a user, a kind and two years: Registry's ids by object ids."""
    customer, kind, year_from, year_to = same
    query = (
        "SELECT object_id, registry_id FROM views.programmes WHERE customer = %s AND kind = %s "
        "AND year_from = %s AND year_to = %s AND sez_code = %s AND status = 'ACCEPTED'"
    )
    values = (customer, kind, int(year_from), int(year_to), sez_code)
    return dict(log.recorder.select(query, values))


WHOLE = (
    "programme-loaded.1",
    "programme-changed.1",
    "large-programme-loaded.1",
    "large-programme-changed.1",
)
"""Topics of the events that hold a whole programme, or all of it but its items."""

_LAST_VERSION = """
SELECT position, originator_id, originator_version, topic, state, leaf, chain, recorded_at
FROM log.events WHERE originator_id = %s AND topic = ANY(%s)
ORDER BY originator_version DESC LIMIT 1"""


def last_version(log: EventLog, registry_id: UUID) -> list[Recorded]:
    """The last event with a whole version of a programme."""
    rows = log.recorder.select(_LAST_VERSION, (registry_id, list(WHOLE)))
    return [restored(row) for row in rows]
