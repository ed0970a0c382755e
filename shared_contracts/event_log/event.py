"""Domain events: facts in the past, under fixed topics, as plain JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from shared_contracts.errors import NeedsPerson
from shared_contracts.event_log.acting import Acting, now_acting
from shared_contracts.event_log.leaf import leaf
from shared_contracts.event_log.moments import naive_moment


class Event(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A fact in the past; every domain event is a subclass with a topic.

    Events are frozen trees, in which there can be no cycle: the garbage collector leaves them out.
    ``acting`` is who had it done, and from where; absent where the system did it by itself, and of
    what was recorded before this was noted.
    """

    acting: Acting | msgspec.UnsetType = msgspec.UNSET


E = TypeVar("E", bound=Event)
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

_classes: dict[str, type[Event]] = {}
_names: dict[type[Event], str] = {}
_decoders: dict[str, msgspec.json.Decoder[Event]] = {}
_upcasters: dict[str, Upcaster] = {}
_encoder = msgspec.json.Encoder(decimal_format="string", uuid_format="canonical")


class UnknownTopic(NeedsPerson):
    """A topic or an event class that the table of topics does not hold.

    In a log it was written by a newer program: nothing after it can be shown by this one.
    """


def topic(name: str) -> Callable[[type[E]], type[E]]:
    """Register an event class under its fixed name and version, such as ``purchase-opened.1``.

    Raises ValueError if the name has no version or is taken.
    """
    _split(name)

    def register(event_class: type[E]) -> type[E]:
        if name in _classes or event_class in _names:
            raise ValueError(f"topic {name}: {event_class.__name__} or the name is registered")
        _classes[name] = event_class
        _names[event_class] = name
        _decoders[name] = msgspec.json.Decoder(event_class)
        return event_class

    return register


def upcaster(name: str) -> Callable[[Upcaster], Upcaster]:
    """Register the function that turns the decoded object of ``x.1`` into that of ``x.2``.

    Raises ValueError if the name has no version or already has an upcaster.
    """
    _split(name)

    def register(function: Upcaster) -> Upcaster:
        if name in _upcasters:
            raise ValueError(f"topic {name} already has an upcaster")
        _upcasters[name] = function
        return function

    return register


def topics() -> Mapping[str, type[Event]]:
    """The one table of topics and their event classes."""
    return MappingProxyType(_classes)


def topic_of(event: Event) -> str:
    """The topic of an event; raises UnknownTopic if its class was never registered."""
    try:
        return _names[type(event)]
    except KeyError:
        raise UnknownTopic(f"{type(event).__name__} has no topic: mark it with @topic") from None


def encode(event: Event) -> bytes:
    """The event as it is stored for ever; raises ValueError on a moment without an offset."""
    if (path := naive_moment(event)) is not None:
        raise ValueError(f"{topic_of(event)}: {path} is a moment without an offset")
    return _encoder.encode(event)


def decode(name: str, state: bytes) -> Event:
    """The event from its stored topic and state, brought to its present version.

    Raises UnknownTopic, or msgspec.ValidationError if the state does not fit the class.
    """
    if name in _upcasters:
        return _upcast(name, msgspec.json.decode(state))
    if name not in _decoders:
        raise UnknownTopic(f"topic {name} is not in the table of topics")
    return _decoders[name].decode(state)


def _upcast(name: str, content: dict[str, Any]) -> Event:
    while name in _upcasters:
        content = _upcasters[name](content)
        stem, version = _split(name)
        name = f"{stem}.{version + 1}"
    if name not in _classes:
        raise UnknownTopic(f"upcast to {name}, which is not in the table of topics")
    return msgspec.convert(content, _classes[name])


def _split(name: str) -> tuple[str, int]:
    stem, _, version = name.rpartition(".")
    if not stem or not version.isdecimal():
        raise ValueError(f"topic {name!r} must end with a version, as in purchase-announced.1")
    return stem, int(version)


def as_acted(event: E) -> E:
    """The event as it is recorded now: with who acts, unless it names somebody already."""
    by = now_acting()
    if by is None or event.acting is not msgspec.UNSET:
        return event
    return msgspec.structs.replace(event, acting=by)


@dataclass(frozen=True)
class Fact:
    """An event to be appended to the stream of one originator; encoded once, when it is made."""

    originator_id: UUID
    version: int
    event: Event
    topic: str = field(init=False)
    state: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Note who acts, and encode the event, so that nothing ever encodes it again."""
        object.__setattr__(self, "event", as_acted(self.event))
        object.__setattr__(self, "topic", topic_of(self.event))
        object.__setattr__(self, "state", encode(self.event))

    @classmethod
    def restored(cls, originator_id: UUID, version: int, topic: str, state: bytes) -> "Fact":
        """The fact that stands in the log with this topic and state, its event upcast."""
        fact = object.__new__(cls)
        event = decode(topic, state)
        fact.__dict__.update(
            originator_id=originator_id, version=version, event=event, topic=topic, state=state
        )
        return fact

    @property
    def originator_version(self) -> int:
        """The version, by the name the eventsourcing library gives it."""
        return self.version

    @property
    def leaf(self) -> bytes:
        """The leaf hash under which this fact will stand in the log, known before the commit."""
        return leaf(self.originator_id, self.version, self.topic, self.state)


@dataclass(frozen=True)
class Recorded:
    """An event as it stands in the log; ``position`` counts from 1 without gaps."""

    position: int
    originator_id: UUID
    version: int
    topic: str
    event: Event
    state: bytes = field(repr=False)
    leaf: bytes
    chain: bytes
    recorded_at: datetime
