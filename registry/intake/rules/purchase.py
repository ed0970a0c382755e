"""State rules for a purchase: its base, customer, programme, sector, outcome (S216-9.1)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from registry.intake.rules.facts import Facts, Planned
from shared_contracts.messages.document import Party
from shared_contracts.messages.purchase import Purchase
from shared_contracts.rules.rule import Found, RuleBook, earlier, shown

BOOK = RuleBook()

CLASS_LENGTH = 5
"""Signs of a product code down to its class, NN.NN."""


@BOOK.rule("F-PUR-5")
def base_is_a_failed_tender(
    purchase: Purchase, facts: Facts, values: Mapping[str, Any]
) -> Iterator[Found]:
    """The purchase taken as a base is on record, a tender or auction, and failed (S216-A3.1d)."""
    if purchase.base_purchase is None:
        return
    cause = _wrong_base(facts, values["base_methods"])
    if cause:
        value = str(purchase.base_purchase.object_id)
        yield Found("/Purchase/BasePurchase/ObjectId", value, {"cause": cause})


@BOOK.rule("F-PUR-6")
def customer_is_under_these_rules(purchase: Purchase, facts: Facts) -> Iterator[Found]:
    """The purchasing rules apply to the customer (the Code, articles 131(7), 179(7))."""
    customer = _identifier(purchase.customer)
    if customer in facts.excluded:
        yield Found("/Purchase/Customer", customer)


@BOOK.rule("F-ID-2")
def parties_are_known(purchase: Purchase, facts: Facts) -> Iterator[Found]:
    """Those who buy are in the Registry's list of participants, once there is one."""
    for name in () if facts.participants is None else ("Customer", "Organizer", "Principal"):
        party = getattr(purchase, name.lower())
        if party is not None and _identifier(party) not in (facts.participants or ()):
            yield Found(f"/Purchase/{name}", _identifier(party))


@BOOK.rule("F-PUR-10")
def purchase_fulfils_its_programme(purchase: Purchase, facts: Facts) -> Iterator[Found]:
    """A purchase follows the items it names: method, product, amount (S216-9.8)."""
    if facts.programme is None:
        return
    items = []
    for index, named in enumerate(purchase.programme_items, 1):
        path = f"/Purchase/ProgrammeItems/ProgrammeItem[{index}]"
        item = facts.programme.get((named.programme_id, named.item_number))
        if item is None:
            yield Found(path, named.item_number, {"cause": "ITEM_UNKNOWN", "expected": "—"})
        else:
            items.append(item)
    yield from _departures(purchase, items) if items else ()


@BOOK.rule("F-PUR-14")
def sector_is_that_of_the_system(purchase: Purchase, facts: Facts) -> Iterator[Found]:
    """A system transmits purchases of the sectors it applied for (S216-1)."""
    if purchase.mineral_sector not in facts.sender.sectors:
        named = {"expected": ", ".join(facts.sender.sectors)}
        yield Found("/Purchase/MineralSector", purchase.mineral_sector, named)


@BOOK.rule("F-PUR-17")
def customer_and_method_stay(purchase: Purchase, facts: Facts) -> Iterator[Found]:
    """An announced purchase keeps its customer and its method."""
    current = facts.current
    if current is None:
        return
    if _identifier(purchase.customer) != current.customer:
        named = {"expected": current.customer}
        yield Found("/Purchase/Customer", _identifier(purchase.customer), named)
    if purchase.method != current.method:
        yield Found("/Purchase/Method", purchase.method, {"expected": current.method})


@BOOK.rule("F-PUR-18")
def bidding_is_not_cut_short(purchase: Purchase, facts: Facts) -> Iterator[Found]:
    """A change does not move the end of bidding forward."""
    current, end = facts.current, purchase.bids_to
    if current is not None and end is not None and earlier(end, current.bids_to):
        yield Found("/Purchase/BidsTo", shown(end), {"recorded": shown(current.bids_to)})


@BOOK.rule("F-PUR-19")
def failure_follows_the_end_of_bidding(purchase: Purchase, facts: Facts) -> Iterator[Found]:
    """A purchase is declared failed when its bidding has ended (S216-A3.1d)."""
    outcome, current = purchase.outcome, facts.current
    if outcome is None or outcome.kind != "FAILED" or current is None:
        return
    if earlier(facts.formed_at, current.bids_to):
        yield Found("/Purchase/Outcome/Kind", outcome.kind, {"cause": "OUTCOME_TOO_EARLY"})


def _wrong_base(facts: Facts, methods: list[str]) -> str | None:
    if facts.base is None:
        return "BASE_UNKNOWN"
    if facts.base.method not in methods:
        return "BASE_METHOD"
    return None if facts.base.status == "FAILED" else "BASE_NOT_FAILED"


def _identifier(party: Party) -> str:
    return party.bin or party.iin or ""


def _departures(purchase: Purchase, items: list[Planned]) -> Iterator[Found]:
    methods = sorted({item.method for item in items})
    classes = sorted({item.skp_code[:CLASS_LENGTH] for item in items})
    amount = sum((item.amount for item in items), Decimal(0))
    if methods != [purchase.method]:
        yield _departure("Method", purchase.method, "ITEM_METHOD", ", ".join(methods))
    for index, lot in enumerate(purchase.lots, 1):
        if lot.skp_code[:CLASS_LENGTH] not in classes:
            place = f"Lots/Lot[{index}]/SkpCode"
            yield _departure(place, lot.skp_code, "ITEM_PRODUCT", ", ".join(classes))
    if purchase.planned_total > amount:
        total = shown(purchase.planned_total)
        yield _departure("PlannedTotal", total, "ITEM_AMOUNT", shown(amount))


def _departure(place: str, value: str, cause: str, expected: str) -> Found:
    return Found(f"/Purchase/{place}", value, {"cause": cause, "expected": expected})
