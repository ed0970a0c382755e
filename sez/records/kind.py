"""A kind of record in the SEZ: its states, what may happen to it, how its versions are made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from sez.records.owner import Owner
from shared_contracts.event_log import decider
from shared_contracts.event_log.event import Event
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable

S = TypeVar("S")
C = TypeVar("C")

Maker: TypeAlias = Callable[[Owner, UUID, S], Amendable]
"""Makes the next document of an object from where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SezKind(Generic[S, C]):
    """A kind of record: ``S`` are its states, ``C`` what can be asked of its objects.

    ``object_type`` is that of the contract; ``objects`` has the name in keys, the first state and
    ``evolve``. ``decide`` takes ``Publish`` and ``WithdrawVersion`` beside what else the kind
    knows, and raises ``RefusedByRule``; ``examine_next`` gives the breaches by a version, formed at
    a moment, against the object before it.
    """

    object_type: str
    objects: decider.ObjectKind[S]
    decide: Callable[[S, C], Sequence[Event]]
    examine_next: Callable[[Amendable, S, datetime], list[Breach]]


AnyKind: TypeAlias = SezKind[Any, Any]
"""A kind in the table, where the states of all kinds stand beside each other."""
