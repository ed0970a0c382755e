"""The shape of every decision: a state from the log, a command, events back to the log."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from shared_contracts.event_log.event import Event, Fact, as_acted
from shared_contracts.event_log.log import EventLog, Head, HeadKey, NewHead

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class ObjectKind(Generic[S]):
    """A kind of object: its name in keys, what it is at first, how it evolves, its states.

    ``is_partial`` says of a state kept in a head that an earlier version of the program left out
    something that the events tell.
    """

    name: str
    initial: S
    evolve: Callable[[S, Event], S]
    states: Any
    is_partial: Callable[[S], bool] = lambda _state: False

    def fold(self, events: Iterable[Event]) -> S:
        """What an object is after all its ``events``."""
        return reduce(self.evolve, events, self.initial)

    def read(self, head: Head | None) -> S:
        """The state kept in a head; without one, the initial state."""
        return self.initial if head is None else msgspec.json.decode(head.state, type=self.states)


@dataclass(frozen=True, slots=True)
class AggregateState(Generic[S]):
    """Where an object stands: its key, its stream, the stream's last version, its state."""

    kind: ObjectKind[S]
    key: HeadKey
    originator_id: UUID
    version: int
    state: S

    def after(self, events: Sequence[Event]) -> "AggregateState[S]":
        """Where the object stands after ``events``, as they are recorded.

        A state may keep an event whole: with who acts, as the log has it (decision 0057).
        """
        state = reduce(self.kind.evolve, map(as_acted, events), self.state)
        version = self.version + len(events)
        return AggregateState(self.kind, self.key, self.originator_id, version, state)

    def facts(self, events: Sequence[Event]) -> tuple[Fact, ...]:
        """``events`` as the next entries of the object's stream."""
        return tuple(
            Fact(self.originator_id, self.version + number, event)
            for number, event in enumerate(events, 1)
        )

    def head(self) -> NewHead:
        """The head that keeps this standing for the next decision."""
        state = msgspec.json.encode(self.state)
        return NewHead(self.key, self.originator_id, self.version, state)


def load(
    log: EventLog, kind: ObjectKind[S], keys: Collection[HeadKey], new_id: Callable[[], UUID]
) -> dict[HeadKey, AggregateState[S]]:
    """Where the objects under ``keys`` stand; an unknown one gets a stream of a ``new_id``."""
    heads = log.heads(keys)
    return {key: whole(log, current_state(kind, key, heads.get(key), new_id)) for key in keys}


def current_state(
    kind: ObjectKind[S], key: HeadKey, head: Head | None, new_id: Callable[[], UUID]
) -> AggregateState[S]:
    """Where the object under ``key`` stands by its ``head``."""
    if head is None:
        return AggregateState(kind, key, new_id(), 0, kind.initial)
    return AggregateState(kind, key, head.originator_id, head.version, kind.read(head))


def whole(log: EventLog, at: AggregateState[S]) -> AggregateState[S]:
    """The same with its state folded from its events where the head has kept it in part."""
    if not at.kind.is_partial(at.state):
        return at
    return replace(at, state=at.kind.fold(log.events(at.originator_id)))
