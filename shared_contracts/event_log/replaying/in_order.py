"""The first reading, in the order of the log: each event is checked; views, claims, nodes, tail."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec
import psycopg
from psycopg import Connection, Cursor
from psycopg.rows import TupleRow

from shared_contracts.event_log.auditing.checkpoints import (
    Notes,
    StoredCheckpoints,
    check_checkpoint,
    check_sizes,
)
from shared_contracts.event_log.auditing.finding import Difference
from shared_contracts.event_log.declared import declared
from shared_contracts.event_log.derived import Derived
from shared_contracts.event_log.event import Recorded, UnknownTopic
from shared_contracts.event_log.leaf import GENESIS
from shared_contracts.event_log.log import restored
from shared_contracts.event_log.proofs.merkle import CompactRange, Subtree
from shared_contracts.event_log.proofs.paths import is_kept
from shared_contracts.event_log.replaying.source import EVENTS, EVENTS_AT_ONCE, ReplayExtent
from shared_contracts.event_log.replaying.wrong import EventFault, Naming, Told

_EVENT = (
    "COPY log.events (position, originator_id, originator_version, topic, state, leaf, chain, "
    "recorded_at) FROM STDIN (FORMAT binary)"
)
_TYPES = ("int8", "uuid", "int8", "text", "bytea", "bytea", "bytea", "timestamptz")
_CLAIMS = (
    "INSERT INTO log.claims SELECT * FROM unnest(%s::text[], %s::text[]) ON CONFLICT DO NOTHING"
)
_NODES = "INSERT INTO log.nodes SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])"
_TAIL = "UPDATE log.tail SET position = %s, chain = %s"
_STORED_TAIL = "SELECT position, chain FROM log.tail"
_BESIDE = (
    "SELECT sha256, body FROM log.evidence "
    "WHERE originator_id = %s AND originator_version = %s AND name = %s"
)
_KEEP = "INSERT INTO log.evidence VALUES (%s, %s, %s, %s, %s)"

Said = Callable[[int, float], None]
"""Is told how many events were read, and how many a second."""


@dataclass
class InOrder:
    """Reads the log of ``source`` up to an extent and puts into ``target`` what follows from it."""

    source: Connection
    target: Connection
    system: Derived
    extent: ReplayExtent
    said: Said
    told: Told = field(default_factory=Told)
    tree: CompactRange = field(default_factory=CompactRange)
    link: bytes = GENESIS
    sealed: bool = True

    def run(self) -> int:
        """Read everything once; how many events there were."""
        naming = Naming(self.source, self.told)
        kept = StoredCheckpoints.of(self.source, Notes())
        began, count = time.monotonic(), 0
        with self.source.cursor(name="events", binary=True) as events:
            events.itersize = EVENTS_AT_ONCE
            events.execute(EVENTS.encode(), (self.extent.events,))
            while rows := events.fetchmany(EVENTS_AT_ONCE):
                self._check(rows, naming, kept)
                self._put(rows)
                count += len(rows)
                self.said(count, count / max(time.monotonic() - began, 1e-9))
        self.link = naming.links.link
        self._end(naming, kept)
        return count

    def _check(self, rows: Sequence[TupleRow], naming: Naming, kept: StoredCheckpoints) -> None:
        whole: list[tuple[Subtree, bytes]] = []
        for row in rows:
            naming.check(row[:8])
            self.tree = self.tree.extended((row[5],), lambda *one: whole.append(one))
            self._sealed(check_checkpoint(kept, self.tree))
        self._keep([one for one in whole if is_kept(one[0]) and one[0].end <= self.extent.nodes])

    def _sealed(self, differences: Iterator[Difference]) -> None:
        """Tell the first checkpoint that does not seal what was read; no later one will either."""
        first = next(differences, None)
        if first is not None and self.sealed:
            self.sealed = False
            detail = f"it seals another log: stored {first.stored}; computed {first.computed}"
            self.told.add(first.position, EventFault.CHECKPOINT, detail)

    def _keep(self, whole: Sequence[tuple[Subtree, bytes]]) -> None:
        if whole:
            heights, places = [one.height for one, _ in whole], [one.index for one, _ in whole]
            self.target.execute(_NODES, (heights, places, [root for _, root in whole]))

    def _put(self, rows: Sequence[TupleRow]) -> None:
        """The events themselves, and what they make of claims and views, in one transaction."""
        with self.target.transaction(), self.target.cursor() as cursor:
            with cursor.copy(_EVENT) as copied:
                copied.set_types(_TYPES)
                for row in rows:
                    copied.write_row((*row[:7], row[8]))
            known = [one for row in rows if (one := self._known(row)) is not None]
            self._claim(cursor, known)
            self._beside(cursor, known)
            self._show(cursor, [one for one in known if one.position <= self.extent.views])

    def _known(self, row: TupleRow) -> Recorded | None:
        """The event of a row, or None where nothing can be made of it, which is told."""
        try:
            return restored((*row[:7], row[8])) if row[8] is not None else None
        except UnknownTopic:
            self.told.add(row[0], EventFault.TOPIC, f"{row[3][:100]!r} is no topic of this program")
        except (msgspec.DecodeError, ValueError, KeyError, TypeError) as error:
            self.told.add(row[0], EventFault.STATE, f"no event {row[3][:100]}: {error}")
        return None

    def _claim(self, cursor: Cursor[Any], events: Iterable[Recorded]) -> None:
        made = [one for at in events for one in self.system.claims(at.originator_id, at.event)]
        if made:
            cursor.execute(_CLAIMS, ([one.key for one in made], [one.value for one in made]))

    def _beside(self, cursor: Cursor[Any], events: Iterable[Recorded]) -> None:
        """The evidence that views are made from, if it is what the event names."""
        for at, name, named in self._read_beside(events):
            place = (at.originator_id, at.version, name)
            row = self.source.execute(_BESIDE, place).fetchone()
            made = "missing" if row is None else sha256(row[1]).hexdigest()
            if made != named:
                self.told.add(
                    at.position, EventFault.EVIDENCE, f"{name}: {made}, and {named} is named"
                )
            if row is not None:
                cursor.execute(_KEEP, (*place, *row))

    def _read_beside(self, events: Iterable[Recorded]) -> Iterator[tuple[Recorded, str, str]]:
        reads, beside = self.system.views.reads, declared().beside
        for at in events:
            wanted = beside.get(at.topic, {})
            for name in reads:
                if name in wanted:
                    yield at, name, str(getattr(at.event, wanted[name]))

    def _show(self, cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
        """Apply a batch as the follower does; where that fails, one by one, to name the event."""
        try:
            with self.target.transaction():
                self.system.views.apply(cursor, events)
        except (psycopg.Error, ValueError, TypeError, KeyError):
            for one in events:
                self._show_one(cursor, one)

    def _show_one(self, cursor: Cursor[Any], event: Recorded) -> None:
        try:
            with self.target.transaction():
                self.system.views.apply(cursor, [event])
        except (psycopg.Error, ValueError, TypeError, KeyError) as error:
            why = str(error).strip().partition("\n")[0]
            self.told.add(event.position, EventFault.VIEWS, f"{event.topic} cannot be shown: {why}")

    def _end(self, naming: Naming, kept: StoredCheckpoints) -> None:
        row = self.source.execute(_STORED_TAIL).fetchone()
        if self.extent.at_end:
            naming.end(row or (0, b""))
            self._sealed(check_sizes(kept, self.tree.size))
        self.target.execute(_TAIL, (self.extent.events, self.link))
