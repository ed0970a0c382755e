"""A purchase in the Registry: what happened to it, and what may happen (S216-9.1, S216-A3.1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, TypeAlias
from uuid import UUID

import msgspec

from registry.records.record import RecordVersion, VersionRecorded
from shared_contracts.event_log.event import Event, topic
from shared_contracts.faults import Breach, Refused
from shared_contracts.messages.document import Deletion, Document, Operation
from shared_contracts.messages.purchase import Purchase, PurchaseExtension, TenderDocumentation

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

# What it is meanwhile


class UnknownPurchase(msgspec.Struct, frozen=True, tag="UNKNOWN", tag_field="status"):
    """Nothing was recorded under this key yet."""

    status: ClassVar[str] = "UNKNOWN"


class PurchaseOnRecord(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="status"
):
    """What the next decision needs to know of a purchase on record.

    ``buyers`` are those whose people may sign for it; ``files`` tells the SHA-256 of every
    version of a file it ever had, by ``documentId/version``. ``stated_base`` is unset where a
    version of this program before 0.3.0 kept the state, which did not know it.
    """

    status: ClassVar[str] = ""
    takes: ClassVar[frozenset[Operation]] = frozenset({Operation.DELETE})
    registry_id: UUID
    version: int
    document_hash: str
    purchase_code: str
    customer: str
    buyers: tuple[str, ...]
    lots: tuple[int, ...]
    files: dict[str, str]
    method: str
    published_at: datetime
    bids_from: datetime | None = None
    bids_to: datetime | None = None
    opening_at: datetime | None = None
    auction_from: datetime | None = None
    auction_to: datetime | None = None
    stated_base: UUID | msgspec.UnsetType | None = msgspec.field(name="base", default=msgspec.UNSET)
    conditions_version: int
    formed_at: datetime
    first_formed_at: datetime

    @property
    def base(self) -> UUID | None:
        """The purchase on whose base it was announced."""
        return None if isinstance(self.stated_base, msgspec.UnsetType) else self.stated_base


class AnnouncedPurchase(PurchaseOnRecord, frozen=True, kw_only=True, tag="ANNOUNCED"):
    """The purchase runs."""

    status: ClassVar[str] = "ANNOUNCED"
    takes: ClassVar[frozenset[Operation]] = frozenset({Operation.UPDATE, Operation.DELETE})


class FailedPurchase(PurchaseOnRecord, frozen=True, kw_only=True, tag="FAILED"):
    """The purchase was declared failed, and may be the base of another (S216-A3.1d)."""

    status: ClassVar[str] = "FAILED"


class CancelledPurchase(PurchaseOnRecord, frozen=True, kw_only=True, tag="CANCELLED"):
    """The purchase was declared cancelled."""

    status: ClassVar[str] = "CANCELLED"


class DeletedPurchase(PurchaseOnRecord, frozen=True, kw_only=True, tag="DELETED"):
    """The purchase was deleted; nothing more may happen to it."""

    status: ClassVar[str] = "DELETED"
    takes: ClassVar[frozenset[Operation]] = frozenset()


State = UnknownPurchase | AnnouncedPurchase | FailedPurchase | CancelledPurchase | DeletedPurchase


def is_partial(state: State) -> bool:
    """Whether an earlier program kept the state, so that its events tell more."""
    return isinstance(state, PurchaseOnRecord) and state.stated_base is msgspec.UNSET


OUTCOMES: dict[str, type[FailedPurchase] | type[CancelledPurchase]] = {
    "FAILED": FailedPurchase,
    "CANCELLED": CancelledPurchase,
}

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
            operation = delivery.document.act.operation
            path = f"/{type(delivery.document).__name__}/Act/Operation"
            raise Refused(
                Breach("F-HDR-2", path, operation, {"status": purchase.status}, delivery.record)
            )


# Evolve


def evolve(purchase: State, event: Event) -> State:
    """What a purchase is after ``event``; events of other objects leave it as it was."""
    match purchase, event:
        case UnknownPurchase(), PurchaseAnnounced(header=header):
            return _state_fields(event, header.formed_at, {})
        case PurchaseOnRecord(), PurchaseChanged():
            return _state_fields(event, purchase.first_formed_at, purchase.files)
        case PurchaseOnRecord(), PurchaseExtended(document=document):
            return _moved(purchase, event, document)
        case PurchaseOnRecord(), TenderDocumentationChanged(document=document):
            known = purchase.files | files(document.documents)
            return msgspec.structs.replace(purchase, files=known, **_version(event))
        case PurchaseOnRecord(), PurchaseDeleted():
            return DeletedPurchase(**(msgspec.structs.asdict(purchase) | _version(event)))
        case _:
            return purchase


def buyers(purchase: Purchase) -> tuple[str, ...]:
    """BIN or IIN of those whose people may sign for the purchase: customer and organiser."""
    parties = (purchase.customer, purchase.organizer)
    return tuple(number for party in parties if party and (number := party.bin or party.iin))


def files(documents: Sequence[Document]) -> dict[str, str]:
    """SHA-256 of files by ``documentId/version``: a file never changes under the same two."""
    return {f"{file.document_id}/{file.version}": file.sha256 for file in documents}


def _state_fields(
    event: PurchaseAnnounced | PurchaseChanged, first_formed_at: datetime, known: dict[str, str]
) -> State:
    document = event.document
    outcome = document.outcome
    kind = OUTCOMES.get(outcome.kind, AnnouncedPurchase) if outcome else AnnouncedPurchase
    return kind(
        registry_id=event.registry_id,
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
        **_version(event),
    )


def _moved(
    purchase: AnnouncedPurchase | FailedPurchase | CancelledPurchase | DeletedPurchase,
    event: PurchaseExtended,
    extension: PurchaseExtension,
) -> State:
    opening_at = extension.new_opening_at or purchase.opening_at
    return msgspec.structs.replace(
        purchase, bids_to=extension.new_bids_to, opening_at=opening_at, **_version(event)
    )


def _version(event: PurchaseRecorded) -> dict[str, Any]:
    header = event.header
    return {
        "version": header.version,
        "document_hash": header.document_hash,
        "formed_at": header.formed_at,
        "conditions_version": event.document.act.conditions_version,
    }
