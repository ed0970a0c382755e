"""A kind of record in the SEZ: its states, what may happen to it, how its versions are made."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from sez.records.owner import Owner
from sez.records.version import VersionSigned
from shared_contracts.event_log import decider
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.log import EventLog
from shared_contracts.faults import Breach
from shared_contracts.large_documents.apart import Apart
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.programme_change import ProgrammeChangeAnswer
from shared_contracts.messages.system_message import SystemQuestion

S = TypeVar("S")
C = TypeVar("C")

Maker: TypeAlias = Callable[[Owner, UUID, S], Amendable]
"""Makes the next document of an object from where it stands."""

Related: TypeAlias = Mapping[str, Mapping[UUID, Any]]
"""Objects of this SEZ as those that refer to them find them, by type and id."""


@dataclass(frozen=True, slots=True)
class Referrer:
    """An object that refers to others, by type and id, and what it is to them now.

    ``standing`` is None where it stands no more, or does not yet.
    """

    object_type: str
    object_id: UUID
    standing: object | None


PartHashes: TypeAlias = Mapping[str, str] | None
"""The property hashes by number of parts that are kept beside an event; None if they are in it."""

TwoParts: TypeAlias = tuple[PartHashes, PartHashes]
"""The same of a version and the one after it."""


@dataclass(frozen=True, slots=True)
class FirstQuestion:
    """What the Registry is asked before a version is sent, where its kind says so.

    ``form`` makes the question of its head, the version before and the one that waits, and their
    parts; ``answer`` is what the Registry answers by ``operation``; ``changes`` tells whether a
    document after another changes anything that the Registry would need.
    """

    operation: str
    form: Callable[[dict[str, Any], VersionSigned, VersionSigned, TwoParts], SystemQuestion]
    answer: type[ProgrammeChangeAnswer]
    changes: Callable[[Amendable, Amendable, TwoParts], bool]


@dataclass(frozen=True, slots=True)
class LargeKind(Generic[S]):
    """How a kind has versions whose parts are too many for an event (decision 0056).

    ``examine`` gives the breaches by such a version as ``examine_related`` of its kind does,
    from what is kept of its parts; ``listing_named`` is the SHA-256 by which an event names them.
    """

    examine: Callable[[Amendable, S, Related, Apart, datetime], list[Breach]]
    listing_named: Callable[[Event], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SezKind(Generic[S, C]):
    """A kind of record: ``S`` are its states, ``C`` what can be asked of its objects.

    ``object_type`` is that of the contract; ``objects`` has the name in keys, the first state and
    ``evolve``. ``decide`` takes ``Publish`` and ``WithdrawVersion`` beside what else the kind
    knows, and raises ``RefusedByRule``; ``examine_next`` gives the breaches by a version, formed at
    a moment, against the object before it.

    ``standing`` is an object as those that refer to it find it, or None where it does not stand;
    ``examine_related`` gives the breaches by a version, after the object before it, against all
    that it refers to, and what is shown ``beside`` that, by type and id. ``signed_for`` tells who
    signs what follows, by IIN. ``examine_history`` gives the breaches by a version against all
    that happened to the object.
    ``namesakes`` are objects in force that are the same as a new one says of itself (``same``).
    ``first_question`` is what the Registry is asked before a version is sent (``asked_by``);
    ``large`` is there where versions may be too large for this process.
    """

    object_type: str
    objects: decider.ObjectKind[S]
    decide: Callable[[S, C], Sequence[Event]]
    examine_next: Callable[[Amendable, S, datetime], list[Breach]]
    standing: Callable[[S], object | None] = lambda _state: None
    examine_related: Callable[[Amendable, S, Related, datetime], list[Breach]] = lambda *_: []
    signed_for: Callable[[S], Collection[str]] = lambda _state: ()
    refers_to: Callable[[S], Collection[tuple[str, UUID]]] = lambda _state: ()
    learn: Callable[[S, UUID, Referrer], Sequence[Event]] = lambda *_: ()
    beside: Callable[[S], Collection[tuple[str, UUID]]] = lambda _state: ()
    examine_history: Callable[[Amendable, Sequence[Event], datetime], list[Breach]] = lambda *_: []
    namesakes: Callable[[EventLog, Owner, Amendable], Collection[UUID]] = lambda *_: ()
    first_question: FirstQuestion | None = None
    large: LargeKind[S] | None = None


AnyKind: TypeAlias = SezKind[Any, Any]
"""A kind in the table, where the states of all kinds stand beside each other."""
