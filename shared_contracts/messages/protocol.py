"""Protocols of a purchase: review of bids, results, single source (S216-9.2-4, S216-A3.1g)."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from shared_contracts.messages.document import (
    Amendable,
    Ground,
    LocalizedText,
    Money,
    Part,
    Party,
    Term,
)
from shared_contracts.messages.purchase import DeliveryPlace, DeliveryTerm

REVIEW_PROTOCOL = "REVIEW_PROTOCOL"
"""What the wire calls a protocol of the review of bids among the types of objects."""

RESULTS_PROTOCOL = "RESULTS_PROTOCOL"
"""What it calls a protocol of the results of an open tender or auction."""

SINGLE_SOURCE_PROTOCOL = "SINGLE_SOURCE_PROTOCOL"
"""What it calls the protocol of a purchase from a single source."""

PROTOCOLS = (REVIEW_PROTOCOL, RESULTS_PROTOCOL, SINGLE_SOURCE_PROTOCOL)
"""All of them."""


class Member(Part, frozen=True, kw_only=True):
    """A member of the commission, or the sole authorised person, who signs the protocol."""

    iin: str
    name: str
    position: str | None = None
    role: str


class PurchaseProtocol(Amendable, frozen=True, kw_only=True):
    """What every protocol states: number, moment, place, its purchase, and who signs it."""

    protocol_number: str
    protocol_date: datetime
    place: LocalizedText
    purchase_id: UUID
    purchase_version: int
    members: tuple[Member, ...]


class ProducerStatus(Part, frozen=True, kw_only=True):
    """Whether a bidder is a Kazakhstan producer of works and services: its staff, in persons.

    Those transferred within a corporation are counted apart, as the Code's article 1 does.
    """

    confirmed: bool
    evidence: LocalizedText | None = None
    staff: int
    citizens: int
    managers: int
    transferred_managers: int
    specialists: int
    transferred_specialists: int


class BidReview(Part, frozen=True, kw_only=True):
    """One bid for a lot, and whether it is admitted."""

    bid_id: UUID
    supplier: Party
    submitted_at: datetime
    price: Money
    decision: str
    rejection_grounds: tuple[Ground, ...] = ()
    producer_status: ProducerStatus | None = None


class LotReview(Part, frozen=True, kw_only=True):
    """What was decided of a lot: it goes on, or it failed on a ground."""

    lot_number: int
    bid_count: int
    bid_reviews: tuple[BidReview, ...] = ()
    decision: str
    failure_ground: Ground | None = None


class ReviewProtocol(PurchaseProtocol, frozen=True, kw_only=True):
    """The review of the bids of an open tender or auction (S216-9.2)."""

    opened_at: datetime
    lot_reviews: tuple[LotReview, ...]


class RankedBid(Part, frozen=True, kw_only=True):
    """An admitted bid in its place, by the price that counts after the conditional discount."""

    place: int
    bid_id: UUID
    supplier: Party
    price: Money
    auction_price: Money | None = None
    discount_percent: Decimal
    conditional_price: Money
    local_content_percent: Decimal | None = None


class AuctionBid(Part, frozen=True, kw_only=True):
    """A price offered in the course of the auction."""

    bid_id: UUID
    offered_at: datetime
    price: Money


class Winner(Part, frozen=True, kw_only=True):
    """Who won a lot, and for which price the contract is made: the one offered."""

    bid_id: UUID
    supplier: Party
    contract_price: Money
    explanation: LocalizedText | None = None


class LotResult(Part, frozen=True, kw_only=True):
    """How a lot ended: WINNER, FAILED or CANCELLED."""

    lot_number: int
    outcome: str
    ground: Ground | None = None
    auction_bids: tuple[AuctionBid, ...] = ()
    ranked_bids: tuple[RankedBid, ...] = ()
    winner: Winner | None = None


class ResultsProtocol(PurchaseProtocol, frozen=True, kw_only=True):
    """The results of an open tender or auction (S216-9.4)."""

    review_protocol_id: UUID
    lot_results: tuple[LotResult, ...]
    contract_term: Term | None = None


class ContractedSupplier(Part, frozen=True, kw_only=True):
    """From whom is bought: by BIN, IIN, or, where neither was given, a number of its country."""

    bin: str | None = None
    iin: str | None = None
    foreign_id: str | None = None
    country: str
    name: LocalizedText
    address: LocalizedText | None = None


class LotConclusion(Part, frozen=True, kw_only=True):
    """From whom a lot is bought, for how much, when and where it is delivered."""

    lot_number: int
    supplier: ContractedSupplier
    contract_price: Money
    local_content_percent: Decimal
    delivery_term: DeliveryTerm
    delivery_places: tuple[DeliveryPlace, ...]
    explanation: LocalizedText | None = None


class SingleSourceProtocol(PurchaseProtocol, frozen=True, kw_only=True):
    """The results of a purchase from a single source (S216-9.3)."""

    ground: Ground
    lot_conclusions: tuple[LotConclusion, ...]
    contract_term: Term | None = None
