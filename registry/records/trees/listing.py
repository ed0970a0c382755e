"""The trees of checksums over what is on record of each system, by type (S216-9.7, S216-12a)."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from psycopg import Cursor

from registry.records.record import VersionRecorded
from shared_contracts.event_log.checksums.kept import SCHEMA, KeptChecksum, keep
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.following.views import make_views
from shared_contracts.event_log.log import EventLog

_NEWEST = """
SELECT h.sez_code, h.kind, h.object_id, v.version, v.document_hash, v.formed_at, v.position
FROM log.heads h CROSS JOIN LATERAL (SELECT version, document_hash, formed_at, position
  FROM views.versions o WHERE o.registry_id = h.originator_id ORDER BY version DESC LIMIT 1) v
WHERE h.kind NOT IN ('MESSAGE', 'MESSAGE_CLASH')"""

_BATCH = 2000


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring the trees up to date with events, in one go."""
    newest = dict[tuple[str, str, UUID], KeptChecksum]()
    for at in events:
        if isinstance(at.event, VersionRecorded):
            one = _checksum(at, at.event)
            newest[one.holder, one.object_type, one.object_id] = one
    keep(cursor, newest.values())


def _checksum(at: Recorded, event: VersionRecorded) -> KeptChecksum:
    header = event.header
    return KeptChecksum(
        holder=event.sez_code,
        object_type=header.object_type,
        object_id=header.object_id,
        version=header.version,
        document_hash=header.document_hash,
        formed_at=header.formed_at,
        position=at.position,
    )


def prepare(log: EventLog) -> None:
    """Make the trees, if they are not there; they are filled from the versions on record."""
    [(there,)] = log.recorder.select("SELECT to_regclass('views.checksum_nodes') IS NOT NULL", ())
    make_views(log, SCHEMA)
    if not there:
        with log.recorder.transaction() as cursor:
            for batch in _newest(cursor):
                keep(cursor, batch)


def _newest(cursor: Cursor[Any]) -> Iterator[list[KeptChecksum]]:
    """The newest versions on record, in batches."""
    with cursor.connection.cursor(name="newest") as rows:
        rows.itersize = _BATCH
        rows.execute(_NEWEST)
        found = iter(rows)
        while batch := [KeptChecksum(*row) for row in islice(found, _BATCH)]:
            yield batch
