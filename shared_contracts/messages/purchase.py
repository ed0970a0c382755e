"""The purchase and its versions: announcement, documentation, extension (S216-9.1, S216-A3.1a)."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from shared_contracts.messages.document import (
    Amendable,
    Document,
    Ground,
    LocalizedText,
    Money,
    Part,
    Party,
    SubsoilRight,
    Term,
)

PURCHASE = "PURCHASE"
"""What the wire calls a purchase among the types of objects."""


class ProgrammeItem(Part, frozen=True, kw_only=True):
    """An item of a procurement programme which a purchase fulfils."""

    programme_id: UUID
    item_number: str


class BasePurchase(Part, frozen=True, kw_only=True):
    """The purchase on whose base this one is made (S216-A3.1d)."""

    relation: str
    object_id: UUID


class AuctionStep(Part, frozen=True, kw_only=True):
    """By how much a bid must fall: an amount, or a percentage of the starting price."""

    amount: Money | None = None
    percent: Decimal | None = None


class Contact(Part, frozen=True, kw_only=True):
    """Whom to ask about the purchase."""

    person: str | None = None
    position: str | None = None
    phones: tuple[str, ...]
    emails: tuple[str, ...]


class Outcome(Part, frozen=True, kw_only=True):
    """A declared end of a purchase, FAILED or CANCELLED, with its ground."""

    kind: str
    ground: Ground


class DeliveryTerm(Part, frozen=True, kw_only=True):
    """When delivery is due: in words, between two dates, or in days."""

    text: LocalizedText | None = None
    from_date: date | None = None
    to_date: date | None = None
    within: Term | None = None


class DeliveryPlace(Part, frozen=True, kw_only=True):
    """Where to deliver: code of KATO, address, country, and how much of the quantity."""

    country: str
    kato: str | None = None
    address: LocalizedText
    quantity: Decimal | None = None


class PaymentTerms(Part, frozen=True, kw_only=True):
    """Shares of the price in percent, 100 together."""

    prepayment: Decimal
    interim: Decimal
    final: Decimal


class Lot(Part, frozen=True, kw_only=True):
    """One lot: what is bought, how much, for how much, where and when."""

    lot_number: int
    subject_type: str
    skp_code: str
    ens_tru_code: str | None = None
    name: LocalizedText
    description: LocalizedText | None = None
    unit: str
    quantity: Decimal
    unit_price: Money | None = None
    amount: Money
    vat_included: bool
    delivery_term: DeliveryTerm
    delivery_places: tuple[DeliveryPlace, ...]
    incoterms: str | None = None
    payment_terms: PaymentTerms | None = None
    local_content_percent: Decimal | None = None
    subsoil_rights: tuple[SubsoilRight, ...] = ()
    programme_item: ProgrammeItem | None = None
    """Which of the purchase's items of a programme this lot fulfils; since contract 1.1."""
    goods_discount: bool
    kz_producer_discount: bool


class Purchase(Amendable, frozen=True, kw_only=True):
    """A whole purchase, as announced or as it stands after a change (S216-9.1)."""

    purchase_code: str
    name: LocalizedText
    method: str
    mineral_sector: str
    rule_set: str
    customer_role: str
    customer: Party
    organizer: Party | None = None
    principal: Party | None = None
    subsoil_rights: tuple[SubsoilRight, ...] = ()
    programme_items: tuple[ProgrammeItem, ...] = ()
    base_purchase: BasePurchase | None = None
    single_source_ground: Ground | None = None
    published_at: datetime
    bids_from: datetime | None = None
    bids_to: datetime | None = None
    opening_at: datetime | None = None
    auction_from: datetime | None = None
    auction_to: datetime | None = None
    auction_start_price: Money | None = None
    auction_step: AuctionStep | None = None
    contacts: tuple[Contact, ...]
    contract_term: Term | None = None
    currency: str
    planned_total: Money
    lot_count: int
    lots: tuple[Lot, ...]
    documents: tuple[Document, ...] = ()
    outcome: Outcome | None = None


class TenderDocumentation(Amendable, frozen=True, kw_only=True):
    """All files of a purchase after its documentation was changed (S216-A3.1b)."""

    documents: tuple[Document, ...]


class PurchaseExtension(Amendable, frozen=True, kw_only=True):
    """A later end of bidding (S216-A3.1c)."""

    old_bids_to: datetime
    new_bids_to: datetime
    old_opening_at: datetime | None = None
    new_opening_at: datetime | None = None
    documentation_changed: bool
    decided_by: str
