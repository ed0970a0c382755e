"""The trees of checksums over this SEZ's newest versions, as the follower keeps them (S216-9.7).

Unlike the list of versions a tree is not read when an object changes again: each entry comes from
the event by which its version was signed. One that was taken back leaves what stood before it.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sez.records.version import VersionSigned, VersionTakenBack
from shared_contracts.event_log.checksums.kept import KeptChecksum, forget, keep
from shared_contracts.event_log.checksums.tree import place
from shared_contracts.event_log.event import Recorded

OWN = ""
"""Who holds the objects: a SEZ has only its own."""

_LEFT = """
SELECT k.id, (SELECT object_type FROM views.checksums c WHERE c.holder = %s AND c.place = k.place
    AND c.object_id = k.id LIMIT 1), v.version, v.document_hash, v.formed_at, v.position
FROM unnest(%s::uuid[], %s::text[]) AS k (id, place)
CROSS JOIN LATERAL (SELECT version, document_hash, formed_at, position FROM views.versions o
  WHERE o.object_id = k.id ORDER BY version DESC LIMIT 1) v"""


def apply(cursor: Any, events: Sequence[Recorded]) -> None:  # noqa: ANN401  # it is handed on
    """Bring the trees up to date, after the list of versions."""
    signed, types = dict[UUID, KeptChecksum](), dict[UUID, str]()
    taken_back = set[UUID]()
    for at in events:
        event = at.event
        if isinstance(event, VersionSigned):
            signed[event.object_id] = _checksum(at, event)
            types[event.object_id] = signed[event.object_id].object_type
            taken_back.discard(event.object_id)
        elif isinstance(event, VersionTakenBack):
            signed.pop(event.object_id, None)
            taken_back.add(event.object_id)
    left = _left(cursor, taken_back, types)
    keep(cursor, (*signed.values(), *left))
    forget(cursor, OWN, taken_back - {one.object_id for one in left})


def _checksum(at: Recorded, event: VersionSigned) -> KeptChecksum:
    return KeptChecksum(
        holder=OWN,
        object_type=event.document.act.object_type,
        object_id=event.object_id,
        version=event.version,
        document_hash=event.document_hash,
        formed_at=event.formed_at,
        position=at.position,
    )


def _left(
    cursor: Any,  # noqa: ANN401  # it is handed on
    object_ids: Collection[UUID],
    types: dict[UUID, str],
) -> list[KeptChecksum]:
    """What is left of objects of which versions were taken back."""
    if not object_ids:
        return []
    asked = (OWN, list(object_ids), [place(one) for one in object_ids])
    return [
        KeptChecksum(OWN, kept or types[object_id], object_id, *rest)
        for object_id, kept, *rest in cursor.execute(_LEFT, asked).fetchall()
    ]
