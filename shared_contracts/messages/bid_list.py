"""The list of bids of a purchase: sealed, final, and at last with what was opened (S216-A3.1e)."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from shared_contracts.messages.document import Amendable, Money, Part, Party
from shared_contracts.messages.purchase import DeliveryTerm

BID_LIST = "BID_LIST"
"""What the wire calls a list of bids among the types of objects."""


class ProducerClaim(Part, frozen=True, kw_only=True):
    """Whether the bidder claims to be a Kazakhstan producer.

    ``evidence`` is the SHA-256 of the document of the bid that is to prove it.
    """

    claimed: bool
    evidence: str | None = None


class OriginCertificate(Part, frozen=True, kw_only=True):
    """A certificate of the origin of goods, or an extract from the register of their producers."""

    number: str
    date: date
    kind: str
    percent: Decimal


class Subcontractor(Part, frozen=True, kw_only=True):
    """Who performs a share, in percent, of what is offered."""

    party: Party
    share_percent: Decimal


class BidDocument(Part, frozen=True, kw_only=True):
    """A document of a bid, named by its SHA-256; it stays with the platform."""

    category: str
    sha256: str


class BidSecurity(Part, frozen=True, kw_only=True):
    """What secures a bid."""

    kind: str
    amount: Money


class BidContents(Part, frozen=True, kw_only=True):
    """What a bid offers; sealed until the bids are opened.

    ``affiliated`` says that the bidder declares itself affiliated with the customer.
    """

    price: Money
    currency: str
    vat_payer: bool
    producer_claim: ProducerClaim
    affiliated: bool = False
    local_content_percent: Decimal | None = None
    origin_certificates: tuple[OriginCertificate, ...] = ()
    subcontractors: tuple[Subcontractor, ...] = ()
    delivery_term: DeliveryTerm | None = None
    documents: tuple[BidDocument, ...] = ()
    security: BidSecurity | None = None


class Bid(Part, frozen=True, kw_only=True):
    """A version of a bid for one lot.

    ``status`` is SUBMITTED, REPLACED by a later version, or WITHDRAWN; ``bid_hash`` is the
    SHA-256 of the bid as it was submitted, sealed. Who bids may stay hidden until the opening.
    """

    bid_id: UUID
    version: int
    lot_number: int
    supplier: Party | None = None
    submitted_at: datetime
    status: str
    withdrawn_at: datetime | None = None
    bid_hash: str
    contents: BidContents | None = None


class BidList(Amendable, frozen=True, kw_only=True):
    """All bids for a purchase as they stood at ``as_of``; ``final`` once none can come any more."""

    purchase_id: UUID
    as_of: datetime
    final: bool
    bid_count: int
    bids: tuple[Bid, ...] = ()
