"""Rules for lots: numbers, amounts, codes, local content (S216-9.1)."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from shared_contracts import identifiers
from shared_contracts.messages.purchase import Lot, Purchase
from shared_contracts.rules.rule import Found, RuleBook, placed, shown

BOOK = RuleBook()

SUBCATEGORY = 8
"""Signs of a product code to its subcategory, NN.NN.NN, which is all that ENS TRU repeats."""

CENT = Decimal("0.01")
EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
"""Enough digits for any product of two numbers that fit their columns."""


@BOOK.rule("F-NUM-2")
def amount_is_price_times_quantity(
    purchase: Purchase, values: Mapping[str, Any]
) -> Iterator[Found]:
    """The amount of a lot is its quantity times its unit price, rounded half up to the cent."""
    tolerance = Decimal(values["tolerance_per_unit"])
    for path, lot in _lots(purchase):
        expected = _product(lot)
        if expected is not None and abs(lot.amount - expected) > tolerance * lot.quantity:
            yield Found(f"{path}/Amount", shown(lot.amount), {"expected": shown(expected)})


@BOOK.rule("F-NUM-3")
def total_is_the_sum_of_lots(purchase: Purchase) -> Iterator[Found]:
    """The planned total is the sum of the lots, to the cent."""
    total = sum((lot.amount for lot in purchase.lots), Decimal(0))
    if purchase.planned_total != total:
        named = {"expected": shown(total)}
        yield Found("/Purchase/PlannedTotal", shown(purchase.planned_total), named)


@BOOK.rule("F-NUM-4")
def all_lots_are_there(purchase: Purchase) -> Iterator[Found]:
    """As many lots are there as were declared (S216-A2.1.2)."""
    if purchase.lot_count != len(purchase.lots):
        named = {"actual": str(len(purchase.lots))}
        yield Found("/Purchase/LotCount", str(purchase.lot_count), named)


@BOOK.rule("F-PUR-8")
def lots_are_numbered_in_order(purchase: Purchase) -> Iterator[Found]:
    """Lots are numbered from 1 without gap or repetition."""
    for index, (path, lot) in enumerate(_lots(purchase), 1):
        if lot.lot_number != index:
            yield Found(f"{path}/LotNumber", str(lot.lot_number), {"expected": str(index)})


@BOOK.rule("F-PUR-21")
def lots_fulfil_items_of_their_purchase(purchase: Purchase) -> Iterator[Found]:
    """The item of a programme that a lot fulfils is one that the purchase names (S216-9.8)."""
    for path, lot in _lots(purchase):
        item = lot.programme_item
        if item is not None and item not in purchase.programme_items:
            named = {"programme": str(item.programme_id)}
            yield Found(f"{path}/ProgrammeItem/ItemNumber", item.item_number, named)


@BOOK.rule("F-PUR-13")
def local_content_is_enough(purchase: Purchase, values: Mapping[str, Any]) -> Iterator[Found]:
    """Works and services ask for the Code's minimal share of in-country value."""
    least = Decimal(values["percent"])
    for path, lot in _lots(purchase):
        asked = lot.local_content_percent
        if lot.subject_type in values["subjects"] and asked is not None and asked < least:
            yield Found(f"{path}/LocalContentPercent", shown(asked), {"percent": shown(least)})


@BOOK.rule("F-ENS-2")
def nomenclature_fits_the_product(purchase: Purchase) -> Iterator[Found]:
    """The first six digits of the ENS TRU code are the lot's product code (S216-A4.2)."""
    for path, lot in _lots(purchase):
        code = lot.ens_tru_code
        if code is None or not identifiers.is_ens_tru(code):
            continue
        if not identifiers.kpved(code[:6]).startswith(lot.skp_code[:SUBCATEGORY]):
            yield Found(f"{path}/EnsTruCode", code, {"skp": lot.skp_code})


@BOOK.rule("F-CODE-3")
def terms_of_delivery_are_known(purchase: Purchase, values: Mapping[str, Any]) -> Iterator[Found]:
    """Terms of delivery are those of an edition of Incoterms in use on the day."""
    for path, lot in _lots(purchase):
        if lot.incoterms is not None and lot.incoterms not in values["codes"]:
            named = {"allowed": ", ".join(values["codes"])}
            yield Found(f"{path}/Incoterms", lot.incoterms, named)


def _lots(purchase: Purchase) -> Iterator[tuple[str, Lot]]:
    return placed("/Purchase/Lots/Lot", purchase.lots)


def _product(lot: Lot) -> Decimal | None:
    """Quantity times unit price to the cent, unless a number is beyond its column (F-NUM-1)."""
    if lot.unit_price is None or max(lot.quantity.adjusted(), lot.unit_price.adjusted()) > 20:  # noqa: PLR2004 - far beyond any column
        return None
    return EXACT.quantize(EXACT.multiply(lot.quantity, lot.unit_price), CENT)
