"""A purchase, and its review, as those that rest on them find them (S216-9)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

import msgspec

from shared_contracts.messages.protocol import (
    LotReview,
    PurchaseProtocol,
    ResultsProtocol,
    ReviewProtocol,
)
from shared_contracts.messages.purchase import Purchase
from shared_contracts.rules import course


class LotTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was announced of a lot: number, subject, planned amount, dates of its subsoil rights."""

    lot_number: int
    subject_type: str
    amount: Decimal
    contracts: tuple[date, ...] = ()


class PurchaseTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was announced of a purchase, as far as its protocols are compared with it.

    ``ground`` is the code of the ground of buying from a single source; of the auction's step one
    of amount and percentage is given.
    """

    lots: tuple[LotTerms, ...]
    ground: str | None = None
    auction_start_price: Decimal | None = None
    step_amount: Decimal | None = None
    step_percent: Decimal | None = None


class PurchaseStanding(course.PurchaseBefore, Protocol):
    """A purchase on record to which a protocol refers."""

    @property
    def version(self) -> int:
        """Number of its last version."""

    @property
    def terms(self) -> PurchaseTerms:
        """What was announced."""

    @property
    def review_id(self) -> UUID | None:
        """The id of its review protocol."""


class ProtocolStanding(Protocol):
    """A protocol of a purchase, as that finds it."""

    @property
    def stage(self) -> str:
        """To which stage it brings its purchase."""


class ReviewStanding(Protocol):
    """A protocol of the review of bids on which that of the results rests."""

    @property
    def purchase_id(self) -> UUID:
        """The purchase of which it is."""

    @property
    def protocol_date(self) -> datetime:
        """When it was drawn up."""

    @property
    def lot_reviews(self) -> Sequence[LotReview]:
        """What was decided of each lot and each bid."""


def terms_of(purchase: Purchase) -> PurchaseTerms:
    """What a whole purchase announces; a lot without rights of its own has those of the whole."""
    step, ground = purchase.auction_step, purchase.single_source_ground
    return PurchaseTerms(
        lots=tuple(
            LotTerms(
                lot_number=lot.lot_number,
                subject_type=lot.subject_type,
                amount=lot.amount,
                contracts=tuple(one.date for one in lot.subsoil_rights or purchase.subsoil_rights),
            )
            for lot in purchase.lots
        ),
        ground=None if ground is None else ground.code,
        auction_start_price=purchase.auction_start_price,
        step_amount=None if step is None else step.amount,
        step_percent=None if step is None else step.percent,
    )


def stage_of(protocol: PurchaseProtocol) -> str:
    """To which stage a protocol brings its purchase: REVIEWED or SUMMED_UP (S216-9.2-4).

    Results without any winner end it: CANCELLED where every lot was cancelled, else FAILED.
    """
    if isinstance(protocol, ReviewProtocol):
        return "REVIEWED"
    outcomes = (
        {lot.outcome for lot in protocol.lot_results}
        if isinstance(protocol, ResultsProtocol)
        else {"WINNER"}
    )
    if "WINNER" in outcomes or not outcomes:
        return "SUMMED_UP"
    return "CANCELLED" if outcomes == {"CANCELLED"} else "FAILED"
