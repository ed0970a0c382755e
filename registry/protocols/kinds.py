"""What the three kinds of protocol have in common in the Registry."""

from functools import partial
from typing import TypeAlias

from registry.protocols import listing
from registry.protocols.protocol import (
    ProtocolOnRecord,
    ProtocolRecorded,
    State,
    UnknownProtocol,
    decide,
    evolve,
)
from registry.protocols.rules import RULES
from registry.records.kind import RegistryKind
from registry.records.rules.facts import RecordFacts
from shared_contracts.event_log.decider import ObjectKind

ProtocolKind: TypeAlias = RegistryKind[State, ProtocolOnRecord, RecordFacts]
"""A kind of protocol."""


def kind(object_type: str, recorded: type[ProtocolRecorded]) -> ProtocolKind:
    """The kind of this type of object, with its event for a whole protocol."""
    return RegistryKind(
        objects=ObjectKind(object_type, UnknownProtocol(), evolve, State),
        decide=partial(decide, recorded),
        rules=RULES,
        signed_for=lambda known: known.members,
        refers_to=lambda known: known.refers_to,
        apply=partial(listing.apply, object_type),
        schema=listing.SCHEMA,
        tables={"protocols": ("registry_id",)},
    )
