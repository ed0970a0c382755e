"""The second reading, stream by stream: what each object is after its events."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from shared_contracts.event_log.declared import declared
from shared_contracts.event_log.derived import Derived, Whose
from shared_contracts.event_log.event import Event, UnknownTopic, decode
from shared_contracts.event_log.replaying.source import EVENTS_AT_ONCE, STREAMS, ReplayExtent
from shared_contracts.event_log.replaying.wrong import EventFault, Told
from shared_contracts.event_log.writing.commit import HeadKey

_HEAD = "COPY log.made_heads FROM STDIN (FORMAT binary)"
_TYPES = (
    *("text", "text", "text", "uuid", "text", "uuid"),
    *("uuid", "int8", "int8", "int8", "bytea"),
)
# Of two streams under one key the later one is kept apart.
_APART = (
    "UPDATE log.made_heads m SET kind = m.other_kind, object_id = m.other_id FROM ("
    "SELECT ctid AS row, row_number() OVER "
    "(PARTITION BY environment, sez_code, kind, object_id ORDER BY first) AS place "
    "FROM log.made_heads) AS r WHERE m.ctid = r.row AND r.place > 1 AND m.other_kind IS NOT NULL"
)
_INTO = (
    "INSERT INTO log.heads SELECT environment, sez_code, kind, object_id, originator_id, version, "
    "position, state FROM log.made_heads ORDER BY first ON CONFLICT DO NOTHING"
)
_TWICE = (
    "SELECT m.position, m.originator_id, h.originator_id FROM log.made_heads m "
    "JOIN log.heads h USING (environment, sez_code, kind, object_id) "
    "WHERE m.originator_id <> h.originator_id ORDER BY 1"
)


@dataclass
class _FoldedStream:
    """An object as the events read so far make it."""

    keys: tuple[HeadKey, ...]
    state: Any
    version: int
    position: int
    first: int


@dataclass
class ByStream:
    """Folds the streams of ``source`` up to an extent into the heads of ``target``."""

    source: Connection
    target: Connection
    system: Derived
    whose: Whose
    extent: ReplayExtent
    told: Told = field(default_factory=Told)

    def run(self) -> Told:
        """Read everything once; what was wrong."""
        if self.extent.at_end:
            self.source.execute("SET LOCAL enable_sort = off")  # the key's index gives the order
        with self.target.transaction(), self.target.cursor() as cursor:
            with cursor.copy(_HEAD) as heads:
                heads.set_types(_TYPES)
                for row in self._heads():
                    heads.write_row(row)
            cursor.execute("SET LOCAL enable_seqscan = on")
            cursor.execute(_APART)
            cursor.execute(_INTO)
            for position, one, other in cursor.execute(_TWICE):
                self.told.add(
                    position, EventFault.OBJECT, f"{one} is of the same object as {other}"
                )
            cursor.execute("DROP TABLE log.made_heads")
        return self.told

    def _heads(self) -> Iterator[tuple[Any, ...]]:
        with self.source.cursor(name="streams", binary=True) as streams:
            streams.itersize = EVENTS_AT_ONCE
            streams.execute(STREAMS.encode(), (self.extent.events,))
            for originator_id, rows in groupby(streams, key=lambda row: row[0]):
                made = self._folded(rows)
                if made is not None:
                    yield _row(originator_id, made)

    def _folded(self, rows: Iterator[TupleRow]) -> _FoldedStream | None:
        """The object of a stream, or None where it has none or not all events can be read."""
        made: _FoldedStream | None = None
        for number, row in enumerate(rows, 1):
            event = self._event(row, number, made.position if made else 0)
            if event is None or (made is None and (made := self._begun(row, event)) is None):
                made = None
                break
            made = self._after(made, row, event)
        for _ in rows:
            continue
        return made

    def _event(self, row: TupleRow, number: int, before: int) -> Event | None:
        """The event of a row; what is told of it in the order of the log is not told again."""
        _, version, position, topic, state = row
        if version != number or position <= before:
            detail = f"version {version} is number {number} of its stream, after position {before}"
            self.told.add(position, EventFault.REORDERED, detail)
        try:
            return decode(topic, state)
        except (UnknownTopic, msgspec.DecodeError, ValueError, KeyError, TypeError):
            return None

    def _begun(self, row: TupleRow, event: Event) -> _FoldedStream | None:
        keys = self.system.keys(self.whose, event)
        kind = self.system.kinds.get(keys[0].kind) if keys else None
        if kind is not None:
            return _FoldedStream(keys, kind.initial, 0, 0, row[2])
        if row[3] not in declared().without_head:
            self.told.add(row[2], EventFault.OBJECT, f"no object begins with an event {row[3]}")
        return None

    def _after(self, made: _FoldedStream, row: TupleRow, event: Event) -> _FoldedStream:
        kind = self.system.kinds[made.keys[0].kind]
        try:
            made.state = kind.evolve(made.state, event)
        except Exception as error:  # noqa: BLE001  # a kind's own: named with its event
            self.told.add(row[2], EventFault.OBJECT, f"{row[3]} does not follow here: {error}")
        made.version, made.position = row[1], row[2]
        return made


def _row(originator_id: UUID, made: _FoldedStream) -> tuple[Any, ...]:
    key, other = made.keys[0], made.keys[1] if made.keys[1:] else None
    apart = (None, None) if other is None else (other.kind, other.object_id)
    place = (originator_id, made.version, made.position, made.first)
    return (*key, *apart, *place, msgspec.json.encode(made.state))
