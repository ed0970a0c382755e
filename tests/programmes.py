"""Valid realistic programmes, to be sent as they are or broken on purpose."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from shared_contracts.messages.document import (
    Act,
    Deletion,
    Ground,
    Operation,
    Term,
)
from shared_contracts.messages.programme import (
    PROGRAMME,
    PlannedItem,
    Programme,
    YearPlan,
)
from shared_contracts.messages.purchase import DeliveryPlace, DeliveryTerm
from shared_contracts.rules.programme import with_totals
from tests import samples
from tests.samples import AT, text

PROGRAMME_ID = UUID("5a3de1f0-6f3e-4b7a-9d1e-8a4f0b2c6d11")
MEDIUM_TERM_ID = UUID("c7b5a2d4-10e9-4a63-8f52-3e6d9b8a7c22")


def act(
    version: int = 1, operation: Operation = Operation.CREATE, reason: str | None = None
) -> Act:
    """The head of a document on the annual programme, under the second conditions."""
    known = {"object_type": PROGRAMME, "object_id": PROGRAMME_ID, "conditions_version": 2}
    return samples.act(version, operation, reason, **known)


def plan(year: int, quantity: str, amount: str, **changes: Any) -> YearPlan:
    """What is planned in a year, in March."""
    made = YearPlan(
        year=year,
        quantity=Decimal(quantity),
        amount=Decimal(amount),
        purchase_month=f"{year}-03",
        local_content_percent=Decimal("40.00"),
    )
    return msgspec.structs.replace(made, **changes)


def goods(*plans: YearPlan, **changes: Any) -> PlannedItem:
    """Devices for the test of accumulators, with everything an item can say."""
    item = PlannedItem(
        item_number="1",
        subject_type="GOODS",
        skp_code="27.90.33",
        ens_tru_code="279033.900.000002",
        name=text("Аккумуляторды сынау құрылғысы", "Устройство тестирования аккумулятора"),
        description=text("Батарея разрядын бақылауға", "Для контроля разряда батареи"),
        extra=text("Тасымалды", "Переносное", "Portable"),
        unit="796",
        unit_price=Decimal("3220415.71"),
        method="SS",
        single_source_ground=Ground(
            code="05", text=text("Бұрын алынғанмен үйлесім", "Совместимость с закупленным")
        ),
        delivery_places=(
            DeliveryPlace(
                country="KZ",
                kato="631010000",
                address=text("Өскемен қ., Бажов көшесі, 10", "г. Усть-Каменогорск, ул. Бажова, 10"),
                quantity=Decimal("7.000"),
            ),
        ),
        delivery_term=DeliveryTerm(within=Term(days=30, kind="CD")),
        incoterms="DDP",
        prepayment_percent=Decimal("30.00"),
        subsoil_rights=(samples.contract(),),
        transient=True,
        note=text("Қайталама", "Повторно"),
        year_plans=plans or (plan(2027, "7.000", "22542909.97"),),
    )
    return msgspec.structs.replace(item, **changes)


def services(*plans: YearPlan, **changes: Any) -> PlannedItem:
    """The repair of drilling rigs, by a tender."""
    item = PlannedItem(
        item_number="2",
        subject_type="SERVICES",
        skp_code="09.10.12",
        name=text("Бұрғылау мұнараларын жөндеу", "Ремонт буровых вышек"),
        unit="5114",
        method="OT",
        year_plans=plans or (plan(2027, "1", "148000000.00"),),
    )
    return msgspec.structs.replace(item, **changes)


def annual(**changes: Any) -> Programme:
    """The programme of a year: a single source and a tender."""
    programme = Programme(
        act=act(),
        kind="ANNUAL",
        year_from=2027,
        year_to=2027,
        mineral_sector="HYDROCARBONS",
        subsoil_user=samples.customer(),
        subsoil_rights=(samples.contract(),),
        approved_on=date(2026, 11, 20),
        approved_by="Сүлейменова Айгүл Болатқызы",
        year_totals=(),
        item_count=0,
        items=(goods(), services()),
    )
    return msgspec.structs.replace(with_totals(programme), **changes)


def medium_term(years: int = 5, **changes: Any) -> Programme:
    """The programme of five years: the same each year."""
    span = range(2027, 2027 + years)
    items = (
        goods(*(plan(year, "7.000", "22542909.97") for year in span)),
        services(*(plan(year, "1", "148000000.00") for year in span)),
    )
    programme = annual(kind="MEDIUM_TERM", year_to=2026 + years, items=items)
    head = msgspec.structs.replace(programme.act, object_id=MEDIUM_TERM_ID)
    return msgspec.structs.replace(with_totals(programme), act=head, **changes)


def changed(version: int = 2, **changes: Any) -> Programme:
    """The annual programme after a change."""
    head = act(version, Operation.UPDATE, "Уточнены объёмы закупа")
    return annual(**({"act": head} | changes))


def deletion(version: int = 2, at: datetime = AT + timedelta(days=1)) -> Deletion:
    """The programme removed, a minute before ``at``."""
    return Deletion(
        act=act(version, Operation.DELETE, "Загружена ошибочно"),
        deleted_at=at - timedelta(minutes=1),
        deleted_by="Сүлейменова Айгүл Болатқызы",
    )


def with_item(programme: Programme, number: int, **changes: Any) -> Programme:
    """The programme with the item at place ``number`` (1-based) changed."""
    items = list(programme.items)
    items[number - 1] = msgspec.structs.replace(items[number - 1], **changes)
    return msgspec.structs.replace(programme, items=tuple(items))


def with_plan(programme: Programme, number: int, place: int, **changes: Any) -> Programme:
    """The programme with one year of an item changed."""
    plans = list(programme.items[number - 1].year_plans)
    plans[place - 1] = msgspec.structs.replace(plans[place - 1], **changes)
    return with_item(programme, number, year_plans=tuple(plans))
