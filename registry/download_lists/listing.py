"""What may be looked up of lists of those who took the documentation: a projection of the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor

from registry.download_lists.download_list import DownloadListDeleted, DownloadListRecorded
from registry.records.listing import deleted, paged, place, write
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.download_lists (
  registry_id uuid PRIMARY KEY,
  sez_code text NOT NULL,
  object_id uuid NOT NULL,
  purchase_id uuid NOT NULL,
  as_of timestamptz NOT NULL,
  downloads int NOT NULL,
  status text NOT NULL,
  version bigint NOT NULL,
  position bigint NOT NULL);
CREATE INDEX IF NOT EXISTS download_lists_purchase
  ON views.download_lists (purchase_id, registry_id);
CREATE INDEX IF NOT EXISTS download_lists_sez ON views.download_lists (sez_code, registry_id)
"""


@dataclass(frozen=True, slots=True)
class DownloadListRow:
    """A list as it is listed; ``downloads`` is how many were told so far."""

    registry_id: UUID
    sez_code: str
    object_id: UUID
    purchase_id: UUID
    as_of: datetime
    downloads: int
    status: str
    version: int
    position: int


_WHOLE = (
    "INSERT INTO views.download_lists VALUES (%s,%s,%s,%s,%s,%s,'RECORDED',%s,%s) "
    "ON CONFLICT (registry_id) DO UPDATE SET as_of = excluded.as_of, downloads = "
    "excluded.downloads + CASE WHEN %s THEN download_lists.downloads ELSE 0 END, "
    "version = excluded.version, position = excluded.position"
)
_DELETED = deleted("views.download_lists")


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the view up to date with events, deletions last: nothing follows them."""
    versions = [(at, at.event) for at in events]
    whole = [_row(at, event) for at, event in versions if isinstance(event, DownloadListRecorded)]
    gone = [place(at, event) for at, event in versions if isinstance(event, DownloadListDeleted)]
    write(cursor, (_WHOLE, whole), (_DELETED, gone))


def _row(at: Recorded, event: DownloadListRecorded) -> tuple[Any, ...]:
    document = event.document
    return (
        event.registry_id,
        event.sez_code,
        event.header.object_id,
        document.purchase_id,
        document.as_of,
        len(document.downloads),
        event.header.version,
        at.position,
        document.incremental,
    )


def download_lists(log: EventLog, asked: Mapping[str, object], limit: int) -> list[DownloadListRow]:
    """Lists by the Registry's id, at most ``limit``, by what is ``asked``."""
    return paged(log, DownloadListRow, "SELECT * FROM views.download_lists ", asked, limit)
