"""State rules for codes of classifiers in a purchase (S216-17, S216-A4.1-4)."""

from collections.abc import Iterator

from registry.purchases.rules.recorded import PurchaseFacts
from registry.records.rules import codes
from registry.records.rules.codes import WrittenCode
from shared_contracts.messages.purchase import Purchase
from shared_contracts.rules.rule import Found, RuleBook

BOOK = RuleBook()


@BOOK.rule("F-CLF-1")
def codes_were_in_force(purchase: Purchase, facts: PurchaseFacts) -> Iterator[Found]:
    """A code is in the edition at the forming of this version, or of the first (S216-17)."""
    return codes.never_in_force(_written(purchase), facts, _path)


@BOOK.rule("CLF-STALE")
def codes_are_still_in_force(purchase: Purchase, facts: PurchaseFacts) -> Iterator[Found]:
    """A code that the current edition no longer has tells of a stale classifier (S216-A3.2a)."""
    return codes.no_longer_in_force(_written(purchase), facts, _path)


def coded(purchase: Purchase) -> frozenset[tuple[str, str]]:
    """Every classifier and code in a purchase that the rules ask for."""
    return frozenset((one.classifier, one.code) for one in codes.with_form(_written(purchase)))


Place = tuple[int, int | None, str]
"""Of which lot, at which of its places of delivery, in which element a code stands."""


def _written(purchase: Purchase) -> Iterator[WrittenCode]:
    """Whatever stands in the place of a code."""
    for number, lot in enumerate(purchase.lots, 1):
        yield WrittenCode((number, None, "SkpCode"), "KPVED", lot.skp_code)
        yield WrittenCode((number, None, "Unit"), "MKEI", lot.unit)
        for index, place in enumerate(lot.delivery_places, 1):
            yield WrittenCode((number, index, "Country"), "COUNTRIES", place.country)
            if place.kato is not None:
                yield WrittenCode((number, index, "Kato"), "KATO", place.kato)


def _path(place: Place) -> str:
    lot, delivery, element = place
    within = "" if delivery is None else f"/DeliveryPlaces/DeliveryPlace[{delivery}]"
    return f"/Purchase/Lots/Lot[{lot}]{within}/{element}"
