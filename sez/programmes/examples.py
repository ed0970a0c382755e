"""The example programmes by name, as a SEZ of a stand loads them (S216-9.8)."""

from datetime import date
from decimal import Decimal

from sez.examples.making import ExampleOrder, KindExamples, PreparedExample
from sez.programmes import versions
from sez.programmes.programme import UnsignedProgramme
from shared_contracts.messages.document import LocalizedText, Operation, SubsoilRight
from shared_contracts.messages.programme import (
    PROGRAMME,
    PlannedItem,
    Programme,
    YearPlan,
)
from shared_contracts.messages.purchase import DeliveryPlace
from shared_contracts.rules.programme import with_totals

YEARS = {"annual-programme": ("ANNUAL", 1), "medium-term-programme": ("MEDIUM_TERM", 5)}
"""The examples by name: their kind, and how many years they are for."""

ATYRAU = DeliveryPlace(
    country="KZ",
    kato="231010000",
    address=LocalizedText(kk="Атырау қ., Сәтбаев даңғылы, 15", ru="г. Атырау, пр. Сатпаева, 15"),
)


def prepare(order: ExampleOrder) -> PreparedExample:
    """The example that is wanted, from the year after the present one on."""
    kind, years = YEARS[order.wanted.example]
    first = order.at.year + 1
    act = versions.act(order.owner, order.object_id, UnsignedProgramme(), Operation.CREATE)
    items = (_workwear(first, years), _drilling(first, years))
    programme = Programme(
        act=act,
        kind=kind,
        year_from=first,
        year_to=first + years - 1,
        mineral_sector="HYDROCARBONS",
        subsoil_user=order.buyer,
        subsoil_rights=(SubsoilRight(kind="CONTRACT", number="4794-УВС", date=date(2020, 2, 21)),),
        approved_on=order.at.date(),
        approved_by="Сүлейменова Айгүл Болатқызы",
        year_totals=(),
        item_count=len(items),
        items=items,
    )
    return PreparedExample(versions.loading(with_totals(programme)))


def _workwear(first: int, years: int) -> PlannedItem:
    """Protective clothing, bought each year by an open tender."""
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
        item_number="1",
        subject_type="GOODS",
        skp_code="14.12.11",
        ens_tru_code="141211.200.000001",
        name=LocalizedText(kk="Жұмыс киімі", ru="Одежда рабочая", en="Workwear"),
        unit="839",
        unit_price=Decimal("42500.00"),
        method="OT",
        delivery_places=(ATYRAU,),
        year_plans=tuple(plans),
    )


def _drilling(first: int, years: int) -> PlannedItem:
    """Drilling, bought each year by an electronic auction."""
    plans = (
        YearPlan(
            year=year,
            quantity=Decimal(1),
            amount=Decimal("148000000.00"),
            purchase_month=f"{year}-02",
            local_content_percent=Decimal("70.00"),
        )
        for year in range(first, first + years)
    )
    return PlannedItem(
        item_number="2",
        subject_type="SERVICES",
        skp_code="09.10.11",
        name=LocalizedText(
            kk="Ұңғымаларды бұрғылау қызметтері",
            ru="Услуги по бурению скважин",
            en="Drilling of wells",
        ),
        unit="5114",
        method="EA",
        delivery_places=(ATYRAU,),
        year_plans=tuple(plans),
    )


EXAMPLES = KindExamples(PROGRAMME, "programmes", tuple(YEARS), prepare)
"""The examples of the kind PROGRAMME."""
