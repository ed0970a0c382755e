"""A tender in the SEZ: drafted, then a chain of signed versions (S216-3, S216-A3.1a-d, h, i)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from sez.records import chain
from sez.records.state import SignedState
from sez.records.version import (
    Draft,
    Publish,
    RecordEvent,
    VersionSigned,
    VersionTakenBack,
    WithdrawVersion,
)
from sez.tendering.stages import ProtocolAtStage, TenderBidsListed, TenderStageChanged
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.state import ObjectState
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


# What it is meanwhile


class UnknownTender(ObjectState, frozen=True, tag="UNKNOWN"):
    """There is no such tender."""


class DraftedTender(ObjectState, frozen=True, kw_only=True, tag="DRAFTED"):
    """There is a draft, and nothing signed."""

    document: Purchase


class SignedVersion(SignedState, frozen=True, kw_only=True, omit_defaults=True):
    """The last signed version: the purchase as it stands, and the hash to chain the next to.

    ``review`` and ``results`` are the protocols that brought it to its stage; ``bid_list_id``
    names its list of bids.
    """

    purchase: Purchase
    review: ProtocolAtStage | None = None
    results: ProtocolAtStage | None = None
    bid_list_id: UUID | None = None

    @property
    def conditions_version(self) -> int:
        """The conditions under which it was announced."""
        return self.purchase.act.conditions_version


class RunningTender(SignedVersion, frozen=True, kw_only=True, tag="RUNNING"):
    """The tender is announced and runs."""


class ReviewedTender(RunningTender, frozen=True, kw_only=True, tag="REVIEWED"):
    """Its bids were reviewed (S216-9.2)."""


class SummedUpTender(SignedVersion, frozen=True, kw_only=True, tag="SUMMED_UP"):
    """Its results are signed, and nothing more may happen to it before they are deleted."""


class EndedTender(SignedVersion, frozen=True, kw_only=True, tag="ENDED"):
    """The tender failed or was cancelled: that was declared, or no lot has a winner."""


class DeletedTender(SignedVersion, frozen=True, kw_only=True, tag="DELETED"):
    """The tender was deleted."""


State = (
    UnknownTender
    | DraftedTender
    | RunningTender
    | ReviewedTender
    | SummedUpTender
    | EndedTender
    | DeletedTender
)


@topic("version-withdrawn.1")
class VersionWithdrawn(VersionTakenBack, frozen=True, kw_only=True):
    """A refused version of a tender was taken back (S216-A2.1.8)."""

    back_to: State


# Decide


Command = Draft[Purchase] | Publish | WithdrawVersion[State]


def decide(tender: State, command: Command) -> Sequence[Event]:
    """Say what happens when ``command`` meets ``tender``; ``RefusedByRule`` where it cannot."""
    match tender, command:
        case ((UnknownTender() | DraftedTender()), Draft(object_id, document, at)):
            return [TenderDrafted(object_id=object_id, drafted_at=at, document=document)]
        case ((UnknownTender() | DraftedTender() | RunningTender() | EndedTender()), Publish()) if (
            chain.follows(tender, command)
        ):
            return [_published(tender, command)]
        case SignedVersion(), WithdrawVersion(version=1) if resting := _resting(tender):
            raise RefusedByRule(f"take back first what rests on this tender: {resting}")
        case _, WithdrawVersion() if chain.reaches(tender, command):
            return [VersionWithdrawn(**chain.withdrawal_fields(command))]
        case _:
            raise chain.refused("tender", tender, command)


def _resting(tender: SignedVersion) -> str:
    """The list of bids and the protocols of a tender, by their ids; empty where there are none."""
    protocols = (one.object_id for one in (tender.review, tender.results) if one is not None)
    ids = (*protocols, *((tender.bid_list_id,) if tender.bid_list_id else ()))
    return ", ".join(map(str, ids))


def _published(tender: State, command: Publish) -> Event:
    match tender, command.document, command.document.act.operation:
        case ((UnknownTender() | DraftedTender()), Purchase() as document, Operation.CREATE):
            return TenderAnnounced(**chain.version_fields(command), document=document)
        case RunningTender(), TenderDocumentation() as document, Operation.UPDATE:
            return DocumentationChanged(**chain.version_fields(command), document=document)
        case RunningTender(), PurchaseExtension() as document, Operation.UPDATE:
            return TenderExtended(**chain.version_fields(command), document=document)
        case RunningTender(), Purchase() as document, Operation.UPDATE:
            return TenderChanged(**chain.version_fields(command), document=document)
        case ((RunningTender() | EndedTender()), Deletion() as document, Operation.DELETE):
            return TenderDeleted(**chain.version_fields(command), document=document)
        case _:
            raise chain.refused("tender", tender, command)


# Evolve


def evolve(tender: State, event: Event) -> State:
    """What a tender is after ``event``."""
    match tender, event:
        case ((UnknownTender() | DraftedTender()), TenderDrafted(document=document)):
            return DraftedTender(document=document)
        case _, VersionWithdrawn(back_to=before):
            return before
        case _, TenderAnnounced(document=document) | TenderChanged(document=document):
            return _stated(event, document, tender)
        case ((RunningTender() | EndedTender()), (DocumentationChanged() | TenderExtended())):
            return _stated(event, _in_part(tender.purchase, event.document), tender)
        case ((RunningTender() | EndedTender()), TenderDeleted()):
            kept = msgspec.structs.asdict(tender) | chain.state_fields(event)
            return DeletedTender(**kept)
        case SignedVersion(), TenderStageChanged(protocol=protocol):
            review = protocol if event.of_review else tender.review
            return _at_stage(tender, review, tender.results if event.of_review else protocol)
        case SignedVersion(), TenderBidsListed(bid_list_id=bid_list_id):
            return msgspec.structs.replace(tender, bid_list_id=bid_list_id)
        case _:
            return tender


def _in_part(purchase: Purchase, document: TenderDocumentation | PurchaseExtension) -> Purchase:
    """The purchase after a document that changes its files, or its term, alone."""
    if isinstance(document, TenderDocumentation):
        return msgspec.structs.replace(purchase, documents=document.documents)
    opening_at = document.new_opening_at or purchase.opening_at
    return msgspec.structs.replace(purchase, bids_to=document.new_bids_to, opening_at=opening_at)


def _stated(event: VersionSigned, purchase: Purchase, before: State) -> State:
    kind = EndedTender if purchase.outcome else RunningTender
    stated: RunningTender | EndedTender = kind(**chain.state_fields(event), purchase=purchase)
    if not isinstance(before, SignedVersion):
        return stated
    kept = msgspec.structs.replace(stated, bid_list_id=before.bid_list_id)
    return _at_stage(kept, before.review, before.results)


def _at_stage(
    tender: SignedVersion, review: ProtocolAtStage | None, results: ProtocolAtStage | None
) -> State:
    """The tender with these protocols; one that was not ended otherwise is at their stage."""
    declared = tender.purchase.outcome is not None or isinstance(tender, DeletedTender)
    kind: type[SignedVersion] = ReviewedTender if review else RunningTender
    if declared:
        kind = type(tender)
    elif results:
        kind = SummedUpTender if results.stage == "SUMMED_UP" else EndedTender
    fields = msgspec.structs.asdict(tender) | {"review": review, "results": results}
    at_stage: State = kind(**fields)  # type: ignore[assignment]  # one of the states
    return at_stage
