"""Valid realistic documents on purchases, to be sent as they are or broken on purpose.

Codes of KATO, SKP, ENS TRU and MKEI are real; the companies, persons and contracts are not.
"""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID, uuid5

import msgspec

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
from shared_contracts.messages.purchase import (
    PURCHASE,
    AuctionStep,
    BasePurchase,
    Contact,
    DeliveryPlace,
    DeliveryTerm,
    Lot,
    Outcome,
    PaymentTerms,
    Purchase,
    PurchaseExtension,
    TenderDocumentation,
)

D = TypeVar("D", bound=Amendable)

SEZ_CODE = "SEZ01"


def zone(hours: int) -> timezone:
    """A fixed offset from UTC, as written on the wire."""
    return timezone(timedelta(hours=hours))


AT = datetime(2026, 11, 23, 10, 0, tzinfo=zone(5))
"""The moment of the samples unless another is given; Astana time."""

NAMES = UUID("5c0f3a55-6d0e-5d2c-8a0d-0f1d2a3b4c5d")
PURCHASE_ID = UUID("0b6c9a1e-7f0d-4a36-9d0e-3c1f5a7b9d21")
BASE_ID = UUID("7d1f4e62-93b5-4c08-8a77-2e9d0c6b5f13")
HASH = sha256(b"the version before").hexdigest()

CUSTOMER_BIN = "050240015330"
CONTRACTOR_BIN = "111040009781"
SIGNER_IIN = "800314300212"


def text(kk: str, ru: str, en: str | None = None) -> LocalizedText:
    """A text in Kazakh and Russian, and in English if given."""
    return LocalizedText(kk=kk, ru=ru, en=en)


def act(
    version: int = 1,
    operation: Operation = Operation.CREATE,
    reason: str | None = None,
    **changes: Any,
) -> Act:
    """The head of a document; a later version names some hash of the one before."""
    head = Act(
        environment=Environment.STAND,
        sez_code=SEZ_CODE,
        object_type=PURCHASE,
        object_id=PURCHASE_ID,
        version=version,
        operation=operation,
        reason=reason,
        conditions_version=1,
        previous_hash=HASH if version > 1 else None,
    )
    return msgspec.structs.replace(head, **changes)


def customer() -> Party:
    """A subsoil user, named as in the certificates of the test authority."""
    return Party(
        bin=CUSTOMER_BIN,
        name=text("«АҚЖАР МҰНАЙ ОПЕРЕЙТИНГ» ЖШС", "ТОО «АҚЖАР МҰНАЙ ОПЕРЕЙТИНГ»"),
        address=text("Ақтау қ., 17-шағын аудан, 5", "г. Актау, мкр. 17, д. 5"),
        website="https://aqjar-operating.kz",
    )


def contractor() -> Party:
    """A contractor that buys for the subsoil user."""
    return Party(
        bin=CONTRACTOR_BIN,
        name=text("«ҚЫЗЫЛОРДА ПОДРЯД СЕРВИС» ЖШС", "ТОО «ҚЫЗЫЛОРДА ПОДРЯД СЕРВИС»"),
        address=text("Қызылорда қ., Жібек жолы көшесі, 40", "г. Кызылорда, ул. Жибек Жолы, 40"),
    )


def contract() -> SubsoilRight:
    """A contract for the use of the subsoil."""
    return SubsoilRight(kind="CONTRACT", number="4521-УВС", date=date(2018, 1, 12))


def contact() -> Contact:
    """Whom to ask."""
    return Contact(
        person="Сүлейменова Айгүл Болатқызы",
        position="Сатып алу бөлімінің басшысы / Начальник отдела закупок",
        phones=("+77292301517",),
        emails=("zakup@aqjar-operating.kz",),
    )


def document(category: str, *lots: int, at: datetime = AT) -> Document:
    """A file of the documentation: of the whole purchase, or of the named lots."""
    kk, ru = {
        "TENDER_DOCS": ("Конкурстық құжаттама", "Конкурсная документация"),
        "TECH_SPEC": ("Техникалық ерекшелік", "Техническая спецификация"),
        "CONTRACT_DRAFT": ("Шарт жобасы", "Проект договора"),
    }.get(category, ("Құжат", "Документ"))
    name = "-".join((category.lower(), *map(str, lots)))
    return Document(
        document_id=uuid5(NAMES, name),
        category=category,
        title=text(kk, ru),
        file_name=f"{name}.pdf",
        mime_type="application/pdf",
        size=184_320 + len(name),
        sha256=sha256(name.encode()).hexdigest(),
        uploaded_at=at - timedelta(hours=2),
        version=1,
        lot_numbers=lots,
    )


