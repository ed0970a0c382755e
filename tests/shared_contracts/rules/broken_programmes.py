"""One broken programme per rule, with the finding it must give: rule, document, path, value."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from shared_contracts.messages.document import Amendable, Ground
from shared_contracts.messages.programme import YearTotal
from shared_contracts.rules.programme import with_totals
from tests import programmes
from tests.programmes import annual, medium_term, plan, with_item, with_plan
from tests.samples import AT

Case = tuple[str, Amendable, str, str | None, frozenset[str]]
"""Rule, document, path, value, and the other rules it may break too."""

ITEM = "/Programme/Items/Item"
TOTAL = "/Programme/YearTotals/YearTotal[1]"


def cases() -> Iterator[Case]:
    """The whole table."""
    none: frozenset[str] = frozenset()
    for case in (*_of_years(), *_of_items(), *_of_sums(), *_of_values()):
        rule, document, path, value, *also = case
        yield rule, document, path, value, also[0] if also else none


def _of_years() -> Iterator[Any]:
    two, sums = annual(year_to=2028), frozenset({"F-PRG-5"})
    yield "F-PRG-1", two, "/Programme/YearTo", "2028"
    yield "F-PRG-1", annual(year_to=2026), "/Programme/YearTo", "2026", frozenset({"F-PRG-3"})
    yield "F-PRG-1", medium_term(6), "/Programme/YearTo", "2032"
    yield "F-PRG-8", medium_term(3), "/Programme/YearTo", "2029"
    other = with_totals(with_plan(annual(), 2, 1, year=2028, purchase_month="2028-03"))
    yield "F-PRG-3", other, f"{ITEM}[2]/YearPlans/YearPlan[1]/Year", "2028"
    twice = with_item(annual(), 2, year_plans=(plan(2027, "1", "1"), plan(2027, "1", "1")))
    yield "F-PRG-3", with_totals(twice), f"{ITEM}[2]/YearPlans/YearPlan[2]/Year", "2027", sums
    month = with_plan(annual(), 2, 1, purchase_month="2026-12")
    yield "F-PRG-6", month, f"{ITEM}[2]/YearPlans/YearPlan[1]/PurchaseMonth", "2026-12"


def _of_items() -> Iterator[Any]:
    same = with_item(annual(), 2, item_number="1")
    yield "F-PRG-3", same, f"{ITEM}[2]/ItemNumber", "1"
    yield "F-PRG-3", with_item(annual(), 2, item_number=""), f"{ITEM}[2]/ItemNumber", ""
    yield "F-PRG-4", with_item(annual(), 2, method="XX"), f"{ITEM}[2]/Method", "XX"
    yield "F-PRG-4", with_item(annual(), 2, method="CE"), f"{ITEM}[2]/Method", "CE"
    single = with_item(annual(), 2, method="SS")
    yield "F-PRG-4", single, f"{ITEM}[2]/SingleSourceGround", None
    tender = with_item(annual(), 1, method="OT")
    yield "F-PRG-4", tender, f"{ITEM}[1]/SingleSourceGround", "05"
    mute = with_item(annual(), 1, single_source_ground=Ground(code="99"))
    yield "F-PRG-4", mute, f"{ITEM}[1]/SingleSourceGround/Text", None
    ground = with_item(annual(), 1, single_source_ground=Ground(code="77"))
    yield "F-CODE-1", ground, f"{ITEM}[1]/SingleSourceGround/Code", "77"
    terms = with_item(annual(), 1, incoterms="XYZ")
    yield "F-CODE-3", terms, f"{ITEM}[1]/Incoterms", "XYZ"
    ens = with_item(annual(), 1, skp_code="27.90.32")
    yield "F-ENS-2", ens, f"{ITEM}[1]/EnsTruCode", "279033.900.000002"
    yield "F-PRG-9", annual(item_count=3), "/Programme/ItemCount", "3"


def _of_sums() -> Iterator[Any]:
    wrong = annual(year_totals=(YearTotal(year=2027, amount=Decimal(1)),))
    yield "F-PRG-5", wrong, f"{TOTAL}/Amount", "1"
    right = annual().year_totals[0].amount
    foreign = annual(year_totals=(YearTotal(year=2026, amount=right),))
    yield "F-PRG-5", foreign, f"{TOTAL}/Year", "2026"
    yield "F-PRG-5", foreign, "/Programme/YearTotals", "2027"
    price = with_item(annual(), 1, unit_price=Decimal(1))
    path = f"{ITEM}[1]/YearPlans/YearPlan[1]/Amount"
    yield "F-PRG-5", price, path, "22542909.97"


def _of_values() -> Iterator[Any]:
    yield "F-CODE-1", annual(kind="WEEKLY"), "/Programme/Kind", "WEEKLY"
    yield "F-CODE-1", annual(mineral_sector="GOLD"), "/Programme/MineralSector", "GOLD"
    subject = with_item(annual(), 2, subject_type="IDEAS")
    yield "F-CODE-1", subject, f"{ITEM}[2]/SubjectType", "IDEAS"
    free = with_totals(with_plan(annual(), 2, 1, amount=Decimal(0)))
    yield "F-NUM-1", free, f"{ITEM}[2]/YearPlans/YearPlan[1]/Amount", "0"
    ahead = with_item(annual(), 2, prepayment_percent=Decimal(101))
    yield "F-PCT-1", ahead, f"{ITEM}[2]/PrepaymentPercent", "101"


DOCUMENTS = (annual(), programmes.deletion(at=AT))
"""What every document is asked of its act is asked of these too."""
