"""A tender in the SEZ: drafted, then a chain of signed versions (S216-3, S216-A3.1a-d, h, i)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
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
from shared_contracts.messages.purchase import Purchase, PurchaseExtension, TenderDocumentation

# What can happen


@topic("tender-drafted.1")
class TenderDrafted(RecordEvent, frozen=True, kw_only=True):
    """A purchase was drafted, or the draft was replaced; nothing is public yet."""

    drafted_at: datetime
    document: Purchase


@topic("tender-announced.1")
class TenderAnnounced(VersionSigned, frozen=True, kw_only=True):
    """The purchase was announced (S216-A3.1a, d)."""

    document: Purchase


@topic("documentation-changed.1")
class DocumentationChanged(VersionSigned, frozen=True, kw_only=True):
    """The files of the purchase were changed (S216-A3.1b)."""

    document: TenderDocumentation


@topic("tender-extended.1")
class TenderExtended(VersionSigned, frozen=True, kw_only=True):
    """The end of bidding was moved (S216-A3.1c)."""

    document: PurchaseExtension


@topic("tender-changed.1")
class TenderChanged(VersionSigned, frozen=True, kw_only=True):
    """The purchase was changed, or declared failed or cancelled (S216-A3.1h)."""

    document: Purchase


@topic("tender-deleted.1")
class TenderDeleted(VersionSigned, frozen=True, kw_only=True):
    """The purchase was deleted (S216-A3.1i)."""

    document: Deletion


# What can be asked


@dataclass(frozen=True, slots=True)
class Draft:
    """Write a draft down, or replace it."""

    object_id: UUID
    document: Purchase
    at: datetime


# What it is meanwhile


class UnknownTender(msgspec.Struct, frozen=True, tag="UNKNOWN", tag_field="status"):
    """There is no such tender."""

    status: ClassVar[str] = "UNKNOWN"


class DraftedTender(msgspec.Struct, frozen=True, kw_only=True, tag="DRAFTED", tag_field="status"):
    """There is a draft, and nothing signed."""

    status: ClassVar[str] = "DRAFTED"
    document: Purchase


class SignedVersion(msgspec.Struct, frozen=True, kw_only=True, tag_field="status"):
    """The last signed version: the purchase as it stands, and the hash to chain the next to."""

    status: ClassVar[str] = ""
    version: int
    document_hash: str
    purchase: Purchase


class RunningTender(SignedVersion, frozen=True, kw_only=True, tag="RUNNING"):
    """The tender is announced and runs."""

    status: ClassVar[str] = "RUNNING"


class EndedTender(SignedVersion, frozen=True, kw_only=True, tag="ENDED"):
    """The tender was declared failed or cancelled."""

    status: ClassVar[str] = "ENDED"


class DeletedTender(SignedVersion, frozen=True, kw_only=True, tag="DELETED"):
    """The tender was deleted."""

    status: ClassVar[str] = "DELETED"


State = UnknownTender | DraftedTender | RunningTender | EndedTender | DeletedTender


@topic("version-withdrawn.1")
class VersionWithdrawn(VersionTakenBack, frozen=True, kw_only=True):
    """A refused version of a tender was taken back (S216-A2.1.8)."""

    back_to: State


# Decide


Command = Draft | Publish | WithdrawVersion[State]


def decide(tender: State, command: Command) -> Sequence[Event]:
    """Say what happens when ``command`` meets ``tender``; ``RefusedByRule`` where it cannot."""
    match tender, command:
        case ((UnknownTender() | DraftedTender()), Draft(object_id, document, at)):
            return [TenderDrafted(object_id=object_id, drafted_at=at, document=document)]
        case ((UnknownTender() | DraftedTender() | RunningTender() | EndedTender()), Publish()) if (
            _follows(tender, command)
        ):
            return [_published(tender, command)]
        case (
            (RunningTender() | EndedTender() | DeletedTender()),
            WithdrawVersion(version=version),
        ) if 0 < version <= tender.version:
            return [_withdrawn(command)]
        case _:
            raise RefusedByRule(
                f"a tender that is {tender.status.lower()} at version {_last(tender)[0]} "
                f"does not take {_wanted(command)}"
            )


def _last(tender: State) -> tuple[int, str | None]:
    match tender:
        case RunningTender() | EndedTender() | DeletedTender():
            return tender.version, tender.document_hash
        case UnknownTender() | DraftedTender():
            return 0, None


def _follows(tender: State, command: Publish) -> bool:
    version, document_hash = _last(tender)
    act = command.document.act
    return act.version == version + 1 and act.previous_hash == document_hash


def _published(tender: State, command: Publish) -> Event:
    match tender, command.document, command.document.act.operation:
        case ((UnknownTender() | DraftedTender()), Purchase() as document, Operation.CREATE):
            return TenderAnnounced(**_facts(command), document=document)
        case RunningTender(), TenderDocumentation() as document, Operation.UPDATE:
            return DocumentationChanged(**_facts(command), document=document)
        case RunningTender(), PurchaseExtension() as document, Operation.UPDATE:
            return TenderExtended(**_facts(command), document=document)
        case RunningTender(), Purchase() as document, Operation.UPDATE:
            return TenderChanged(**_facts(command), document=document)
        case ((RunningTender() | EndedTender()), Deletion() as document, Operation.DELETE):
            return TenderDeleted(**_facts(command), document=document)
        case _:
            raise RefusedByRule(
                f"a tender that is {tender.status.lower()} does not take {_wanted(command)}"
            )


def _withdrawn(command: WithdrawVersion[State]) -> Event:
    return VersionWithdrawn(
        object_id=command.object_id,
        version=command.version,
        reason=command.reason,
        withdrawn_at=command.at,
        back_to=command.back_to,
    )


def _facts(command: Publish) -> dict[str, Any]:
    act = command.document.act
    return {
        "object_id": act.object_id,
        "version": act.version,
        "document_hash": command.document_hash,
        "formed_at": command.formed_at,
        "formed_by": command.formed_by,
    }


def _wanted(command: Command) -> str:
    match command:
        case WithdrawVersion(version=version):
            return f"the withdrawal of version {version}"
        case Draft():
            return "a draft"
        case Publish(document):
            act = document.act
            name = type(document).__name__
            return f"{name} {act.operation} as version {act.version} after {act.previous_hash}"


# Evolve


def evolve(tender: State, event: Event) -> State:
    """What a tender is after ``event``."""
    match tender, event:
        case ((UnknownTender() | DraftedTender()), TenderDrafted(document=document)):
            return DraftedTender(document=document)
        case _, VersionWithdrawn(back_to=before):
            return before
        case _, TenderAnnounced(document=document) | TenderChanged(document=document):
            kind = EndedTender if document.outcome else RunningTender
            return kind(**_state_fields(event, document))
        case ((RunningTender() | EndedTender()), DocumentationChanged(document=document)):
            changed = msgspec.structs.replace(tender.purchase, documents=document.documents)
            return RunningTender(**_state_fields(event, changed))
        case ((RunningTender() | EndedTender()), TenderExtended(document=document)):
            moved = msgspec.structs.replace(
                tender.purchase,
                bids_to=document.new_bids_to,
                opening_at=document.new_opening_at or tender.purchase.opening_at,
            )
            return RunningTender(**_state_fields(event, moved))
        case ((RunningTender() | EndedTender()), TenderDeleted()):
            return DeletedTender(**_state_fields(event, tender.purchase))
        case _:
            return tender


def _state_fields(event: VersionSigned, purchase: Purchase) -> dict[str, Any]:
    return {
        "version": event.version,
        "document_hash": event.document_hash,
        "purchase": purchase,
    }
