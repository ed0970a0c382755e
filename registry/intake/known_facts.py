"""What is known beside a package when its documents are held against the state of their objects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from registry.intake.listed import Listed
from registry.records.kind import AnyKind
from registry.records.rules.facts import Exclusion, SendingSystem
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.log import HeadKey
from shared_contracts.messages.package import RecordHeader
from shared_contracts.rules.codes import Codes

AnyState: TypeAlias = AggregateState[Any]
"""The state of an object of any kind, and its place in the log."""

Objects: TypeAlias = Mapping[HeadKey, AnyState]
"""Objects by their keys."""


@dataclass(frozen=True, slots=True)
class Recollection:
    """What was looked up once for the package.

    Of those whom it names, which are participants, and which were ever excluded; of participants
    whom it deletes, which are engaged (None: nothing tells); by the number of a record, what its
    kind recalls for it.
    """

    participants: frozenset[str] | None = None
    engaged: frozenset[str] | None = None
    exclusions: Mapping[str, Exclusion] = field(default_factory=dict)
    of_records: Mapping[int, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """What is known beside the package: sender, arrival, objects, classifiers, kinds, and more."""

    sender: SendingSystem
    first_received_at: datetime
    objects: Objects
    codes: Codes
    kinds: Mapping[str, AnyKind]
    recollection: Recollection
    listed: Listed


def object_key(sez_code: str, environment: str, header: RecordHeader) -> HeadKey:
    """The key under which an object is kept."""
    return HeadKey(environment, sez_code, header.object_type, header.object_id)
