"""What a purchase is meanwhile in the Registry: its states, and its stage by protocols."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, TypeAlias
from uuid import UUID

import msgspec

from registry.purchases.stages import StageProtocol
from registry.records.state import RecordState
from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.document import Operation
from shared_contracts.rules.announced_terms import PurchaseTerms


class UnknownPurchase(ObjectState, frozen=True, tag="UNKNOWN"):
    """Nothing was recorded under this key yet."""


class PurchaseOnRecord(RecordState, frozen=True, kw_only=True):
    """What the next decision needs to know of a purchase on record.

    ``buyers`` are those whose people may sign for it; ``files`` tells the SHA-256 of every
    version of a file it ever had, by ``documentId/version``. ``stated_base`` is unset where a
    version of this program before 0.3.0 kept the state, which did not know it, and
    ``stated_terms`` are None where one before 0.4.0 did. ``review`` and
    ``results`` are the protocols that brought it to its stage, ``bid_list_id`` is its list of bids.
    """

    takes: ClassVar[frozenset[Operation]] = frozenset({Operation.DELETE})
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
    stated_terms: PurchaseTerms | None = msgspec.field(name="terms", default=None)
    review: StageProtocol | None = None
    results: StageProtocol | None = None
    bid_list_id: UUID | None = None

    @property
    def known_files(self) -> Mapping[str, str]:
        """SHA-256 of every version of a file it ever had, by ``documentId/version``."""
        return self.files

    @property
    def terms(self) -> PurchaseTerms:
        """What was announced, as far as protocols are compared with it."""
        return self.stated_terms or PurchaseTerms(lots=())

    @property
    def review_id(self) -> UUID | None:
        """The id of its review protocol."""
        return None if self.review is None else self.review.object_id

    @property
    def results_id(self) -> UUID | None:
        """The id of the protocol of its results, or of the single source."""
        return None if self.results is None else self.results.object_id

    @property
    def base(self) -> UUID | None:
        """The purchase on whose base it was announced."""
        return None if isinstance(self.stated_base, msgspec.UnsetType) else self.stated_base


class AnnouncedPurchase(PurchaseOnRecord, frozen=True, kw_only=True, tag="ANNOUNCED"):
    """The purchase runs."""

    takes: ClassVar[frozenset[Operation]] = frozenset({Operation.UPDATE, Operation.DELETE})


class ReviewedPurchase(AnnouncedPurchase, frozen=True, kw_only=True, tag="REVIEWED"):
    """Its bids were reviewed (S216-9.2)."""


class SummedUpPurchase(PurchaseOnRecord, frozen=True, kw_only=True, tag="SUMMED_UP"):
    """Its results are on record, and nothing more may happen to it before they are deleted."""


class FailedPurchase(PurchaseOnRecord, frozen=True, kw_only=True, tag="FAILED"):
    """The purchase failed, declared or by its results, and may be the base of another (S216-A3.1d).

    What failed by its results takes no deletion before these are deleted.
    """


class CancelledPurchase(PurchaseOnRecord, frozen=True, kw_only=True, tag="CANCELLED"):
    """The purchase was cancelled, declared or by its results."""


class DeletedPurchase(PurchaseOnRecord, frozen=True, kw_only=True, tag="DELETED"):
    """The purchase was deleted; nothing more may happen to it."""

    takes: ClassVar[frozenset[Operation]] = frozenset()


AnyPurchase: TypeAlias = (
    AnnouncedPurchase
    | ReviewedPurchase
    | SummedUpPurchase
    | FailedPurchase
    | CancelledPurchase
    | DeletedPurchase
)
"""A purchase on record."""

State: TypeAlias = UnknownPurchase | AnyPurchase
"""What a purchase can be."""


def is_partial(state: State) -> bool:
    """Whether an earlier program kept the state, so that its events tell more."""
    if not isinstance(state, PurchaseOnRecord):
        return False
    return state.stated_base is msgspec.UNSET or state.stated_terms is None


OUTCOMES: dict[str, type[FailedPurchase] | type[CancelledPurchase]] = {
    "FAILED": FailedPurchase,
    "CANCELLED": CancelledPurchase,
}


def at_stage(
    purchase: AnyPurchase, review: StageProtocol | None, results: StageProtocol | None
) -> AnyPurchase:
    """The purchase with these protocols; one that was not ended otherwise is at their stage."""
    fields = msgspec.structs.asdict(purchase) | {"review": review, "results": results}
    if not isinstance(purchase, AnnouncedPurchase | SummedUpPurchase) and purchase.results is None:
        return msgspec.structs.replace(purchase, review=review, results=results)
    if results is not None:
        kind = SummedUpPurchase if results.outcome is None else OUTCOMES[results.outcome]
        return kind(**fields)
    return (ReviewedPurchase if review else AnnouncedPurchase)(**fields)
