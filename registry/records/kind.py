"""A kind of record in the Registry: its states, what may happen to it, its rules, its listing."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from registry.records.codes import CodedRecord
from registry.records.record import RecordVersion, VersionRecorded
from registry.records.rules.examine import StateRules
from registry.records.rules.facts import Planned, RecordFacts
from shared_contracts.event_log import decider
from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Claim
from shared_contracts.messages.document import Amendable

Item: TypeAlias = tuple[UUID, str]
"""An item of a programme: the programme's id and the item's number."""

S = TypeVar("S")
C = TypeVar("C", bound=RecordFacts)
B = TypeVar("B", bound=RecordFacts)


Listed: TypeAlias = Callable[[EventLog, str, Collection[str]], frozenset[str] | None]
"""Tells which of some numbers (BIN, IIN) are of a sort, in an environment; None if none is."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """By what a kind looks up what its rules want: the log, and the code of the sender.

    ``catch_up`` brings the listings up to what is recorded.
    """

    log: EventLog
    sez_code: str
    catch_up: Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryKind(Generic[S, C, B]):
    """A kind of record: ``S`` are its states, ``C`` those on record, ``B`` those of its base.

    ``objects`` has its name in keys, its first state and ``evolve``; ``decide`` says what happens
    when a version is delivered, or ``Refused``; ``rules`` are the state rules.
    ``signed_for`` tells for whom a following version may be signed: BIN or IIN; it is not asked of
    a kind whose documents a system signs. ``schema`` has the statements that make the views of the
    listing, ``apply`` (with a database cursor) brings them up to date; ``tables`` are their primary
    keys, so that the audit makes them anew. ``codes`` gives the objects with codes
    of classifiers.

    ``planned`` finds items of programmes which a purchase of a SEZ names, ``namesakes`` objects in
    force of a SEZ that are the same as a document says of its own: the Registry's ids by theirs.
    ``refers_to`` tells which objects, by type and id, one on record refers to: those named by its
    last whole document. ``learn`` says what happens to an object, given its id, when a version
    that refers to it is recorded: events of its own stream, below ``ReferenceRecorded``.
    ``beside`` tells which of those that refer to it are shown with it to the rules of others that
    do, by type and id: they change under its lock, and ``learn`` of those others too.

    ``claims`` tells what a version takes for its object alone, such as a number; ``holds`` which
    objects, of any system, stay as they are while a document is judged; ``recall`` looks up once,
    under those locks, what the rules on a document want besides. Of a kind that
    lists parties ``participants`` tells, by environment, which of some numbers are active (None
    while it has nobody on record); of one whose objects engage parties ``engaged`` tells which.
    ``keeps_apart`` says of a state that the numbered parts are beside the log's events, also those
    of later versions; ``listing_named`` gives the SHA-256 by which an event names their listing.
    """

    objects: decider.ObjectKind[S]
    decide: Callable[[S, RecordVersion], Sequence[Event]]
    rules: StateRules[C, B]
    schema: str
    apply: Callable[[Any, Sequence[Recorded]], None]
    signed_for: Callable[[C], Collection[str]] = lambda _known: ()
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: Callable[[EventLog], Iterable[CodedRecord]] = lambda _log: ()
    planned: Callable[[EventLog, str, Collection[Item]], Mapping[Item, Planned]] = lambda *_: {}
    namesakes: Callable[[EventLog, str, Sequence[str]], Mapping[UUID, UUID]] = lambda *_: {}
    refers_to: Callable[[C], Collection[tuple[str, UUID]]] = lambda _known: ()
    learn: Callable[[S, UUID, RecordVersion], Sequence[Event]] = lambda *_: ()
    beside: Callable[[C], Collection[tuple[str, UUID]]] = lambda _known: ()
    claims: Callable[[VersionRecorded], Iterable[Claim]] = lambda _event: ()
    holds: Callable[[EventLog, Amendable], Iterable[HeadKey]] | None = None
    recall: Callable[[LookUp, Amendable], object] = lambda *_: None
    participants: Listed | None = None
    engaged: Listed | None = None
    keeps_apart: Callable[[S], bool] = lambda _state: False
    listing_named: Callable[[Event], str | None] = lambda _event: None


AnyKind: TypeAlias = RegistryKind[Any, Any, Any]
"""A kind in the table, where the states of all kinds stand beside each other."""
