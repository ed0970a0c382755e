"""A protocol in the SEZ: drafted, signed by all its members, amended, deleted (S216-A3.1g-i).

All three kinds take the same way; each has events of its own, for each has a document of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from sez.records import chain
from sez.records.state import DocumentState
from sez.records.version import (
    Draft,
    Publish,
    RecordEvent,
    VersionSigned,
    VersionTakenBack,
    WithdrawVersion,
)
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.document import Deletion, Operation
from shared_contracts.messages.protocol import PurchaseProtocol

P = TypeVar("P", bound=PurchaseProtocol)

# What can happen


class ProtocolDrafted(RecordEvent, frozen=True, kw_only=True):
    """A protocol was drafted, or the draft was replaced; nobody has signed."""

    drafted_at: datetime
    document: PurchaseProtocol


class ProtocolSigned(VersionSigned, frozen=True, kw_only=True):
    """Every member signed the protocol, or its amendment (S216-A3.1g, h)."""

    document: PurchaseProtocol


@topic("protocol-deleted.1")
class ProtocolDeleted(VersionSigned, frozen=True, kw_only=True):
    """Every member signed the deletion of the protocol (S216-A3.1i)."""

    document: Deletion


class ProtocolTakenBack(VersionTakenBack, frozen=True, kw_only=True):
    """A refused version of a protocol was taken back (S216-A2.1.8)."""

    back_to: Any


@dataclass(frozen=True, slots=True)
class ProtocolEvents:
    """The events of one kind of protocol."""

    drafted: type[ProtocolDrafted]
    signed: type[ProtocolSigned]
    taken_back: type[ProtocolTakenBack]


# What it is meanwhile


class NoProtocol(ObjectState, frozen=True, tag="UNKNOWN"):
    """There is no such protocol."""


class DraftedProtocol(ObjectState, Generic[P], frozen=True, kw_only=True, tag="DRAFTED"):
    """There is a draft, and nothing signed."""

    document: P


class SignedProtocol(DocumentState[P], Generic[P], frozen=True, kw_only=True, tag="SIGNED"):
    """It stands as all its members last signed it."""


class DeletedProtocol(DocumentState[P], Generic[P], frozen=True, kw_only=True, tag="DELETED"):
    """It was deleted."""


State: TypeAlias = NoProtocol | DraftedProtocol[P] | SignedProtocol[P] | DeletedProtocol[P]
AnyProtocol: TypeAlias = State[PurchaseProtocol]
"""A protocol of any kind."""

# Decide

Command: TypeAlias = Draft[PurchaseProtocol] | Publish | WithdrawVersion[AnyProtocol]


def decide(events: ProtocolEvents, protocol: AnyProtocol, command: Command) -> Sequence[Event]:
    """Say what happens when ``command`` meets ``protocol``; ``RefusedByRule`` where it cannot."""
    match protocol, command:
        case ((NoProtocol() | DraftedProtocol()), Draft(object_id, document, at)):
            return [events.drafted(object_id=object_id, drafted_at=at, document=document)]
        case ((NoProtocol() | DraftedProtocol() | SignedProtocol()), Publish()) if chain.follows(
            protocol, command
        ):
            return [_signed(events, protocol, command)]
        case _, WithdrawVersion() if chain.reaches(protocol, command):
            return [events.taken_back(**chain.withdrawal_fields(command))]
        case _:
            raise chain.refused("protocol", protocol, command)


def _signed(events: ProtocolEvents, protocol: AnyProtocol, command: Publish) -> Event:
    first = isinstance(protocol, NoProtocol | DraftedProtocol)
    match command.document, command.document.act.operation:
        case PurchaseProtocol() as document, (Operation.CREATE | Operation.UPDATE) as operation if (
            first is (operation is Operation.CREATE)
        ):
            return events.signed(**chain.version_fields(command), document=document)
        case Deletion() as document, Operation.DELETE if not first:
            return ProtocolDeleted(**chain.version_fields(command), document=document)
        case _:
            raise chain.refused("protocol", protocol, command)


# Evolve


def evolve(protocol: AnyProtocol, event: Event) -> AnyProtocol:
    """What a protocol is after ``event``."""
    match protocol, event:
        case ((NoProtocol() | DraftedProtocol()), ProtocolDrafted(document=document)):
            return DraftedProtocol(document=document)
        case _, ProtocolTakenBack(back_to=before):
            taken: AnyProtocol = before
            return taken
        case _, ProtocolSigned(document=document):
            return SignedProtocol(**chain.state_fields(event), document=document)
        case SignedProtocol(), ProtocolDeleted():
            return DeletedProtocol(**chain.state_fields(event), document=protocol.document)
        case _:
            return protocol
