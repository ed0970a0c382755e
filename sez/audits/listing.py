"""The newest versions of the objects of this SEZ, as they are listed and as they are kept."""

from collections.abc import Mapping
from uuid import UUID

from sez.records.owner import Owner
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.audit import ObjectChecksum

_CHECKSUMS = """
SELECT n.kind, n.object_id, n.version, n.document_hash,
  (SELECT encode(sha256(d.body), 'hex') FROM log.evidence d WHERE d.originator_id = n.originator_id
    AND d.originator_version = n.log_version AND d.name = 'document'),
  n.formed_at, n.position
FROM (SELECT DISTINCT ON (v.object_id) h.kind, v.object_id, v.version, v.document_hash,
    v.formed_at, v.originator_id, v.log_version, e.position
  FROM views.versions v
  CROSS JOIN LATERAL (SELECT kind FROM log.heads h WHERE h.environment = %s AND h.sez_code = %s
    AND h.kind = ANY(%s) AND h.object_id = v.object_id LIMIT 1) h
  JOIN log.events e ON e.originator_id = v.originator_id AND e.originator_version = v.log_version
  WHERE v.object_id > %s AND e.position <= %s
  ORDER BY v.object_id, v.version DESC LIMIT %s) n
ORDER BY n.object_id"""
"""The bytes are hashed anew where they are kept: what was changed there comes to light."""

FIRST = UUID(int=0)
"""Before every object."""


def checksums(
    log: EventLog, owner: Owner, kinds: Mapping[str, str], place: tuple[UUID, int], most: int
) -> list[ObjectChecksum]:
    """The objects after the id in ``place``, by id, as the log stood at the position in it.

    ``kinds`` has the types of objects by their names in the log.
    """
    whose = (owner.environment, owner.sez_code, list(kinds))
    rows = log.recorder.select(_CHECKSUMS, (*whose, *place, most))
    return [
        ObjectChecksum(
            object_type=kinds[name],
            object_id=object_id,
            version=version,
            document_hash=listed,
            stored_hash=kept,
            formed_at=to_astana(formed_at),
            position=position,
        )
        for name, object_id, version, listed, kept, formed_at, position in rows
    ]
