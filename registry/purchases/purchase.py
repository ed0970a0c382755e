"""A purchase in the Registry: what happened to it, and what may happen (S216-9.1, S216-A3.1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from registry.purchases import stages
from registry.purchases.stages import PurchaseBidsListed, StageReached
from registry.purchases.states import (
    OUTCOMES,
    AnnouncedPurchase,
    AnyPurchase,
    CancelledPurchase,
    DeletedPurchase,
    FailedPurchase,
    PurchaseOnRecord,
    State,
    UnknownPurchase,
    at_stage,
)
from registry.records.record import RecordVersion, VersionRecorded
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.document import Deletion, Document, Operation
from shared_contracts.messages.purchase import Purchase, PurchaseExtension, TenderDocumentation
from shared_contracts.rules.announced_terms import terms_of
from shared_contracts.rules.documents import version_of

# What can happen


@topic("purchase-announced.1")
class PurchaseAnnounced(VersionRecorded, frozen=True, kw_only=True):
    """A purchase was announced, or made on the base of another (S216-A3.1a, d)."""

    document: Purchase


@topic("tender-documentation-changed.1")
class TenderDocumentationChanged(VersionRecorded, frozen=True, kw_only=True):
    """The files of a purchase were changed (S216-A3.1b)."""

    document: TenderDocumentation


@topic("purchase-extended.1")
class PurchaseExtended(VersionRecorded, frozen=True, kw_only=True):
    """The end of bidding was moved (S216-A3.1c)."""

    document: PurchaseExtension


@topic("purchase-changed.1")
class PurchaseChanged(VersionRecorded, frozen=True, kw_only=True):
    """A purchase was changed, or its failure or cancellation declared (S216-A3.1h)."""

    document: Purchase


@topic("purchase-deleted.1")
class PurchaseDeleted(VersionRecorded, frozen=True, kw_only=True):
    """A purchase was deleted; its history stays (S216-A3.1i, S216-12a)."""

    document: Deletion


PurchaseRecorded: TypeAlias = (
    PurchaseAnnounced
    | TenderDocumentationChanged
    | PurchaseExtended
    | PurchaseChanged
    | PurchaseDeleted
)
"""A version of a purchase was recorded."""

# Decide


def decide(purchase: State, delivery: RecordVersion) -> Sequence[Event]:
    """Say what happens when a version is delivered; ``Refused`` where it cannot (F-HDR-2)."""
    match purchase, delivery.document, delivery.document.act.operation:
        case UnknownPurchase(), Purchase() as document, Operation.CREATE:
            return [PurchaseAnnounced(**delivery.fields(), document=document)]
        case AnnouncedPurchase(), TenderDocumentation() as document, Operation.UPDATE:
            return [TenderDocumentationChanged(**delivery.fields(), document=document)]
        case AnnouncedPurchase(), PurchaseExtension() as document, Operation.UPDATE:
            return [PurchaseExtended(**delivery.fields(), document=document)]
        case AnnouncedPurchase(), Purchase() as document, Operation.UPDATE:
            return [PurchaseChanged(**delivery.fields(), document=document)]
        case (
            AnnouncedPurchase() | FailedPurchase() | CancelledPurchase(),
            Deletion() as document,
            Operation.DELETE,
        ):
            return [PurchaseDeleted(**delivery.fields(), document=document)]
        case _:
            raise delivery.refused(purchase.status)


def learn(purchase: State, object_id: UUID, delivery: RecordVersion) -> Sequence[Event]:
    """What happens to a purchase when a version that refers to it is recorded."""
    if isinstance(purchase, UnknownPurchase):
        return []
    return stages.of_version(object_id, purchase.registry_id, delivery)


# Evolve


def evolve(purchase: State, event: Event) -> State:
    """What a purchase is after ``event``; events of other objects leave it as it was."""
    match purchase, event:
        case UnknownPurchase(), PurchaseAnnounced(header=header):
            return _stated(event, header.formed_at, {})
        case PurchaseOnRecord(), PurchaseChanged():
            changed = _stated(event, purchase.first_formed_at, purchase.files)
            kept = msgspec.structs.replace(changed, bid_list_id=purchase.bid_list_id)
            return at_stage(kept, purchase.review, purchase.results)
        case PurchaseOnRecord(), PurchaseExtended(document=document):
            return _moved(purchase, event, document)
        case PurchaseOnRecord(), TenderDocumentationChanged(document=document):
            known = purchase.files | files(document.documents)
            return msgspec.structs.replace(purchase, files=known, **event.dated_fields())
        case PurchaseOnRecord(), PurchaseDeleted():
            return DeletedPurchase(**(msgspec.structs.asdict(purchase) | event.dated_fields()))
        case PurchaseOnRecord(), _ if isinstance(event, StageReached):
            return at_stage(purchase, *stages.after(purchase.review, purchase.results, event))
        case PurchaseOnRecord(), PurchaseBidsListed():
            return _with_list(purchase, event)
        case _:
            return purchase


def buyers(purchase: Purchase) -> tuple[str, ...]:
    """BIN or IIN of those whose people may sign for the purchase: customer and organiser."""
    parties = (purchase.customer, purchase.organizer)
    return tuple(number for party in parties if party and (number := party.bin or party.iin))


def files(documents: Sequence[Document]) -> dict[str, str]:
    """SHA-256 of files by ``documentId/version``: a file never changes under the same two."""
    return {version_of(file): file.sha256 for file in documents}


def _stated(
    event: PurchaseAnnounced | PurchaseChanged, first_formed_at: datetime, known: dict[str, str]
) -> AnnouncedPurchase | FailedPurchase | CancelledPurchase:
    document = event.document
    outcome = document.outcome
    kind = OUTCOMES.get(outcome.kind, AnnouncedPurchase) if outcome else AnnouncedPurchase
    return kind(
        purchase_code=document.purchase_code,
        customer=document.customer.bin or document.customer.iin or "",
        buyers=buyers(document),
        lots=tuple(lot.lot_number for lot in document.lots),
        files=known | files(document.documents),
        method=document.method,
        published_at=document.published_at,
        bids_from=document.bids_from,
        bids_to=document.bids_to,
        opening_at=document.opening_at,
        auction_from=document.auction_from,
        auction_to=document.auction_to,
        stated_base=None if document.base_purchase is None else document.base_purchase.object_id,
        first_formed_at=first_formed_at,
        stated_terms=terms_of(document),
        **event.dated_fields(),
    )


def _moved(
    purchase: AnyPurchase, event: PurchaseExtended, extension: PurchaseExtension
) -> AnyPurchase:
    opening_at = extension.new_opening_at or purchase.opening_at
    return msgspec.structs.replace(
        purchase, bids_to=extension.new_bids_to, opening_at=opening_at, **event.dated_fields()
    )


def _with_list(purchase: AnyPurchase, event: PurchaseBidsListed) -> AnyPurchase:
    """The purchase with its list of bids, which it has until that is deleted."""
    listed, known = event.header.object_id, purchase.bid_list_id
    if known not in {None, listed}:
        return purchase
    return msgspec.structs.replace(purchase, bid_list_id=listed if event.stands else None)
