"""The newest versions of the objects of this SEZ, as they are listed and as they are kept."""

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import LiteralString, NamedTuple
from uuid import UUID

from sez.audits.stored_files import StoredFiles
from sez.records.owner import Owner
from sez.synchronisation.listing import NAME
from sez.synchronisation.trees import OWN
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.checksums.kept import Asked, KeptChecksum, read_bucket, read_nodes
from shared_contracts.event_log.checksums.tree import DEPTH
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.audit import ObjectChecksum

_LISTED = """
SELECT n.kind, n.object_id, n.version, n.document_hash,
  d.name = 'items', CASE d.name WHEN 'document' THEN encode(sha256(d.body), 'hex') END,
  n.formed_at, n.position
FROM (SELECT DISTINCT ON (v.object_id) h.kind, v.object_id, v.version, v.document_hash,
    v.formed_at, v.originator_id, v.log_version, e.position
  FROM views.versions v
  CROSS JOIN LATERAL (SELECT kind FROM log.heads h WHERE h.environment = %s AND h.sez_code = %s
    AND h.kind = ANY(%s) AND h.object_id = v.object_id LIMIT 1) h
  JOIN log.events e ON e.originator_id = v.originator_id AND e.originator_version = v.log_version
  WHERE {which} AND e.position <= %s
  ORDER BY v.object_id, v.version DESC LIMIT %s) n
LEFT JOIN LATERAL (SELECT name, body FROM log.evidence WHERE originator_id = n.originator_id
  AND originator_version = n.log_version AND name IN ('document', 'items')
  ORDER BY name DESC LIMIT 1) d ON true
ORDER BY n.object_id"""
"""The bytes are hashed anew where they are kept: what was changed there comes to light.

Those of a large version lie among the files; a listing of items stands beside it (decision 0056).
"""

_CHECKSUMS = _LISTED.format(which="v.object_id > %s")
_NAMED = _LISTED.format(which="v.object_id = ANY(%s::uuid[])")

_IN_PLACE = """
SELECT DISTINCT object_id FROM views.versions
WHERE left(encode(sha256(uuid_send(object_id)), 'hex'), 4) = ANY(%s)"""
"""The objects of some buckets, by the list of versions as it stands: it is gone through once."""

_POSITION = "SELECT position FROM views.tracking WHERE name = %s"

FIRST = UUID(int=0)
"""Before every object."""


@dataclass(frozen=True, slots=True)
class AuditedStore:
    """What is read of this SEZ: its log, and its files.

    ``kinds`` has the types of objects by their names in the log.
    """

    log: EventLog
    owner: Owner
    kinds: Mapping[str, str]
    files: StoredFiles


class Read(NamedTuple):
    """Objects, and whether there may be more of them."""

    rows: list[ObjectChecksum]
    more: bool


def checksums(store: AuditedStore, place: tuple[UUID, int], most: int, until: float = inf) -> Read:
    """The objects after the id in ``place``, by id, as the log stood at the position in it.

    They end early once files were hashed until a moment of the monotonic clock.
    """
    rows = list[ObjectChecksum]()
    for one, hashed in _read(store, _CHECKSUMS, (*place, most)):
        rows.append(one)
        if hashed and time.monotonic() > until:
            return Read(rows, more=True)
    return Read(rows, more=len(rows) == most)


def in_buckets(
    store: AuditedStore, buckets: Collection[str], position: int
) -> list[ObjectChecksum]:
    """The same of the objects in some buckets of the trees, as the list of versions stands."""
    ids = [one for (one,) in store.log.recorder.select(_IN_PLACE, (list(buckets),))]
    if not ids:
        return []
    return [one for one, _ in _read(store, _NAMED, (ids, position, len(ids)))]


def kept_nodes(
    log: EventLog, asked: Collection[Asked], most: int
) -> tuple[int, dict[Asked, bytes], dict[Asked, list[ObjectChecksum]]]:
    """Nodes and buckets as they are kept, and the position as of which they are.

    Of the buckets the first are told, until they have ``most`` objects.
    """
    with log.recorder.transaction() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        row = cursor.execute(_POSITION, (NAME,)).fetchone()
        nodes = read_nodes(cursor, OWN, asked)
        buckets, told = dict[Asked, list[ObjectChecksum]](), 0
        for one in (one for one in asked if len(one[1]) == DEPTH):
            found = read_bucket(cursor, OWN, one, most + 1)
            if buckets and told + len(found) > most:
                break
            told += len(found)
            buckets[one] = [_checksum(row) for row in found]
    return row[0] if row else 0, nodes, buckets


def _checksum(kept: KeptChecksum) -> ObjectChecksum:
    return ObjectChecksum(
        object_type=kept.object_type,
        object_id=kept.object_id,
        version=kept.version,
        document_hash=kept.document_hash,
        formed_at=to_astana(kept.formed_at),
        position=kept.position,
    )


def _read(
    store: AuditedStore, query: LiteralString, place: tuple[object, ...]
) -> Iterator[tuple[ObjectChecksum, bool]]:
    """The objects, and of each whether its bytes lie in a file."""
    whose = (store.owner.environment, store.owner.sez_code, list(store.kinds))
    for row in store.log.recorder.select(query, (*whose, *place)):
        name, object_id, version, listed, in_file, kept, formed_at, position = row
        yield (
            ObjectChecksum(
                object_type=store.kinds[name],
                object_id=object_id,
                version=version,
                document_hash=listed,
                stored_hash=store.files.sha256(listed) if in_file else kept,
                formed_at=to_astana(formed_at),
                position=position,
            ),
            bool(in_file),
        )
