"""The rows of one object as they stand in the store of this SEZ, read for an audit (S216-12a)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sez.records.owner import Owner
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import RECORDED, EventLog, restored

TAKEN_BACK = 4_000
"""Most events by which versions of one object were taken back that are read; they are small."""

_STREAM = """
SELECT originator_id FROM log.heads WHERE environment = %s AND sez_code = %s AND kind = ANY(%s)
  AND object_id = %s
UNION ALL (SELECT originator_id FROM views.versions WHERE object_id = %s LIMIT 1)
LIMIT 1"""
"""Where the head was deleted, the list of versions may still name the stream."""

_SIZE = """
SELECT originator_version, octet_length(body) FROM log.evidence
WHERE originator_id = %s AND name = 'document' AND originator_version = ANY(%s)"""

_READ = RECORDED.replace(
    " recorded_at",
    " GREATEST(LEAST(recorded_at, '2999-12-30 00:00Z'), '2000-01-02 00:00Z') AS recorded_at",
)
"""Rows with a moment that an answer can tell: one that no calendar has hides no page."""

_ROWS = _READ + "originator_id = %s AND position > %s AND position <= %s ORDER BY position LIMIT %s"

_OF_TOPICS = (
    _READ + "originator_id = %s AND position > %s AND position <= %s AND topic = ANY(%s) "
    "ORDER BY position LIMIT %s"
)

_BEFORE = (
    _READ + "originator_id = %s AND originator_version < %s AND topic = ANY(%s) "
    "ORDER BY originator_version DESC LIMIT %s"
)

AT_ONCE = 2
"""Events that are read at once backwards: nearly always the first is the one that is looked for."""

_AFTER = _READ + "position > %s ORDER BY position LIMIT %s"

_CHAINS = "SELECT position, chain FROM log.events WHERE position = ANY(%s)"

_LISTED = """
SELECT version, document_hash FROM views.versions WHERE object_id = %s AND version = ANY(%s)"""


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """A row of the log about an object, not decoded; ``document_size`` of the bytes beside it."""

    columns: tuple[Any, ...]
    document_size: int

    @property
    def position(self) -> int:
        """Where it stands in the log."""
        return int(self.columns[0])

    @property
    def originator_id(self) -> UUID:
        """Of which stream it is."""
        found = self.columns[1]
        return found if isinstance(found, UUID) else UUID(str(found))

    @property
    def version(self) -> int:
        """Its number in its stream."""
        return int(self.columns[2])


def stream_of(log: EventLog, owner: Owner, kinds: Collection[str], object_id: UUID) -> UUID | None:
    """The stream of an object of one of the kinds, or None."""
    whose = (owner.environment, owner.sez_code, list(kinds), object_id, object_id)
    found = log.recorder.select(_STREAM, whose)
    return found[0][0] if found else None


def rows(log: EventLog, stream: UUID, between: tuple[int, int], most: int) -> list[ObjectRow]:
    """The rows of a stream after a position and up to another, in the order of the log."""
    found = [tuple(row) for row in log.recorder.select(_ROWS, (stream, *between, most))]
    numbers = [row[2] for row in found]
    sizes: dict[int, int] = dict(log.recorder.select(_SIZE, (stream, numbers)))
    return [ObjectRow(row, sizes.get(row[2], 0)) for row in found]


def of_topics(
    log: EventLog, stream: UUID, between: tuple[int, int], topics: Collection[str]
) -> list[tuple[Any, ...]]:
    """The same, only events of some topics, ``TAKEN_BACK`` at most."""
    asked = (stream, *between, [*topics], TAKEN_BACK)
    return [tuple(row) for row in log.recorder.select(_OF_TOPICS, asked)]


def backwards(
    log: EventLog, stream: UUID, version: int, topics: Collection[str]
) -> Iterator[Recorded]:
    """Events of some topics in a stream before a version, the last first, few read at a time."""
    while version > 1:
        rows = log.recorder.select(_BEFORE, (stream, version, [*topics], AT_ONCE))
        yield from map(restored, rows)
        version = rows[-1][2] if len(rows) == AT_ONCE else 0


def chains(log: EventLog, positions: Collection[int]) -> Mapping[int, bytes]:
    """The values of the chain at those positions that the log has; zeros before the first."""
    found: dict[int, bytes] = dict(log.recorder.select(_CHAINS, ([*positions],)))
    return found | ({0: bytes(32)} if 0 in positions else {})


def listed(log: EventLog, object_id: UUID, versions: Collection[int]) -> Mapping[int, str]:
    """The hashes of those versions of an object that the list has."""
    return dict(log.recorder.select(_LISTED, (object_id, [*versions])))


def rows_after(log: EventLog, after: int, most: int) -> list[tuple[Any, ...]]:
    """The rows of the log after a position, as they stand: an event that is not decoded is one."""
    return [tuple(row) for row in log.recorder.select(_AFTER, (after, most))]
