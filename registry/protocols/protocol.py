"""A protocol in the Registry: what happened to it, and what may happen (S216-A3.1g-i).

All three kinds take the same way; each has an event of its own for its whole document.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, ClassVar, TypeAlias
from uuid import UUID

import msgspec

from registry.records.record import RecordVersion, VersionRecorded
from registry.records.state import RecordState
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.document import Deletion, Operation
from shared_contracts.messages.protocol import LotReview, PurchaseProtocol, ReviewProtocol
from shared_contracts.messages.purchase import PURCHASE

# What can happen


class ProtocolRecorded(VersionRecorded, frozen=True, kw_only=True):
    """A protocol was recorded, or an amendment of it; each kind has its event (S216-A3.1g, h)."""

    document: PurchaseProtocol


@topic("protocol-voided.1")
class ProtocolVoided(VersionRecorded, frozen=True, kw_only=True):
    """A protocol was deleted; its history stays (S216-A3.1i)."""

    document: Deletion


# What it is meanwhile


class UnknownProtocol(ObjectState, frozen=True, tag="UNKNOWN"):
    """Nothing was recorded under this key yet."""


class ProtocolOnRecord(RecordState, frozen=True, kw_only=True):
    """What the next decision needs to know of a protocol on record.

    ``members`` are the IINs of those who signed, ``lot_reviews`` what a review decided.
    """

    takes: ClassVar[frozenset[Operation]] = frozenset({Operation.UPDATE, Operation.DELETE})
    conditions_version: int
    formed_at: datetime
    first_formed_at: datetime
    purchase_id: UUID
    protocol_date: datetime
    members: tuple[str, ...]
    lot_reviews: tuple[LotReview, ...] = ()

    @property
    def refers_to(self) -> Collection[tuple[str, UUID]]:
        """The objects which it names, by type and id."""
        return ((PURCHASE, self.purchase_id),)


class AcceptedProtocol(ProtocolOnRecord, frozen=True, kw_only=True, tag="ACCEPTED"):
    """The protocol stands as it was drawn up."""


class AmendedProtocol(ProtocolOnRecord, frozen=True, kw_only=True, tag="AMENDED"):
    """The protocol stands as it was amended."""


class VoidedProtocol(ProtocolOnRecord, frozen=True, kw_only=True, tag="VOIDED"):
    """The protocol was deleted; nothing more may happen to it."""

    takes: ClassVar[frozenset[Operation]] = frozenset()


State: TypeAlias = UnknownProtocol | AcceptedProtocol | AmendedProtocol | VoidedProtocol

# Decide


def decide(
    recorded: type[ProtocolRecorded], protocol: State, delivery: RecordVersion
) -> Sequence[Event]:
    """Say what happens when a version is delivered; ``Refused`` where it cannot (F-HDR-2).

    ``recorded`` is the event of the kind for its whole document.
    """
    match protocol, delivery.document, delivery.document.act.operation:
        case UnknownProtocol(), PurchaseProtocol() as document, Operation.CREATE:
            return [recorded(**delivery.fields(), document=document)]
        case (
            AcceptedProtocol() | AmendedProtocol(),
            PurchaseProtocol() as document,
            Operation.UPDATE,
        ):
            return [recorded(**delivery.fields(), document=document)]
        case AcceptedProtocol() | AmendedProtocol(), Deletion() as document, Operation.DELETE:
            return [ProtocolVoided(**delivery.fields(), document=document)]
        case _:
            raise delivery.refused(protocol.status)


# Evolve


def evolve(protocol: State, event: Event) -> State:
    """What a protocol is after ``event``; events of other objects leave it as it was."""
    match protocol, event:
        case UnknownProtocol(), ProtocolRecorded(header=header):
            return AcceptedProtocol(**_stated(event, header.formed_at))
        case ProtocolOnRecord(), ProtocolRecorded():
            return AmendedProtocol(**_stated(event, protocol.first_formed_at))
        case ProtocolOnRecord(), ProtocolVoided():
            return VoidedProtocol(**(msgspec.structs.asdict(protocol) | event.dated_fields()))
        case _:
            return protocol


def _stated(event: ProtocolRecorded, first_formed_at: datetime) -> dict[str, Any]:
    document = event.document
    return {
        "first_formed_at": first_formed_at,
        "purchase_id": document.purchase_id,
        "protocol_date": document.protocol_date,
        "members": tuple(member.iin for member in document.members),
        "lot_reviews": document.lot_reviews if isinstance(document, ReviewProtocol) else (),
        **event.dated_fields(),
    }
