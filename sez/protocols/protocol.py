"""A protocol in the SEZ: drafted, signed by all its members, amended, deleted (S216-A3.1g-i).

All three kinds take the same way; each has events of its own, for each has a document of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from sez.records.version import (
    Publish,
    RecordEvent,
    VersionSigned,
    VersionTakenBack,
    WithdrawVersion,
)
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.event import Event, topic
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


# What can be asked


@dataclass(frozen=True, slots=True)
class DraftProtocol:
    """Write a draft down, or replace it."""

    object_id: UUID
    document: PurchaseProtocol
    at: datetime


# What it is meanwhile


class NoProtocol(msgspec.Struct, frozen=True, tag="UNKNOWN", tag_field="status"):
    """There is no such protocol."""

    status: ClassVar[str] = "UNKNOWN"


class DraftedProtocol(
    msgspec.Struct, Generic[P], frozen=True, kw_only=True, tag="DRAFTED", tag_field="status"
):
    """There is a draft, and nothing signed."""

    status: ClassVar[str] = "DRAFTED"
    document: P


class SignedProtocol(
    msgspec.Struct, Generic[P], frozen=True, kw_only=True, tag="SIGNED", tag_field="status"
):
    """It stands as all its members last signed it."""

    status: ClassVar[str] = "SIGNED"
    version: int
    document_hash: str
    document: P


class DeletedProtocol(
    msgspec.Struct, Generic[P], frozen=True, kw_only=True, tag="DELETED", tag_field="status"
):
    """It was deleted."""

    status: ClassVar[str] = "DELETED"
    version: int
    document_hash: str
    document: P


State: TypeAlias = NoProtocol | DraftedProtocol[P] | SignedProtocol[P] | DeletedProtocol[P]
AnyProtocol: TypeAlias = State[PurchaseProtocol]
"""A protocol of any kind."""

# Decide

Command: TypeAlias = DraftProtocol | Publish | WithdrawVersion[AnyProtocol]


def decide(events: ProtocolEvents, protocol: AnyProtocol, command: Command) -> Sequence[Event]:
    """Say what happens when ``command`` meets ``protocol``; ``RefusedByRule`` where it cannot."""
    match protocol, command:
        case ((NoProtocol() | DraftedProtocol()), DraftProtocol(object_id, document, at)):
            return [events.drafted(object_id=object_id, drafted_at=at, document=document)]
        case ((NoProtocol() | DraftedProtocol() | SignedProtocol()), Publish()) if _follows(
            protocol, command
        ):
            return [_signed(events, protocol, command)]
        case ((SignedProtocol() | DeletedProtocol()), WithdrawVersion(version=version)) if (
            0 < version <= protocol.version
        ):
            taken_back = events.taken_back(
                object_id=command.object_id,
                version=version,
                reason=command.reason,
                withdrawn_at=command.at,
                back_to=command.back_to,
            )
            return [taken_back]
        case _:
            raise _refused(protocol, command)


def last(protocol: AnyProtocol) -> tuple[int, str | None]:
    """Number and hash of the last signed version; 0 and None where there is none."""
    match protocol:
        case SignedProtocol() | DeletedProtocol():
            return protocol.version, protocol.document_hash
        case NoProtocol() | DraftedProtocol():
            return 0, None


def _follows(protocol: AnyProtocol, command: Publish) -> bool:
    version, document_hash = last(protocol)
    act = command.document.act
    return act.version == version + 1 and act.previous_hash == document_hash


def _signed(events: ProtocolEvents, protocol: AnyProtocol, command: Publish) -> Event:
    first = isinstance(protocol, NoProtocol | DraftedProtocol)
    match command.document, command.document.act.operation:
        case PurchaseProtocol() as document, (Operation.CREATE | Operation.UPDATE) as operation if (
            first is (operation is Operation.CREATE)
        ):
            return events.signed(**_facts(command), document=document)
        case Deletion() as document, Operation.DELETE if not first:
            return ProtocolDeleted(**_facts(command), document=document)
        case _:
            raise _refused(protocol, command)


def _facts(command: Publish) -> dict[str, Any]:
    act = command.document.act
    return {
        "object_id": act.object_id,
        "version": act.version,
        "document_hash": command.document_hash,
        "formed_at": command.formed_at,
        "formed_by": command.formed_by,
    }


def _refused(protocol: AnyProtocol, command: Command) -> RefusedByRule:
    match command:
        case WithdrawVersion(version=version):
            wanted = f"the withdrawal of version {version}"
        case DraftProtocol():
            wanted = "a draft"
        case Publish(document):
            act = document.act
            wanted = f"{type(document).__name__} {act.operation} as version {act.version}"
    standing = f"a protocol that is {protocol.status.lower()} at version {last(protocol)[0]}"
    return RefusedByRule(f"{standing} does not take {wanted}")


# Evolve


def evolve(protocol: AnyProtocol, event: Event) -> AnyProtocol:
    """What a protocol is after ``event``."""
    match protocol, event:
        case ((NoProtocol() | DraftedProtocol()), ProtocolDrafted(document=document)):
            return DraftedProtocol(document=document)
        case _, ProtocolTakenBack(back_to=before):
            taken: AnyProtocol = before
            return taken
        case _, ProtocolSigned(version=version, document_hash=document_hash, document=document):
            return SignedProtocol(version=version, document_hash=document_hash, document=document)
        case SignedProtocol(), ProtocolDeleted(version=version, document_hash=document_hash):
            return DeletedProtocol(
                version=version, document_hash=document_hash, document=protocol.document
            )
        case _:
            return protocol
