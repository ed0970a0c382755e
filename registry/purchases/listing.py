"""What may be looked up of purchases: a projection of the log, thrown away and rebuilt at will."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Cursor

from registry.purchases.purchase import (
    PurchaseAnnounced,
    PurchaseChanged,
    PurchaseDeleted,
    PurchaseExtended,
    PurchaseRecorded,
    TenderDocumentationChanged,
)
from registry.purchases.stages import (
    PurchaseEnded,
    PurchaseReviewed,
    PurchaseSummedUp,
    SingleSourceConcluded,
    StageReached,
    StageTakenBack,
)
from registry.records.listing import Change, paged, write
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.protocol import RESULTS_PROTOCOL

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.purchases (
  registry_id uuid PRIMARY KEY,
  sez_code text NOT NULL,
  object_id uuid NOT NULL,
  purchase_code text NOT NULL,
  name text NOT NULL,
  method text NOT NULL,
  customer text NOT NULL,
  planned_total numeric NOT NULL,
  bids_to timestamptz,
  status text NOT NULL,
  version bigint NOT NULL,
  position bigint NOT NULL);
CREATE INDEX IF NOT EXISTS purchases_sez ON views.purchases (sez_code, registry_id);
CREATE INDEX IF NOT EXISTS purchases_status ON views.purchases (status, registry_id);
CREATE INDEX IF NOT EXISTS purchases_sez_status
  ON views.purchases (sez_code, status, registry_id)
"""


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """A purchase as it is listed; ``planned_total`` in the purchase's currency."""

    registry_id: UUID
    sez_code: str
    object_id: UUID
    purchase_code: str
    name: str
    method: str
    customer: str
    planned_total: str
    bids_to: datetime | None
    status: str
    version: int
    position: int


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the views up to date with events, in one go for each kind of change; stages last."""
    versions = [(recorded, recorded.event) for recorded in events]
    recorded = [(at, event) for at, event in versions if isinstance(event, PurchaseRecorded)]
    staged = [_stage(at, event) for at, event in versions if isinstance(event, StageReached)]
    write(cursor, *_changes(recorded), (_STAGED, staged))


_ANNOUNCED = (
    "INSERT INTO views.purchases VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s) "
    "ON CONFLICT (registry_id) DO UPDATE SET purchase_code = excluded.purchase_code, "
    "name = excluded.name, method = excluded.method, customer = excluded.customer, "
    "planned_total = excluded.planned_total, bids_to = excluded.bids_to, "
    "status = CASE WHEN excluded.status = 'ANNOUNCED' AND purchases.status = 'REVIEWED' "
    "THEN purchases.status ELSE excluded.status END, "
    "version = excluded.version, position = excluded.position "
    "WHERE purchases.version < excluded.version"
)
_MOVED = (
    "UPDATE views.purchases SET version = %s, position = %s, bids_to = coalesce(%s, bids_to), "
    "status = coalesce(%s, status) WHERE registry_id = %s AND version < %s"
)
_STAGED = (
    "UPDATE views.purchases SET status = %s WHERE registry_id = %s AND (status = ANY(%s) "
    "OR (status = ANY('{FAILED,CANCELLED}') AND position < %s))"
)
"""What a version ended does not go to another stage; results that ended it came after any version,
and may be amended or deleted."""


def _changes(recorded: Sequence[tuple[Recorded, PurchaseRecorded]]) -> tuple[Change, Change]:
    """Rows by statement; announcements first, so that what moves them finds them.

    Within a batch a whole purchase may follow a short change of it: versions decide.
    """
    whole: list[Any] = []
    moved: list[Any] = []
    for at, event in recorded:
        match event:
            case PurchaseAnnounced() | PurchaseChanged():
                whole.append(_purchase(at, event))
            case PurchaseExtended(document=extension):
                moved.append(_move(at, event, bids_to=extension.new_bids_to))
            case PurchaseDeleted():
                moved.append(_move(at, event, status="DELETED"))
            case TenderDocumentationChanged():
                moved.append(_move(at, event))
    return (_ANNOUNCED, whole), (_MOVED, moved)


def _purchase(at: Recorded, event: PurchaseAnnounced | PurchaseChanged) -> tuple[Any, ...]:
    document = event.document
    customer = document.customer
    return (
        event.registry_id,
        event.sez_code,
        event.header.object_id,
        document.purchase_code,
        document.name.shown,
        document.method,
        customer.bin or customer.iin or "",
        document.planned_total,
        document.bids_to,
        document.outcome.kind if document.outcome else "ANNOUNCED",
        event.header.version,
        at.position,
    )


def _move(
    at: Recorded,
    event: PurchaseRecorded,
    bids_to: datetime | None = None,
    status: str | None = None,
) -> tuple[Any, ...]:
    version = event.header.version
    return version, at.position, bids_to, status, event.registry_id, version


def _stage(at: Recorded, event: StageReached) -> tuple[Any, ...]:
    """The status which a purchase has after ``event``, its id, the statuses it can have before.

    The position of an event of results is that of itself, of others none that could be later.
    """
    of_results, before = at.position, ["ANNOUNCED", "REVIEWED", "SUMMED_UP"]
    match event:
        case PurchaseReviewed():
            return "REVIEWED", event.registry_id, ["ANNOUNCED"], 0
        case PurchaseSummedUp() | SingleSourceConcluded():
            return "SUMMED_UP", event.registry_id, before, of_results
        case PurchaseEnded(outcome=outcome):
            return outcome, event.registry_id, before, of_results
        case StageTakenBack(header=header) if header.object_type == RESULTS_PROTOCOL:
            return "REVIEWED", event.registry_id, ["SUMMED_UP"], of_results
        case StageTakenBack():
            return "ANNOUNCED", event.registry_id, ["REVIEWED", "SUMMED_UP"], 0


def purchases(log: EventLog, asked: Mapping[str, object], limit: int = 100) -> list[PurchaseRow]:
    """Purchases by the Registry's id, at most ``limit``, by what is ``asked``."""
    return paged(log, PurchaseRow, ROWS, asked, limit)


ROWS: LiteralString = (
    "SELECT registry_id, sez_code, object_id, purchase_code, name, method, customer, "
    "planned_total::text, bids_to, status, version, position FROM views.purchases "
)


WHOLE = ("purchase-announced.1", "purchase-changed.1")
"""Topics of the events that hold a whole purchase."""
