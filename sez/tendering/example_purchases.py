"""Example purchases: open tender, electronic auction, single source (S216-9.1, S216-A3.1a, d).

Codes are real: ENS TRU and KPVED of goods and services, MKEI of units, KATO of places.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sez.examples.files import ExampleFile, example_file
from shared_contracts.messages.document import (
    Act,
    Ground,
    LocalizedText,
    Party,
    SubsoilRight,
    Term,
)
from shared_contracts.messages.purchase import (
    AuctionStep,
    BasePurchase,
    Contact,
    DeliveryPlace,
    DeliveryTerm,
    Lot,
    PaymentTerms,
    Purchase,
)


@dataclass(frozen=True, slots=True)
class Example:
    """A purchase ready to be signed, and the files it names."""

    purchase: Purchase
    files: tuple[ExampleFile, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """Where an example plays: whose act it begins, who buys, when, and how long bids are taken."""

    act: Act
    buyer: Party
    at: datetime
    bidding: timedelta = timedelta(days=20)


ATYRAU = DeliveryPlace(
    country="KZ",
    kato="231010000",
    address=LocalizedText(
        kk="Атырау қаласы, Сәтбаев даңғылы, 15Б",
        ru="город Атырау, проспект Сатпаева, 15Б",
        en="15B Satpayev avenue, Atyrau",
    ),
)
KULSARY = DeliveryPlace(
    country="KZ",
    kato="233620100",
    address=LocalizedText(
        kk="Құлсары қаласы, Өндірістік аймақ, 4",
        ru="город Кульсары, Промышленная зона, 4",
        en="4 Industrial zone, Kulsary",
    ),
)


def diesel(number: int) -> Lot:
    """A lot of summer diesel fuel."""
    return Lot(
        lot_number=number,
        subject_type="GOODS",
        skp_code="19.20.26",
        ens_tru_code="192026.510.000000",
        name=LocalizedText(kk="Дизель отыны", ru="Топливо дизельное", en="Diesel fuel"),
        description=LocalizedText(
            kk="Жазғы, тығыздығы 15 °C кезінде 845 кг/м³ аспайды",
            ru="Летнее, плотность при 15 °C не более 845 кг/м³",
            en="Summer grade, density at 15 °C not above 845 kg/m³",
        ),
        unit="168",
        quantity=Decimal("120.000"),
        unit_price=Decimal("295000.00"),
        amount=Decimal("35400000.00"),
        vat_included=False,
        delivery_term=DeliveryTerm(within=Term(days=30, kind="CD")),
        delivery_places=(KULSARY,),
        incoterms="DDP",
        payment_terms=PaymentTerms(prepayment=Decimal(30), interim=Decimal(0), final=Decimal(70)),
        local_content_percent=Decimal("40.00"),
        goods_discount=False,
        kz_producer_discount=False,
    )


def workwear(number: int) -> Lot:
    """A lot of protective clothing for the field."""
    return Lot(
        lot_number=number,
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
        delivery_places=(ATYRAU,),
        incoterms="DDP",
        payment_terms=PaymentTerms(prepayment=Decimal(0), interim=Decimal(0), final=Decimal(100)),
        local_content_percent=Decimal("100.00"),
        goods_discount=False,
        kz_producer_discount=False,
    )


def drilling(number: int) -> Lot:
    """A lot of drilling services."""
    return Lot(
        lot_number=number,
        subject_type="SERVICES",
        skp_code="09.10.11",
        name=LocalizedText(
            kk="Мұнай мен газ өндіру үшін ұңғымаларды бұрғылау қызметтері",
            ru="Услуги по бурению скважин для добычи нефти и природного газа",
            en="Drilling of wells for the production of oil and natural gas",
        ),
        unit="5114",
        quantity=Decimal(1),
        amount=Decimal("148000000.00"),
        vat_included=False,
        delivery_term=DeliveryTerm(within=Term(days=120, kind="CD")),
        delivery_places=(KULSARY,),
        payment_terms=PaymentTerms(prepayment=Decimal(20), interim=Decimal(50), final=Decimal(30)),
        local_content_percent=Decimal("60.00"),
        goods_discount=False,
        kz_producer_discount=True,
    )


def open_tender(setting: Setting) -> Example:
    """An open tender of two lots, with documentation for each."""
    lots = (diesel(1), workwear(2))
    at = setting.at
    return _example(
        setting,
        lots,
        method="OT",
        name=LocalizedText(
            kk="Кен орнына дизель отыны мен жұмыс киімін сатып алу",
            ru="Закуп дизельного топлива и рабочей одежды для месторождения",
            en="Diesel fuel and workwear for the field",
        ),
        bids_from=at,
        bids_to=at + setting.bidding,
        opening_at=at + setting.bidding,
    )


def auction(setting: Setting) -> Example:
    """An electronic auction of drilling services."""
    at = setting.at
    return _example(
        setting,
        (drilling(1),),
        method="EA",
        name=LocalizedText(
            kk="Пайдалану ұңғымаларын бұрғылау",
            ru="Бурение эксплуатационных скважин",
            en="Drilling of production wells",
        ),
        bids_from=at,
        bids_to=at + setting.bidding,
        opening_at=at + setting.bidding,
        auction_from=at + setting.bidding + timedelta(days=3),
        auction_to=at + setting.bidding + timedelta(days=3, hours=2),
        auction_start_price=Decimal("148000000.00"),
        auction_step=AuctionStep(percent=Decimal("0.50")),
    )


def single_source(setting: Setting, base: UUID | None = None) -> Example:
    """A purchase from a single source; with ``base``, after that tender failed (S216-A3.1d)."""
    failed = LocalizedText(
        kk="Ашық конкурс өтпеді", ru="Открытый конкурс не состоялся", en="The open tender failed"
    )
    urgent = LocalizedText(
        kk="Апаттың алдын алу", ru="Предотвращение аварии", en="Prevention of an accident"
    )
    return _example(
        setting,
        (workwear(1),),
        method="SS",
        name=LocalizedText(kk="Жұмыс киімі", ru="Рабочая одежда", en="Workwear"),
        base_purchase=BasePurchase(relation="FAILED_TENDER", object_id=base) if base else None,
        single_source_ground=Ground(code="01", text=failed)
        if base
        else Ground(code="03", text=urgent),
    )


def _example(setting: Setting, lots: tuple[Lot, ...], **fields: object) -> Example:
    numbers = tuple(lot.lot_number for lot in lots)
    categories = () if fields["method"] == "SS" else ("TECH_SPEC", "CONTRACT_DRAFT")
    files = (
        example_file("TENDER_DOCS", setting.at),
        *(example_file(category, setting.at, lots=numbers) for category in categories),
    )
    purchase = Purchase(
        act=setting.act,
        purchase_code=f"{fields['method']}-{setting.at:%Y}-{setting.act.object_id.hex[-8:].upper()}",
        mineral_sector="HYDROCARBONS",
        rule_set="O196",
        customer_role="SUBSOIL_USER",
        customer=setting.buyer,
        subsoil_rights=(SubsoilRight(kind="CONTRACT", number="1928-УВС", date=date(2012, 3, 14)),),
        published_at=setting.at,
        contacts=(
            Contact(
                person="Бекова Айгүл Маратқызы",
                phones=("+77122301234",),
                emails=("zakup@example.kz",),
            ),
        ),
        contract_term=Term(days=10, kind="WD"),
        currency="KZT",
        planned_total=sum((lot.amount for lot in lots), Decimal(0)),
        lot_count=len(lots),
        lots=lots,
        documents=tuple(file.document for file in files),
        **fields,  # type: ignore[arg-type]
    )
    return Example(purchase, files)
