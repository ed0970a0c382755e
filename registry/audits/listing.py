"""What audits compare a SEZ with, and which audits there are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from registry.audits.audit import AUDIT
from registry.audits.finding import RecordedObject
from registry.audits.states import State
from shared_contracts.event_log.checksums.kept import (
    Asked,
    KeptChecksum,
    read_bucket,
    read_nodes,
)
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import RECORDED, EventLog, restored
from shared_contracts.limits import FINDINGS
from shared_contracts.messages.kinds import KINDS

_NAMED = """
SELECT h.kind, h.object_id, v.version, v.document_hash, v.formed_at, v.received_at
FROM unnest(%s::text[], %s::uuid[]) k (kind, object_id)
JOIN log.heads h ON h.environment = %s AND h.sez_code = %s AND h.kind = k.kind
  AND h.object_id = k.object_id
JOIN views.versions v ON v.registry_id = h.originator_id"""

_VERSIONS = """
SELECT v.version, v.position, v.message_id, v.record FROM log.heads h
JOIN views.versions v ON v.registry_id = h.originator_id
WHERE h.environment = %s AND h.sez_code = %s AND h.kind = ANY(%s) AND h.object_id = %s
ORDER BY v.version LIMIT 4000"""

_EXAMINED = (
    RECORDED + "originator_id = %s AND originator_version > %s "
    "AND topic = 'audit-object-examined.1' ORDER BY originator_version LIMIT %s"
)

_HAPPENED = (
    RECORDED + "originator_id = %s AND originator_version > %s ORDER BY originator_version LIMIT %s"
)

_EXCHANGED = """
SELECT coalesce(sum(length(body)) FILTER (WHERE name = 'request'), 0)::bigint,
  coalesce(sum(length(body)) FILTER (WHERE name = 'answer'), 0)::bigint
FROM log.evidence WHERE originator_id = %s AND originator_version <= %s"""

_UNLISTED = """
SELECT h.kind, h.object_id, v.version, v.document_hash, v.formed_at, f.came, count(*) OVER ()
FROM log.heads h
CROSS JOIN LATERAL (SELECT min(formed_at) AS first, min(received_at) AS came FROM views.versions o
  WHERE o.registry_id = h.originator_id) f
CROSS JOIN LATERAL (SELECT version, document_hash, formed_at FROM views.versions o
  WHERE o.registry_id = h.originator_id ORDER BY version DESC LIMIT 1) v
WHERE h.environment = %s AND h.sez_code = %s AND h.kind = ANY(%s)
  AND h.object_id > %s AND h.object_id <= %s AND h.object_id <> ALL(%s::uuid[])
  AND (f.first <= %s OR f.came <= %s)
ORDER BY h.object_id LIMIT %s"""

MANY = 100_000
"""Most objects of a bucket on record that are compared."""

_AUDITS = """
SELECT state FROM log.heads WHERE environment = %s AND sez_code = ANY(%s) AND kind = 'AUDIT'
ORDER BY object_id DESC LIMIT %s"""

_UNFINISHED = """
SELECT state FROM (SELECT state, convert_from(state, 'UTF8')::jsonb ->> 'status' AS status
  FROM log.heads WHERE environment = %s AND sez_code = ANY(%s) AND kind = 'AUDIT') h
WHERE status <> 'ENDED'"""

_SYSTEM = """
SELECT sez_code FROM log.heads WHERE environment = %s AND sez_code = ANY(%s) AND kind = 'AUDIT'
  AND object_id = %s"""

Whose = tuple[str, str]
"""The environment and the code of a SEZ."""


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A version on record: where it stands in the log, and with which message it came."""

    version: int
    position: int
    message_id: UUID
    record: int


def versions(log: EventLog, whose: Whose, object_id: UUID) -> list[OnRecord]:
    """The versions of an object of a SEZ that are on record, 4,000 at most."""
    rows = log.recorder.select(_VERSIONS, (*whose, list(KINDS), object_id))
    return [OnRecord(*row) for row in rows]


