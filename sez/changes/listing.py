"""What this SEZ has and the Registry acknowledged: read from the outbox (S216-A2.2.1, 5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sez.synchronisation.package_contents import Waiting
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.changes import SUPPLY, ObjectDifference


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """The newest version of an object for which there is a receipt."""

    object_id: UUID
    version: int
    document_hash: str


def held(log: EventLog, before: UUID, most: int) -> list[HeldVersion]:
    """The newest acknowledged version of each object ``before`` that id, at ``most`` so many.

    The highest id first: so the index gives the newest version of each without sorting.
    """
    query = """
SELECT DISTINCT ON (object_id) object_id, version, document_hash FROM views.versions
WHERE state = 'SYNCHRONISED' AND object_id < %s
ORDER BY object_id DESC, version DESC LIMIT %s"""
    return [HeldVersion(*row) for row in log.recorder.select(query, (before, most))]


def same_here(log: EventLog, told: Collection[ObjectDifference]) -> frozenset[UUID]:
    """The objects whose last version at the Registry is, by its hash, one of this SEZ's own."""
    query = """
SELECT t.object_id FROM unnest(%s::uuid[], %s::bigint[], %s::text[]) t (object_id, version, hash),
LATERAL (SELECT 1 FROM views.versions v WHERE v.object_id = t.object_id
  AND v.version = t.version AND v.document_hash = t.hash LIMIT 1) same"""
    known = [one for one in told if one.registry_version is not None]
    columns = (
        [one.object_id for one in known],
        [one.registry_version for one in known],
        [one.registry_hash for one in known],
    )
    return frozenset(object_id for (object_id,) in log.recorder.select(query, columns))


def to_supply(log: EventLog, asked: Sequence[ObjectDifference], most: int) -> list[Waiting]:
    """The versions that the Registry asks for, ready to be sent anew, at ``most`` so many.

    None of an object of which one is on its way already.
    """
    query = """
SELECT v.object_id, v.version, v.document_hash, v.formed_at, v.originator_id, v.log_version,
  NULL, v.customer,
  coalesce((SELECT octet_length(body) FROM log.evidence e WHERE e.originator_id = v.originator_id
    AND e.originator_version = v.log_version AND e.name = 'document'), 0), false, %s
FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[]) w (object_id, first, last),
LATERAL (SELECT * FROM views.versions o WHERE o.object_id = w.object_id
  AND o.version BETWEEN w.first AND w.last AND (SELECT bool_and(p.state = 'SYNCHRONISED')
    FROM views.versions p WHERE p.object_id = w.object_id
    AND p.version BETWEEN w.first AND w.last)
  ORDER BY o.version LIMIT %s) v
ORDER BY 1, 2 LIMIT %s"""
    columns = (
        [one.object_id for one in asked],
        [one.wanted_from for one in asked],
        [one.wanted_to for one in asked],
    )
    return [Waiting(*row) for row in log.recorder.select(query, (SUPPLY, *columns, most, most))]


@dataclass(frozen=True, slots=True)
class AskingRow:
    """A version of which the Registry is asked first, and where it and the one before are kept."""

    object_id: UUID
    version: int
    document_hash: str
    originator_id: UUID
    before: int
    log_version: int


def to_ask(log: EventLog, most: int) -> list[AskingRow]:
    """The versions to ask about, the oldest first: the one before each is with the Registry."""
    query = """
SELECT v.object_id, v.version, v.document_hash, v.originator_id, p.log_version, v.log_version
FROM views.versions v,
LATERAL (SELECT log_version FROM views.versions b WHERE b.object_id = v.object_id
  AND b.version = v.version - 1 AND b.state = 'SYNCHRONISED' LIMIT 1) p
WHERE v.state = 'ASKING' ORDER BY v.formed_at LIMIT %s"""
    return [AskingRow(*row) for row in log.recorder.select(query, (most,))]
