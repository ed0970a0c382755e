"""A tender of this SEZ as the rules on its next version see it (S216-A2.1.4)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sez.tendering.tender import (
    DeletedTender,
    DraftedTender,
    EndedTender,
    RunningTender,
    State,
    UnknownTender,
)
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.purchase import Purchase
from shared_contracts.rules import course
from shared_contracts.rules.standing import PurchaseTerms, terms_of


@dataclass(frozen=True, slots=True)
class Before:
    """A running purchase as its last signed version left it."""

    purchase: Purchase

    @property
    def status(self) -> str:
        """What a tender that runs is called in the Registry."""
        return "ANNOUNCED"

    @property
    def method(self) -> str:
        """OT, EA or SS."""
        return self.purchase.method

    @property
    def customer(self) -> str:
        """BIN or IIN of the customer."""
        return course.identifier(self.purchase.customer)

    @property
    def base(self) -> UUID | None:
        """The purchase on whose base it was announced."""
        base = self.purchase.base_purchase
        return None if base is None else base.object_id

    @property
    def published_at(self) -> datetime:
        """When it was published."""
        return self.purchase.published_at

    @property
    def bids_from(self) -> datetime | None:
        """When bidding starts."""
        return self.purchase.bids_from

    @property
    def bids_to(self) -> datetime | None:
        """When bidding ends, after all extensions."""
        return self.purchase.bids_to

    @property
    def opening_at(self) -> datetime | None:
        """When bids are opened."""
        return self.purchase.opening_at

    @property
    def auction_from(self) -> datetime | None:
        """When the auction starts."""
        return self.purchase.auction_from

    @property
    def auction_to(self) -> datetime | None:
        """When the auction ends."""
        return self.purchase.auction_to

    @property
    def lots(self) -> tuple[int, ...]:
        """Numbers of its lots."""
        return tuple(lot.lot_number for lot in self.purchase.lots)


@dataclass(frozen=True, slots=True)
class Standing(Before):
    """A purchase as its protocols and lists find it.

    Which versions of its files there ever were, the Registry alone knows.
    """

    version: int
    status: str = "ANNOUNCED"
    review_id: UUID | None = None
    results_id: UUID | None = None
    files: None = None

    @property
    def terms(self) -> PurchaseTerms:
        """What was announced."""
        return terms_of(self.purchase)


def standing(tender: State) -> Standing | None:
    """The purchase as those that refer to it find it; None while none is announced."""
    match tender:
        case RunningTender():
            return Standing(tender.purchase, tender.version)
        case EndedTender() | DeletedTender():
            outcome = tender.purchase.outcome
            ended = outcome.kind if isinstance(tender, EndedTender) and outcome else "DELETED"
            return Standing(tender.purchase, tender.version, ended)
        case UnknownTender() | DraftedTender():
            return None


def examine_next(document: Amendable, tender: State, at: datetime) -> list[Breach]:
    """Every breach by a version formed at ``at`` against the tender as it stands; none by a first.

    These are rules that the Registry asks too: what it would refuse is not signed. A tender that
    has ended takes no version but its deletion, which ``decide`` says.
    """
    if not isinstance(tender, RunningTender):
        return []
    before = course.Course(Before(tender.purchase), (at,))
    return course.RULES.examine(document, at, before)
