"""A purchase, and its review, as those that rest on them find them (S216-9)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared_contracts.messages.protocol import (
    LotReview,
    PurchaseProtocol,
    ResultsProtocol,
    ReviewProtocol,
)
from shared_contracts.rules import course


class PurchaseStanding(course.PurchaseBefore, Protocol):
    """A purchase on record to which a protocol refers."""

    @property
    def version(self) -> int:
        """Number of its last version."""

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
