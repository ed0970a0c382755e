"""In which order versions of different objects leave: none before what it rests on (S216-18.2).

The Registry judges a version by what is on record then. So a version waits for those that were
signed before it: of the objects to which it refers, and of those which refer to the same and take
turns with it (``in_turn_with`` of its kind). What others refer to waits for them too, but only
while they are on their way: what a person has to settle about them does not keep it. Its first
version waits for none of them: they wait for it, also where it was taken back and comes anew.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sez.records.version import VersionSigned
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.kinds import kind_of

TAKEN_BACK = "TAKEN_BACK"
"""The state of an object whose first version was taken back, and which has not arrived since."""

LEFT_TO_A_PERSON = ("REFUSED", "STOPPED", TAKEN_BACK)
"""States that end by what a person does."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.refers_to (
  object_id uuid NOT NULL,
  to_id uuid NOT NULL,
  object_type text NOT NULL,
  to_type text NOT NULL,
  in_turn_with text[] NOT NULL,
  PRIMARY KEY (object_id, to_id));
CREATE INDEX IF NOT EXISTS refers_to_whom ON views.refers_to (to_id, object_type);
CREATE TABLE IF NOT EXISTS views.taken_back (object_id uuid PRIMARY KEY);
CREATE OR REPLACE VIEW views.holds AS
SELECT v.object_id, v.version, r.to_type AS type, e.object_id AS behind, e.version AS number,
  e.state
FROM views.versions v JOIN views.refers_to r ON r.object_id = v.object_id
  JOIN views.versions e ON e.object_id = r.to_id
WHERE e.state <> 'SYNCHRONISED' AND e.position < v.position
UNION ALL
SELECT v.object_id, v.version, r.to_type, r.to_id, 1, 'TAKEN_BACK'
FROM views.versions v JOIN views.refers_to r ON r.object_id = v.object_id
  JOIN views.taken_back t ON t.object_id = r.to_id
UNION ALL
SELECT v.object_id, v.version, o.object_type, e.object_id, e.version, e.state
FROM views.versions v JOIN views.refers_to r ON r.object_id = v.object_id
  JOIN views.refers_to o ON o.to_id = r.to_id AND o.object_type = ANY(r.in_turn_with)
    AND o.object_id <> r.object_id
  JOIN views.versions e ON e.object_id = o.object_id
WHERE e.state <> 'SYNCHRONISED' AND e.position < v.position
UNION ALL
SELECT v.object_id, v.version, o.object_type, e.object_id, e.version, e.state
FROM views.versions v JOIN views.refers_to o ON o.to_id = v.object_id
  JOIN views.versions e ON e.object_id = o.object_id
WHERE e.state IN ('ASKING', 'WAITING', 'IN_FLIGHT', 'HELD') AND e.position < v.position
  AND v.version > 1
  AND NOT EXISTS (SELECT 1 FROM views.versions x WHERE x.object_id = e.object_id
    AND x.version <= e.version AND x.state IN ('REFUSED', 'STOPPED'));
"""

TABLES = {"refers_to": ("object_id", "to_id"), "taken_back": ("object_id",)}
"""The primary keys of these tables."""

_NAMED = "INSERT INTO views.refers_to VALUES (%s,%s,%s,%s,%s) ON CONFLICT DO NOTHING"
_TAKEN_BACK = "INSERT INTO views.taken_back VALUES (%s) ON CONFLICT DO NOTHING"
_ARRIVED = "DELETE FROM views.taken_back WHERE object_id = %s"


@dataclass(frozen=True, slots=True)
class Behind:
    """The version of another object behind which one waits, and what that stands at."""

    object_type: str
    object_id: UUID
    version: int
    state: str

    @property
    def left_to_a_person(self) -> bool:
        """Whether nothing goes on before a person has done something about it."""
        return self.state in LEFT_TO_A_PERSON


def named(event: VersionSigned) -> tuple[str, list[Any]]:
    """What keeps to which objects a signed version refers."""
    document = event.document
    kind = kind_of(document)
    rows = [
        (event.object_id, object_id, kind.object_type, object_type, list(kind.in_turn_with))
        for object_type, object_id in kind.references(document)
        if object_id != event.object_id
    ]
    return _NAMED, rows


def taken_back(object_id: UUID, version: int) -> tuple[str, list[Any]]:
    """What keeps that nothing of an object is left when its first version is taken back."""
    return _TAKEN_BACK, [(object_id,)] if version == 1 else []


def arrived(object_ids: Collection[UUID]) -> tuple[str, list[Any]]:
    """What keeps that the Registry has these objects."""
    return _ARRIVED, [(one,) for one in object_ids]


def behind(log: EventLog, object_ids: Collection[UUID]) -> dict[tuple[UUID, int], Behind]:
    """Behind what versions of these objects wait: what is left to a person before all else."""
    query = """
SELECT DISTINCT ON (h.object_id, h.version) h.object_id, h.version, h.type, h.behind, h.number,
  h.state
FROM unnest(%s::uuid[]) AS asked (id) JOIN views.versions v ON v.object_id = asked.id
  JOIN views.holds h ON h.object_id = v.object_id AND h.version = v.version
WHERE v.state = 'WAITING'
ORDER BY h.object_id, h.version, h.state = ANY(%s) DESC, h.number, h.behind"""
    rows = log.recorder.select(query, (list(object_ids), list(LEFT_TO_A_PERSON)))
    return {(row[0], row[1]): Behind(*row[2:]) for row in rows}


def is_left_to_a_person(log: EventLog, object_id: UUID, version: int) -> bool:
    """Whether a version may be taken back: it was refused, or its closed number never carried it.

    A person has not yet done about it. So may one that waits behind what of another object is left
    to a person.
    """
    query = """
SELECT 1 FROM views.versions WHERE object_id = %s AND version = %s
  AND (state = 'REFUSED' OR state = 'STOPPED'
    AND message_id IN (SELECT message_id FROM views.packages WHERE state = 'VOIDED'))"""
    if log.recorder.select(query, (object_id, version)):
        return True
    before = behind(log, [object_id]).get((object_id, version))
    return before is not None and before.left_to_a_person
