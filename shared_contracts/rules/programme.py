"""Rules for a whole programme: years, items, methods, sums, months (S216-9.8)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from shared_contracts import identifiers
from shared_contracts.messages.document import Ground
from shared_contracts.messages.programme import PlannedItem, Programme, YearTotal
from shared_contracts.rules.lots import CENT, EXACT, SUBCATEGORY
from shared_contracts.rules.rule import Found, RuleBook, blank, shown

BOOK = RuleBook()

Values = Mapping[str, Any]

ITEM = "/Programme/Items/Item"

FAR = 20
"""A number of more digits than this is far beyond any column."""


@BOOK.rule("F-PRG-1")
def years_fit_the_kind(programme: Programme, values: Values) -> Iterator[Found]:
    """An annual programme is for one year, a medium-term one for up to five (the Code, 131(6))."""
    most = values["years"].get(programme.kind)
    years = programme.year_to - programme.year_from + 1
    if most is not None and not 1 <= years <= most:
        named = {"year_from": str(programme.year_from), "most": str(most)}
        yield Found("/Programme/YearTo", str(programme.year_to), named)


@BOOK.rule("F-PRG-8")
def medium_term_is_five_years(programme: Programme, values: Values) -> Iterator[Found]:
    """The order speaks of five years, the Code of up to five: fewer are told (S216-9.8)."""
    years = programme.year_to - programme.year_from + 1
    if programme.kind == "MEDIUM_TERM" and 1 <= years < values["years"]:
        named = {"years": str(years), "expected": str(values["years"])}
        yield Found("/Programme/YearTo", str(programme.year_to), named)


@BOOK.rule("F-PRG-3")
def items_are_told_apart(programme: Programme) -> Iterator[Found]:
    """Every item has a number of its own."""
    seen: set[str] = set()
    for index, item in enumerate(programme.items, 1):
        number = item.item_number
        if blank(number) or number != number.strip():
            yield Found(f"{ITEM}[{index}]/ItemNumber", number, {"cause": "ITEM_NUMBER_EMPTY"})
        elif number in seen:
            yield Found(f"{ITEM}[{index}]/ItemNumber", number, {"cause": "ITEM_NUMBER_TWICE"})
        seen.add(number)


@BOOK.rule("F-PRG-3")
def years_are_told_apart(programme: Programme) -> Iterator[Found]:
    """An item plans each year of its programme once at most, and no other year."""
    first, last = programme.year_from, programme.year_to
    for index, item in enumerate(programme.items, 1):
        seen: set[int] = set()
        for place, plan in enumerate(item.year_plans, 1):
            path, year = f"{ITEM}[{index}]/YearPlans/YearPlan[{place}]/Year", plan.year
            if not first <= year <= last:
                yield Found(path, str(year), {"cause": "YEAR_OUTSIDE"})
            elif year in seen:
                yield Found(path, str(year), {"cause": "YEAR_TWICE"})
            seen.add(year)


@BOOK.rule("F-PRG-4")
def methods_are_known(programme: Programme, values: Values) -> Iterator[Found]:
    """A method is one of the five; a commodity exchange sells goods (the Code, 131(1))."""
    for index, item in enumerate(programme.items, 1):
        path = f"{ITEM}[{index}]/Method"
        if item.method not in values["allowed"]:
            yield Found(path, item.method, {"cause": "METHOD_UNKNOWN"})
        elif item.method == "CE" and item.subject_type != "GOODS":
            yield Found(path, item.method, {"cause": "METHOD_FOR_GOODS"})


@BOOK.rule("F-PRG-4")
def single_sources_have_grounds(programme: Programme, values: Values) -> Iterator[Found]:
    """Who plans to buy from one source says by which ground; nobody else does."""
    for index, item in enumerate(programme.items, 1):
        path, ground = f"{ITEM}[{index}]/SingleSourceGround", item.single_source_ground
        if ground is None:
            if item.method == "SS":
                yield Found(path, None, {"cause": "GROUND_MISSING"})
        elif item.method != "SS":
            yield Found(path, ground.code, {"cause": "GROUND_FORBIDDEN"})
        elif ground.code == values["other"] and not _worded(ground):
            yield Found(f"{path}/Text", None, {"cause": "GROUND_WORDLESS"})


@BOOK.rule("F-CODE-1")
def grounds_are_in_the_list(programme: Programme, values: Values) -> Iterator[Found]:
    """The ground of buying from one source is one of the list; an assumption."""
    for index, item in enumerate(programme.items, 1):
        ground = item.single_source_ground
        if ground is not None and ground.code not in values["grounds"]:
            named = {"allowed": ", ".join(values["grounds"])}
            yield Found(f"{ITEM}[{index}]/SingleSourceGround/Code", ground.code, named)


@BOOK.rule("F-PRG-5")
def totals_are_sums(programme: Programme) -> Iterator[Found]:
    """The total of a year is the sum of what all items plan in it; each year has one."""
    sums = totals(programme)
    years = Counter(total.year for total in programme.year_totals)
    for index, total in enumerate(programme.year_totals, 1):
        path, expected = f"/Programme/YearTotals/YearTotal[{index}]", sums.get(total.year)
        if years[total.year] > 1 or expected is None:
            yield Found(f"{path}/Year", str(total.year), {"cause": "TOTAL_YEAR", "expected": "—"})
        elif total.amount != expected:
            named = {"cause": "TOTAL_SUM", "expected": shown(expected)}
            yield Found(f"{path}/Amount", shown(total.amount), named)
    for year in sorted(sums.keys() - years.keys()):
        named = {"cause": "TOTAL_MISSING", "expected": shown(sums[year])}
        yield Found("/Programme/YearTotals", str(year), named)


@BOOK.rule("F-PRG-5")
def amounts_are_products(programme: Programme, values: Values) -> Iterator[Found]:
    """The amount of a year is its quantity times the unit price, rounded half up to the cent."""
    tolerance = Decimal(values["tolerance_per_unit"])
    for index, item in enumerate(programme.items, 1):
        for place, plan in enumerate(item.year_plans, 1):
            expected = _product(item.unit_price, plan.quantity)
            if expected is not None and abs(plan.amount - expected) > tolerance * plan.quantity:
                path = f"{ITEM}[{index}]/YearPlans/YearPlan[{place}]/Amount"
                named = {"cause": "PLAN_PRODUCT", "expected": shown(expected)}
                yield Found(path, shown(plan.amount), named)


@BOOK.rule("F-PRG-6")
def months_are_in_their_year(programme: Programme) -> Iterator[Found]:
    """The month of a purchase is in the year that is planned."""
    for index, item in enumerate(programme.items, 1):
        for place, plan in enumerate(item.year_plans, 1):
            month = plan.purchase_month
            if month is not None and not month.startswith(f"{plan.year:04}-"):
                path = f"{ITEM}[{index}]/YearPlans/YearPlan[{place}]/PurchaseMonth"
                yield Found(path, month, {"year": str(plan.year)})


@BOOK.rule("F-PRG-9")
def all_items_are_there(programme: Programme) -> Iterator[Found]:
    """As many items are there as were declared (S216-A2.7.2)."""
    if programme.item_count != len(programme.items):
        named = {"actual": str(len(programme.items))}
        yield Found("/Programme/ItemCount", str(programme.item_count), named)


@BOOK.rule("F-ENS-2")
def nomenclature_fits_the_item(programme: Programme) -> Iterator[Found]:
    """The first six digits of the ENS TRU code are the item's product code (S216-A4.2)."""
    for index, item in enumerate(programme.items, 1):
        code = item.ens_tru_code
        if code is not None and identifiers.is_ens_tru(code) and not _fits(code, item):
            yield Found(f"{ITEM}[{index}]/EnsTruCode", code, {"skp": item.skp_code})