def documents(lots: int = 2, at: datetime = AT) -> tuple[Document, ...]:
    """The files that an open tender must have: four for two lots."""
    numbers = tuple(range(1, lots + 1))
    specifications = tuple(document("TECH_SPEC", number, at=at) for number in numbers)
    return (
        document("TENDER_DOCS", at=at),
        *specifications,
        document("CONTRACT_DRAFT", *numbers, at=at),
    )


def goods_lot(number: int = 1, **changes: Any) -> Lot:
    """Seven devices for the test of accumulators, delivered to Oskemen."""
    lot = Lot(
        lot_number=number,
        subject_type="GOODS",
        skp_code="27.90.33",
        ens_tru_code="279033.900.000002",
        name=text(
            "Аккумулятор батареясын сынау құрылғысы",
            "Устройство тестирования аккумуляторной батареи",
        ),
        description=text("Батарея разрядын бақылауға", "Для контроля разряда батареи"),
        unit="796",
        quantity=Decimal("7.000"),
        unit_price=Decimal("3220415.71"),
        amount=Decimal("22542909.97"),
        vat_included=False,
        delivery_term=DeliveryTerm(within=Term(days=30, kind="CD")),
        delivery_places=(
            DeliveryPlace(
                country="KZ",
                kato="631010000",
                address=text("Өскемен қ., Бажов көшесі, 10", "г. Усть-Каменогорск, ул. Бажова, 10"),
                quantity=Decimal("7.000"),
            ),
        ),
        incoterms="DDP",
        payment_terms=PaymentTerms(prepayment=Decimal(0), interim=Decimal(0), final=Decimal(100)),
        local_content_percent=Decimal("10.00"),
        subsoil_rights=(contract(),),
        goods_discount=False,
        kz_producer_discount=False,
    )
    return msgspec.structs.replace(lot, **changes)


def services_lot(number: int = 2, **changes: Any) -> Lot:
    """The repair of drilling rigs in the field, in the Zhetibay district of Mangystau."""
    lot = Lot(
        lot_number=number,
        subject_type="SERVICES",
        skp_code="09.10.12",
        name=text(
            "Бұрғылау мұнараларын жөндеу және бөлшектеу",
            "Услуги по ремонту и демонтажу буровых вышек",
        ),
        unit="5114",
        quantity=Decimal(1),
        amount=Decimal("148000000.00"),
        vat_included=False,
        delivery_term=DeliveryTerm(from_date=date(2027, 2, 1), to_date=date(2027, 12, 31)),
        delivery_places=(
            DeliveryPlace(
                country="KZ",
                kato="474239000",
                address=text("Жетібай кен орны", "Месторождение Жетыбай"),
            ),
        ),
        payment_terms=PaymentTerms(
            prepayment=Decimal("30.00"), interim=Decimal("50.00"), final=Decimal("20.00")
        ),
        local_content_percent=Decimal("70.00"),
        goods_discount=False,
        kz_producer_discount=True,
    )
    return msgspec.structs.replace(lot, **changes)


def works_lot(number: int = 1, **changes: Any) -> Lot:
    """The laying of local pipelines near Qulsary."""
    return services_lot(
        number,
        **{
            "subject_type": "WORKS",
            "skp_code": "42.21.22",
            "name": text("Жергілікті құбырларды салу", "Прокладка местных трубопроводов"),
            "unit": "931",
            "amount": Decimal("96500000.00"),
            "delivery_places": (
                DeliveryPlace(
                    country="KZ",
                    kato="233620000",
                    address=text("Құлсары қ. маңы", "В районе г. Кульсары"),
                ),
            ),
        }
        | changes,
    )


def purchase_open_tender(at: datetime = AT, **changes: Any) -> Purchase:
    """An open tender of two lots with four files, bidding twenty days from ``at``."""
    purchase = Purchase(
        act=act(),
        purchase_code="OT-2026-0417",
        name=text(
            "Аккумуляторларды сынау құрылғылары және бұрғылау мұнараларын жөндеу",
            "Устройства тестирования аккумуляторов и ремонт буровых вышек",
        ),
        method="OT",
        mineral_sector="HYDROCARBONS",
        rule_set="O196",
        customer_role="SUBSOIL_USER",
        customer=customer(),
        subsoil_rights=(contract(),),
        published_at=at,
        bids_from=at,
        bids_to=at + timedelta(days=20),
        opening_at=at + timedelta(days=20),
        contacts=(contact(),),
        contract_term=Term(days=10, kind="WD"),
        currency="KZT",
        planned_total=Decimal("170542909.97"),
        lot_count=2,
        lots=(goods_lot(1), services_lot(2)),
        documents=documents(at=at),
    )
    return msgspec.structs.replace(purchase, **changes)


