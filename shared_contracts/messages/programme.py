"""Purchase programmes of a subsoil user: annual and medium-term (S216-9.8, the Code, 131(6))."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from shared_contracts.messages.document import (
    Amendable,
    Ground,
    LocalizedText,
    Money,
    Part,
    Party,
    SubsoilRight,
)
from shared_contracts.messages.purchase import DeliveryPlace, DeliveryTerm

PROGRAMME = "PROGRAMME"
"""What the wire calls a programme among the types of objects."""


class YearPlan(Part, frozen=True, kw_only=True):
    """What is planned of an item in one year; amounts in tenge.

    ``purchase_month`` is written YYYY-MM.
    """

    year: int
    quantity: Decimal
    amount: Money
    amount_with_vat: Money | None = None
    purchase_month: str | None = None
    local_content_percent: Decimal | None = None


class PlannedItem(Part, frozen=True, kw_only=True):
    """An item of a programme: what, by which method, where, and how much in each year.

    ``item_number`` stays with the item in all versions. ``unit_price`` is in tenge without VAT;
    ``transient`` says that the purchase began in an earlier year.
    """

    item_number: str
    subject_type: str
    skp_code: str
    ens_tru_code: str | None = None
    name: LocalizedText
    description: LocalizedText | None = None
    extra: LocalizedText | None = None
    unit: str
    unit_price: Money | None = None
    method: str
    single_source_ground: Ground | None = None
    delivery_places: tuple[DeliveryPlace, ...] = ()
    delivery_term: DeliveryTerm | None = None
    incoterms: str | None = None
    prepayment_percent: Decimal | None = None
    subsoil_rights: tuple[SubsoilRight, ...] = ()
    transient: bool = False
    note: LocalizedText | None = None
    year_plans: tuple[YearPlan, ...]


class YearTotal(Part, frozen=True, kw_only=True):
    """The sum of all items in one year, in tenge without VAT."""

    year: int
    amount: Money


class Programme(Amendable, frozen=True, kw_only=True):
    """A whole programme, as approved or as it stands after a change (S216-9.8).

    ``kind`` is ANNUAL or MEDIUM_TERM; both years are within it. An annual programme may name the
    medium-term one whose year it is.
    """

    kind: str
    year_from: int
    year_to: int
    mineral_sector: str
    subsoil_user: Party
    subsoil_rights: tuple[SubsoilRight, ...]
    medium_term_programme_id: UUID | None = None
    approved_on: date
    approved_by: str
    year_totals: tuple[YearTotal, ...]
    item_count: int
    items: tuple[PlannedItem, ...]
