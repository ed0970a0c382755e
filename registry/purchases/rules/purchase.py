"""State rules for a purchase: its customer, programme, sector, outcome (S216-9.1)."""

from collections.abc import Iterator
from decimal import Decimal

from registry.purchases.rules.recorded import PurchaseFacts
from registry.records.rules.facts import Planned
from shared_contracts.messages.purchase import Purchase
from shared_contracts.rules.course import identifier
from shared_contracts.rules.generic import CODES
from shared_contracts.rules.rule import Found, RuleBook, shown

BOOK = RuleBook()

CLASS_LENGTH = 5
"""Signs of a product code down to its class, NN.NN."""


@BOOK.rule("F-PUR-6")
def customer_is_under_these_rules(purchase: Purchase, facts: PurchaseFacts) -> Iterator[Found]:
    """The purchasing rules apply to the customer (the Code, articles 131(7), 179(7))."""
    customer = identifier(purchase.customer)
    if customer in facts.excluded:
        yield Found("/Purchase/Customer", customer)


@BOOK.rule("F-ID-2")
def parties_are_known(purchase: Purchase, facts: PurchaseFacts) -> Iterator[Found]:
    """Those who buy are in the Registry's list of participants, once there is one."""
    for name in () if facts.participants is None else ("Customer", "Organizer", "Principal"):
        party = getattr(purchase, name.lower())
        if party is not None and identifier(party) not in (facts.participants or ()):
            yield Found(f"/Purchase/{name}", identifier(party))


@BOOK.rule("F-PUR-10")
def purchase_fulfils_its_programme(purchase: Purchase, facts: PurchaseFacts) -> Iterator[Found]:
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
def sector_is_that_of_the_system(purchase: Purchase, facts: PurchaseFacts) -> Iterator[Found]:
    """A system transmits purchases of the sectors it applied for (S216-1).

    What it announced before its sectors changed can still be ended.
    """
    ended = facts.current is not None and purchase.outcome is not None
    known = purchase.mineral_sector in CODES["Purchase.mineral_sector"]  # else F-CODE-1 says so
    if known and purchase.mineral_sector not in facts.sender.sectors and not ended:
        named = {"expected": ", ".join(facts.sender.sectors)}
        yield Found("/Purchase/MineralSector", purchase.mineral_sector, named)


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