def purchase_auction(at: datetime = AT, **changes: Any) -> Purchase:
    """An open tender by reduction, held electronically, of a contractor; one lot of works."""
    auction_at = at + timedelta(days=14)
    purchase = purchase_open_tender(
        at,
        purchase_code="EA-2026-0088",
        name=text("Жергілікті құбырларды салу", "Прокладка местных трубопроводов"),
        method="EA",
        customer_role="CONTRACTOR",
        customer=contractor(),
        principal=customer(),
        bids_to=at + timedelta(days=12),
        opening_at=at + timedelta(days=12),
        auction_from=auction_at,
        auction_to=auction_at + timedelta(minutes=30),
        auction_start_price=Decimal("96500000.00"),
        auction_step=AuctionStep(percent=Decimal("1.50")),
        planned_total=Decimal("96500000.00"),
        lot_count=1,
        lots=(works_lot(1),),
        documents=documents(1, at),
    )
    return msgspec.structs.replace(purchase, **changes)


def purchase_single_source(at: datetime = AT, base: UUID | None = None, **changes: Any) -> Purchase:
    """A purchase from one source: on the base of a failed one if ``base`` names it."""
    ground, kk, ru = (
        ("01", "Өтпеген конкурс негізінде", "На основании несостоявшегося конкурса")
        if base
        else ("05", "Бұрын алынған жабдықпен үйлесімділік", "Совместимость с закупленным ранее")
    )
    purchase = purchase_open_tender(
        at,
        purchase_code="SS-2026-0031",
        name=text("Бұрғылау мұнараларын жөндеу", "Ремонт буровых вышек"),
        method="SS",
        base_purchase=BasePurchase(relation="FAILED_TENDER", object_id=base) if base else None,
        single_source_ground=Ground(code=ground, text=text(kk, ru)),
        bids_from=None,
        bids_to=None,
        opening_at=None,
        planned_total=Decimal("148000000.00"),
        lot_count=1,
        lots=(services_lot(1),),
        documents=(),
    )
    return msgspec.structs.replace(purchase, **changes)


def tender_documentation(
    version: int = 2, at: datetime = AT + timedelta(days=3), **changes: Any
) -> TenderDocumentation:
    """All files of the open tender after its technical specification was replaced."""
    files = list(documents(at=AT))
    replaced = sha256(b"tech_spec-1, second edition").hexdigest()
    files[1] = msgspec.structs.replace(
        files[1], version=2, sha256=replaced, uploaded_at=at - timedelta(hours=1)
    )
    changed = TenderDocumentation(
        act=act(version, Operation.UPDATE, "Уточнены требования технической спецификации"),
        documents=tuple(files),
    )
    return msgspec.structs.replace(changed, **changes)


def extension(
    version: int = 2, at: datetime = AT, days: int = 7, **changes: Any
) -> PurchaseExtension:
    """The open tender announced at ``at``, extended by ``days``."""
    old = at + timedelta(days=20)
    later = PurchaseExtension(
        act=act(version, Operation.UPDATE, "Изменена конкурсная документация"),
        old_bids_to=old,
        new_bids_to=old + timedelta(days=days),
        old_opening_at=old,
        new_opening_at=old + timedelta(days=days),
        documentation_changed=True,
        decided_by="Сүлейменова Айгүл Болатқызы",
    )
    return msgspec.structs.replace(later, **changes)


def deletion(version: int = 2, at: datetime = AT + timedelta(days=1), **changes: Any) -> Deletion:
    """The purchase removed, a minute before ``at``."""
    removed = Deletion(
        act=act(version, Operation.DELETE, "Объявление размещено ошибочно"),
        deleted_at=at - timedelta(minutes=1),
        deleted_by="Сүлейменова Айгүл Болатқызы",
    )
    return msgspec.structs.replace(removed, **changes)


def changed(version: int = 2, **changes: Any) -> Purchase:
    """The open tender as it stands after a change."""
    head = act(version, Operation.UPDATE, "Исправлены сведения о закупе")
    return purchase_open_tender(**({"act": head} | changes))


def failed(version: int = 2, code: str = "NO_BIDS", **changes: Any) -> Purchase:
    """The open tender declared failed by a change."""
    outcome = Outcome(kind="FAILED", ground=Ground(code=code))
    return changed(version, **({"outcome": outcome} | changes))


def with_lot(purchase: Purchase, number: int, **changes: Any) -> Purchase:
    """The purchase with the lot at place ``number`` (1-based) changed."""
    lots = list(purchase.lots)
    lots[number - 1] = msgspec.structs.replace(lots[number - 1], **changes)
    return msgspec.structs.replace(purchase, lots=tuple(lots))


def with_act(document: D, **changes: Any) -> D:
    """The document with its act changed."""
    return msgspec.structs.replace(document, act=msgspec.structs.replace(document.act, **changes))