@BOOK.rule("F-CODE-3")
def terms_of_delivery_are_known(programme: Programme, values: Values) -> Iterator[Found]:
    """Terms of delivery are those of an edition of Incoterms in use on the day."""
    for index, item in enumerate(programme.items, 1):
        if item.incoterms is not None and item.incoterms not in values["codes"]:
            named = {"allowed": ", ".join(values["codes"])}
            yield Found(f"{ITEM}[{index}]/Incoterms", item.incoterms, named)


def totals(programme: Programme) -> dict[int, Decimal]:
    """What all items plan together, by year, in tenge without VAT."""
    sums: dict[int, Decimal] = {}
    for item in programme.items:
        for plan in item.year_plans:
            sums[plan.year] = sums.get(plan.year, Decimal(0)) + plan.amount
    return sums


def with_totals(programme: Programme) -> Programme:
    """The programme with the number of its items, and their sums by year as it must state them."""
    sums = sorted(totals(programme).items())
    stated = tuple(YearTotal(year=year, amount=amount) for year, amount in sums)
    return msgspec.structs.replace(programme, year_totals=stated, item_count=len(programme.items))


def _fits(code: str, item: PlannedItem) -> bool:
    return identifiers.kpved(code[:6]).startswith(item.skp_code[:SUBCATEGORY])


def _product(price: Decimal | None, quantity: Decimal) -> Decimal | None:
    """Quantity times unit price to the cent, unless a number is beyond its column (F-NUM-1)."""
    if price is None or max(quantity.adjusted(), price.adjusted()) > FAR:
        return None
    return EXACT.quantize(EXACT.multiply(price, quantity), CENT)


def _worded(ground: Ground) -> bool:
    text = ground.text
    return text is not None and not (blank(text.kk) and blank(text.ru))
