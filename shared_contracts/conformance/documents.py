"""The documents that the kit transmits: purchases, their changes, suppliers, programmes.

Codes are real: ENS TRU and KPVED of goods and services, MKEI of units, KATO of places; companies
and purchases are not.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from shared_contracts.identifiers import check_digit
from shared_contracts.messages.document import (
    Act,
    Amendable,
    Deletion,
    Document,
    Environment,
    Ground,
    LocalizedText,
    Operation,
    Party,
    SubsoilRight,
    Term,
)
from shared_contracts.messages.programme import (
    PROGRAMME,
    PlannedItem,
    Programme,
    YearPlan,
)
from shared_contracts.messages.purchase import (
    PURCHASE,
    BasePurchase,
    Contact,
    DeliveryPlace,
    DeliveryTerm,
    Lot,
    PaymentTerms,
    Purchase,
    PurchaseExtension,
)
from shared_contracts.messages.supplier import (
    SUPPLIER,
    Chief,
    SupplierAddress,
    SupplierCard,
)
from shared_contracts.rules.programme import with_totals

D = TypeVar("D", bound=Amendable)

PLACE = DeliveryPlace(
    country="KZ",
    kato="231010000",
    address=LocalizedText(kk="Атырау қ., Сәтбаев даңғылы, 15", ru="г. Атырау, пр. Сатпаева, 15"),
)
CONTRACT = SubsoilRight(kind="CONTRACT", number="1928-УВС", date=date(2012, 3, 14))
DECIDED_BY = "Сүлейменова Айгүл Болатқызы"
NUMBERS = 100_000
"""How many suppliers of the kit have a BIN of their own."""


@dataclass(frozen=True, slots=True)
class DocumentWriter:
    """Writes documents of one SEZ for one buyer; ``conditions`` is the version they name."""

    sez_code: str
    environment: Environment
    buyer: Party
    conditions: int = 2

    def act(self, object_type: str, object_id: UUID, **changes: Any) -> Act:
        """The head of a first version, or of another where ``changes`` say so."""
        first = Act(
            environment=self.environment,
            sez_code=self.sez_code,
            object_type=object_type,
            object_id=object_id,
            version=1,
            operation=Operation.CREATE,
            conditions_version=self.conditions,
        )
        return msgspec.structs.replace(first, **changes)

    def next_act(self, before: Act, previous_hash: str, operation: Operation) -> Act:
        """The head of the version after ``before``, whose document has that hash."""
        return msgspec.structs.replace(
            before,
            version=before.version + 1,
            operation=operation,
            reason="Уточнены сведения",
            previous_hash=previous_hash,
        )

    def single_source(
        self, object_id: UUID, at: datetime, base: UUID | None = None, **changes: Any
    ) -> Purchase:
        """A purchase of workwear from a single source; with ``base`` after that tender failed."""
        related = BasePurchase(relation="FAILED_TENDER", object_id=base) if base else None
        ground = Ground(
            code="01" if base else "05",
            text=LocalizedText(kk="Негіздеме құжатта", ru="Обоснование в документе"),
        )
        named = {"base_purchase": related, "single_source_ground": ground, "method": "SS"}
        return self._purchase(object_id, at, **(named | changes))

    def open_tender(
        self, object_id: UUID, at: datetime, bidding: timedelta, *files: Document, **changes: Any
    ) -> Purchase:
        """An open tender for workwear that takes bids from ``at`` on."""
        ends = at + bidding
        named = {"method": "OT", "bids_from": at, "bids_to": ends, "opening_at": ends}
        return self._purchase(object_id, at, **(named | {"documents": files} | changes))

    def extension(self, tender: Purchase, previous_hash: str, by: timedelta) -> PurchaseExtension:
        """A later end of the bidding of a tender."""
        old = tender.bids_to
        if old is None:
            raise ValueError("no bids are taken for it")
        return PurchaseExtension(
            act=self.next_act(tender.act, previous_hash, Operation.UPDATE),
            old_bids_to=old,
            new_bids_to=old + by,
            old_opening_at=tender.opening_at,
            new_opening_at=old + by,
            documentation_changed=False,
            decided_by=DECIDED_BY,
        )

    def deletion(self, before: Act, previous_hash: str, at: datetime) -> Deletion:
        """The removal of an object."""
        return Deletion(
            act=self.next_act(before, previous_hash, Operation.DELETE),
            deleted_at=at,
            deleted_by=DECIDED_BY,
        )

    def changed(self, document: D, previous_hash: str, **changes: Any) -> D:
        """A document as its next version states the whole object."""
        act = self.next_act(document.act, previous_hash, Operation.UPDATE)
        return msgspec.structs.replace(document, act=act, **changes)

    def supplier(self, object_id: UUID, at: datetime) -> SupplierCard:
        """The card of a company that has a BIN of its own."""
        return SupplierCard(
            act=self.act(SUPPLIER, object_id),
            kind="LEGAL",
            bin=bin_of(object_id),
            name=LocalizedText(kk="«Сынақ Сервис» ЖШС", ru="ТОО «Сынақ Сервис»"),
            opf="20",
            registration_date=date(2016, 5, 12),
            legal_address=SupplierAddress(
                country="KZ",
                kato="391010000",
                locality=LocalizedText(kk="Қостанай", ru="Костанай"),
                street="Абай даңғылы",
                building="10",
            ),
            phones=("+77272500101",),
            emails=("office@example.kz",),
            chief=Chief(name="Сейітов Нұрлан", position="Директор"),
            oked="09100",
            status="ACTIVE",
            updated_at=at - timedelta(minutes=1),
            filed_by=self.buyer,
        )

    def programme(self, object_id: UUID, at: datetime, first: int, years: int) -> Programme:
        """A programme of one item a year from the year ``first`` on."""
        items = (self._item("1", first, years), self._item("2", first, years))
        whole = Programme(
            act=self.act(PROGRAMME, object_id),
            kind="ANNUAL" if years == 1 else "MEDIUM_TERM",
            year_from=first,
            year_to=first + years - 1,
            mineral_sector="HYDROCARBONS",
            subsoil_user=self.buyer,
            subsoil_rights=(CONTRACT,),
            approved_on=at.date(),
            approved_by=DECIDED_BY,
            year_totals=(),
            item_count=len(items),
            items=items,
        )
        return with_totals(whole)

    def _item(self, number: str, first: int, years: int) -> PlannedItem:
        plans = (
            YearPlan(
                year=year,
                quantity=Decimal(250),
                amount=Decimal("10625000.00"),
                purchase_month=f"{year}-03",
                local_content_percent=Decimal("100.00"),
            )
            for year in range(first, first + years)
        )
        return PlannedItem(
            item_number=number,
            subject_type="GOODS",
            skp_code="14.12.11",
            ens_tru_code="141211.200.000001",
            name=LocalizedText(kk="Жұмыс киімі", ru="Одежда рабочая"),
            unit="839",
            unit_price=Decimal("42500.00"),
            method="OT",
            delivery_places=(PLACE,),
            year_plans=tuple(plans),
        )

    def _purchase(self, object_id: UUID, at: datetime, **fields: Any) -> Purchase:
        lots = fields.pop("lots", (workwear(),))
        stated: dict[str, Any] = {
            "act": self.act(PURCHASE, object_id),
            "purchase_code": f"{fields['method']}-{at:%Y}-{object_id.hex[-8:].upper()}",
            "name": LocalizedText(kk="Жұмыс киімі", ru="Рабочая одежда", en="Workwear"),
            "mineral_sector": "HYDROCARBONS",
            "rule_set": "O196",
            "customer_role": "SUBSOIL_USER",
            "customer": self.buyer,
            "subsoil_rights": (CONTRACT,),
            "published_at": at,
            "contacts": (
                Contact(person=DECIDED_BY, phones=("+77122301234",), emails=("zakup@example.kz",)),
            ),
            "contract_term": Term(days=10, kind="WD"),
            "currency": "KZT",
            "planned_total": sum((lot.amount for lot in lots), Decimal(0)),
            "lot_count": len(lots),
            "lots": lots,
        }
        return Purchase(**(stated | fields))


def workwear(**changes: object) -> Lot:
    """A lot of protective clothing for the field."""
    lot = Lot(
        lot_number=1,
        subject_type="GOODS",
        skp_code="14.12.11",
        ens_tru_code="141211.200.000001",
        name=LocalizedText(kk="Жұмыс киімі", ru="Одежда рабочая", en="Workwear"),
        unit="839",
        quantity=Decimal("250.000"),
        unit_price=Decimal("42500.00"),
        amount=Decimal("10625000.00"),
        vat_included=False,
        delivery_term=DeliveryTerm(within=Term(days=45, kind="CD")),
        delivery_places=(PLACE,),
        incoterms="DDP",
        payment_terms=PaymentTerms(prepayment=Decimal(0), interim=Decimal(0), final=Decimal(100)),
        local_content_percent=Decimal("100.00"),
        goods_discount=False,
        kz_producer_discount=False,
    )
    return msgspec.structs.replace(lot, **changes)


def bin_of(object_id: UUID) -> str:
    """A BIN with a right check digit, made of an object's id: of an entity of May 2016."""
    serial = object_id.int % NUMBERS
    while (last := check_digit(f"160540{serial % NUMBERS:05}")) is None:
        serial += 1
    return f"160540{serial % NUMBERS:05}{last}"