def named(
    log: EventLog, whose: Whose, keys: Collection[tuple[str, UUID]]
) -> dict[tuple[str, UUID], RecordedObject]:
    """The objects on record among those named by type and id, with all their versions."""
    kinds, ids = [kind for kind, _ in keys], [object_id for _, object_id in keys]
    found: dict[tuple[str, UUID], RecordedObject] = {}
    for kind, object_id, version, sha256, *moments in log.recorder.select(
        _NAMED, (kinds, ids, *whose)
    ):
        empty = RecordedObject(object_type=kind, object_id=object_id, versions={})
        known = found.setdefault((kind, object_id), empty)
        known.versions[version] = (sha256, moments[0], moments[1])
    return found


def nodes(log: EventLog, code: str, asked: Collection[Asked]) -> dict[Asked, bytes]:
    """The children of some nodes of the trees over what is on record of a SEZ."""
    with log.recorder.reading() as cursor:
        return read_nodes(cursor, code, asked)


def buckets(log: EventLog, code: str, asked: Collection[Asked]) -> list[KeptChecksum]:
    """The objects on record of a SEZ in some buckets of its trees."""
    with log.recorder.reading() as cursor:
        return [row for one in asked for row in read_bucket(cursor, code, one, MANY)]


def unlisted(
    log: EventLog,
    whose: Whose,
    kinds: Collection[str],
    within: tuple[UUID, UUID],
    but: tuple[Iterable[UUID], datetime, datetime],
) -> tuple[list[RecordedObject], int]:
    """Objects on record after the first and up to the second id, and how many there are in all.

    Left out are those ``but`` the ids, and what was formed first after the first moment in it (as
    of which the SEZ lists) unless it came up to the second (at which the audit was ordered): what
    came before it was asked the SEZ had, also if its log no longer reaches so far.
    """
    ids, as_of, ordered_at = but
    asked = (*whose, list(kinds), *within, list(ids), as_of, ordered_at, FINDINGS)
    rows = log.recorder.select(_UNLISTED, asked)
    objects = [
        RecordedObject(object_type=row[0], object_id=row[1], versions={row[2]: row[3:6]})
        for row in rows
    ]
    return objects, rows[0][6] if rows else 0


def examined(log: EventLog, originator_id: UUID, after: int, most: int) -> list[Recorded]:
    """The pages about objects that an audit examined, after the number of an event."""
    rows = log.recorder.select(_EXAMINED, (originator_id, after, most))
    return [restored(row) for row in rows]


def happened(log: EventLog, originator_id: UUID, after: int, most: int) -> list[Recorded]:
    """The events of an audit after the number of one of them."""
    return [restored(row) for row in log.recorder.select(_HAPPENED, (originator_id, after, most))]


def exchanged(log: EventLog, originator_id: UUID, last: int) -> tuple[int, int]:
    """How many bytes of requests and answers stand beside the events of an audit up to one."""
    [(asked, answered)] = log.recorder.select(_EXCHANGED, (originator_id, last))
    return asked, answered


def audits(log: EventLog, environment: str, codes: Collection[str], most: int) -> list[State]:
    """The newest audits of some systems."""
    rows = log.recorder.select(_AUDITS, (environment, list(codes), most))
    return [msgspec.json.decode(state, type=AUDIT.states) for (state,) in rows]


def unfinished(log: EventLog, environment: str, codes: Collection[str]) -> list[State]:
    """The audits of some systems that are not over; a bound keeps them few."""
    rows = log.recorder.select(_UNFINISHED, (environment, list(codes)))
    return [msgspec.json.decode(state, type=AUDIT.states) for (state,) in rows]


def system_of(
    log: EventLog, environment: str, codes: Collection[str], audit_id: UUID
) -> str | None:
    """The code of the SEZ that an audit is of, or None where there is no such audit."""
    rows = log.recorder.select(_SYSTEM, (environment, list(codes), audit_id))
    return rows[0][0] if rows else None
