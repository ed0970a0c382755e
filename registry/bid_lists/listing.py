"""What may be looked up of lists of bids: a projection of the log, thrown away and rebuilt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor

from registry.bid_lists.bid_list import BidListDeleted, BidListRecorded, BidsOpened, ListRecorded
from registry.records.listing import deleted, paged, place, write
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.bid_lists (
  registry_id uuid PRIMARY KEY,
  sez_code text NOT NULL,
  object_id uuid NOT NULL,
  purchase_id uuid NOT NULL,
  as_of timestamptz NOT NULL,
  final boolean NOT NULL,
  bids int NOT NULL,
  status text NOT NULL,
  version bigint NOT NULL,
  position bigint NOT NULL);
CREATE INDEX IF NOT EXISTS bid_lists_purchase ON views.bid_lists (purchase_id, registry_id);
CREATE INDEX IF NOT EXISTS bid_lists_sez ON views.bid_lists (sez_code, registry_id)
"""


@dataclass(frozen=True, slots=True)
class BidListRow:
    """A list as it is listed; ``bids`` counts those that are neither replaced nor withdrawn."""

    registry_id: UUID
    sez_code: str
    object_id: UUID
    purchase_id: UUID
    as_of: datetime
    final: bool
    bids: int
    status: str
    version: int
    position: int


_WHOLE = (
    "INSERT INTO views.bid_lists VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s) "
    "ON CONFLICT (registry_id) DO UPDATE SET as_of = excluded.as_of, final = excluded.final, "
    "bids = excluded.bids, status = excluded.status, version = excluded.version, "
    "position = excluded.position"
)
_DELETED = deleted("views.bid_lists")


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the view up to date with events, deletions last: nothing follows them."""
    versions = [(at, at.event) for at in events]
    whole = [
        _row(at, event) for at, event in versions if isinstance(event, BidListRecorded | BidsOpened)
    ]
    gone = [place(at, event) for at, event in versions if isinstance(event, BidListDeleted)]
    write(cursor, (_WHOLE, whole), (_DELETED, gone))


def _row(at: Recorded, event: ListRecorded) -> tuple[Any, ...]:
    document = event.document
    sealed = "FINAL" if document.final else "SEALED"
    return (
        event.registry_id,
        event.sez_code,
        event.header.object_id,
        document.purchase_id,
        document.as_of,
        document.final,
        sum(bid.status == "SUBMITTED" for bid in document.bids),
        "OPENED" if isinstance(event, BidsOpened) else sealed,
        event.header.version,
        at.position,
    )


def bid_lists(log: EventLog, asked: Mapping[str, object], limit: int) -> list[BidListRow]:
    """Lists by the Registry's id, at most ``limit``, by what is ``asked``."""
    return paged(log, BidListRow, "SELECT * FROM views.bid_lists ", asked, limit)
