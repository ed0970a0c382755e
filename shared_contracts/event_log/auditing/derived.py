"""States of objects and claims are what the events make of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from shared_contracts.event_log.auditing.finding import Difference
from shared_contracts.event_log.auditing.streams import ALL_STREAMS, StreamRange
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.derived import Derived
from shared_contracts.event_log.event import Event, UnknownTopic, decode
from shared_contracts.event_log.writing.commit import HeadKey

_HEADS = (
    "SELECT originator_id, environment, sez_code, kind, object_id, position, state "
    "FROM log.heads WHERE originator_id BETWEEN %s AND %s ORDER BY originator_id, kind, object_id"
)
_STREAMS = (
    "SELECT originator_id, position, topic, state FROM log.events "
    "WHERE originator_id BETWEEN %s AND %s ORDER BY originator_id, originator_version"
)
_CLAIMS = "SELECT key, value FROM log.claims ORDER BY key"
_STRANGE = (
    "SELECT h.originator_id, h.position, h.environment || '/' || h.sez_code, o.owner "
    "FROM log.heads h, (SELECT mode() WITHIN GROUP (ORDER BY environment || '/' || sez_code) "
    "AS owner FROM log.heads) o WHERE h.environment || '/' || h.sez_code <> o.owner "
    "ORDER BY h.position"
)
_BATCH = 500


@dataclass
class _Object:
    """One head, and what the events read so far make of its object."""

    key: HeadKey
    position: int
    stored: bytes
    kind: ObjectKind[Any] | None
    state: Any
    named: bool = True

    @classmethod
    def of(cls, row: TupleRow, system: Derived) -> "_Object":
        """The object of a row of heads, before its first event."""
        key, kind = HeadKey(*row[1:5]), system.kinds.get(row[3])
        return cls(key, row[5], row[6], kind, kind.initial if kind else None)

    def take(self, event: Event, system: Derived) -> None:
        """Fold one event, and ask whether it is of this object."""
        if self.kind is not None:
            self.state = self.kind.evolve(self.state, event)
        environment = getattr(event, "environment", self.key.environment)
        sez_code = getattr(event, "sez_code", self.key.sez_code)
        ids = set(system.object_ids(event))
        own = not ids or self.key.object_id in ids
        self.named &= own and (environment, sez_code) == self.key[:2]

    def differences(self, originator_id: UUID) -> Iterator[Difference]:
        """What differs once the stream is read."""
        shown = "/".join(str(part) for part in self.key)
        if self.kind is None or not self.named:
            known = "the key which the events of its stream name"
            yield Difference(self.position, originator_id, "head", shown, known)
            return
        made = msgspec.json.encode(self.state)
        if not reads_the_same(self.kind, self.stored, made):
            stored = self.stored.decode("utf-8", "replace")
            yield Difference(self.position, originator_id, "head state", stored, made.decode())


@dataclass
class Folding:
    """Reads the log stream by stream; about 300 bytes are kept for each claim."""

    system: Derived
    claims: dict[str, tuple[str, int]] = field(default_factory=dict)

    def heads(
        self, connection: Connection, streams: StreamRange = ALL_STREAMS
    ) -> Iterator[Difference]:
        """What differs in heads; what the events claim is kept."""
        connection.execute("SET LOCAL enable_sort = off")  # the key's index gives the order
        with (
            connection.cursor(name="heads", binary=True) as heads,
            connection.cursor(name="streams", binary=True) as events,
        ):
            heads.itersize = events.itersize = _BATCH
            heads.execute(_HEADS.encode(), streams)
            events.execute(_STREAMS.encode(), streams)
            of = _Objects(groupby(heads, key=lambda row: row[0]))
            for originator_id, rows in groupby(events, key=lambda row: row[0]):
                objects = [_Object.of(row, self.system) for row in of.take(originator_id)]
                yield from self._stream(originator_id, rows, objects)
        connection.execute("SET LOCAL enable_sort = on")

    def join(self, claims: Mapping[str, tuple[str, int]]) -> None:
        """Add what later streams claim; the first of two who claim the same keeps it."""
        for key, claim in claims.items():
            self.claims.setdefault(key, claim)

    def rest(self, connection: Connection) -> Iterator[Difference]:
        """What differs in claims, and in whose objects they are, after all streams."""
        yield from self._claims(connection)
        if self.system.one_owner:
            yield from _owners(connection)

    def _stream(
        self, originator_id: UUID, rows: Iterator[TupleRow], objects: list[_Object]
    ) -> Iterator[Difference]:
        read = True
        for _, position, topic, state in rows:
            try:
                event = decode(topic, state)
            except UnknownTopic:  # told beside the evidence
                read = False
                continue
            except (msgspec.DecodeError, UnicodeDecodeError, ValueError, KeyError) as error:
                read = False
                yield Difference(position, originator_id, "state", str(error), f"an event {topic}")
                continue
            for claim in self.system.claims(originator_id, event):
                self.claims.setdefault(claim.key, (claim.value, position))
            for one in objects:
                one.take(event, self.system)
        for one in objects if read else ():
            yield from one.differences(originator_id)

    def _claims(self, connection: Connection) -> Iterator[Difference]:
        with connection.cursor(name="claims") as cursor:
            cursor.itersize = _BATCH
            for key, value in cursor.execute(_CLAIMS):
                known, position = self.claims.pop(key, (None, None))
                if known != value:
                    told = f"{key} {known}" if known else "no event claims it"
                    yield Difference(position, None, "claim", f"{key} {value}", told)
        for key, (value, position) in self.claims.items():
            yield Difference(position, None, "claim", "missing", f"{key} {value}")


def _owners(connection: Connection) -> Iterator[Difference]:
    """Heads under another environment or code than most: the program would not find them."""
    for originator_id, position, stored, owner in connection.execute(_STRANGE):
        yield Difference(position, originator_id, "head", stored, f"{owner}, as the others")


@dataclass
class _Objects:
    """The rows of heads, by ascending originator."""

    groups: Iterator[tuple[UUID, Iterator[TupleRow]]]
    _next: tuple[UUID, list[TupleRow]] | None = None

    def take(self, originator_id: UUID) -> list[TupleRow]:
        """The rows of one originator; those before it have no event, which is told elsewhere."""
        while self._next is None or self._next[0] < originator_id:
            found = next(self.groups, None)
            if found is None:
                return []
            self._next = found[0], list(found[1])
        return self._next[1] if self._next[0] == originator_id else []


def reads_the_same(kind: ObjectKind[Any], stored: bytes, made: bytes) -> bool:
    """Whether a program reads the same from both; a field that has its default may be left out.

    Of a state that an earlier program kept in part the rest is read from the events.
    """
    if stored == made:
        return True
    try:
        state = msgspec.json.decode(stored, type=kind.states)
        known, said = msgspec.json.decode(made), msgspec.json.decode(stored)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    if kind.is_partial(state):
        return all(name in known and known[name] == value for name, value in said.items())
    return bool(msgspec.json.encode(state) == made and _says(said, known))


def _says(said: object, known: object) -> bool:
    """Whether one says nothing that the other does not say, letter by letter; it may say less."""
    match said, known:
        case dict(), dict():
            return all(name in known and _says(value, known[name]) for name, value in said.items())
        case list(), list():
            return len(said) == len(known) and all(map(_says, said, known))
        case _:
            return said == known
