"""State rules for codes of the five classifiers (S216-17, S216-A4.1-5)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from registry.purchases.rules.recorded import PurchaseFacts
from shared_contracts.astana_time import to_astana
from shared_contracts.identifiers import is_kato, is_kpved, is_mkei
from shared_contracts.messages.purchase import Purchase
from shared_contracts.rules.rule import Found, RuleBook

BOOK = RuleBook()

FORMS: Mapping[str, Callable[[str], bool]] = {"KPVED": is_kpved, "KATO": is_kato, "MKEI": is_mkei}
"""Whether a code has the form of its classifier; countries are told by the edition alone."""


@BOOK.rule("F-CLF-1")
def codes_were_in_force(purchase: Purchase, facts: PurchaseFacts) -> Iterator[Found]:
    """A code is in the edition at the forming of this version, or of the first (S216-17)."""
    formed, first = _days(facts)
    for place, classifier, code in _codes(purchase):
        if not facts.codes.has(classifier, code, formed) and not facts.codes.has(
            classifier, code, first
        ):
            edition = facts.codes.edition(classifier, formed)
            named = {"classifier": classifier, "edition": edition, "at": formed.isoformat()}
            yield Found(_path(*place), code, named)


@BOOK.rule("CLF-STALE")
def codes_are_still_in_force(purchase: Purchase, facts: PurchaseFacts) -> Iterator[Found]:
    """A code that the current edition no longer has tells of a stale classifier (S216-A3.2a)."""
    formed, first = _days(facts)
    now = to_astana(facts.received_at).date()
    for place, classifier, code in _codes(purchase):
        was = facts.codes.has(classifier, code, formed) or facts.codes.has(classifier, code, first)
        if was and not facts.codes.has(classifier, code, now):
            named = {"classifier": classifier, "edition": facts.codes.edition(classifier, now)}
            yield Found(_path(*place), code, named)


def _days(facts: PurchaseFacts) -> tuple[date, date]:
    return to_astana(facts.formed_at).date(), to_astana(facts.first_formed_at).date()


def coded(purchase: Purchase) -> frozenset[tuple[str, str]]:
    """Every classifier and code in a purchase that the rules ask for."""
    return frozenset((classifier, code) for _, classifier, code in _codes(purchase))


Place = tuple[int, int | None, str]
"""Of which lot, at which of its places of delivery, in which element a code stands."""


def _codes(purchase: Purchase) -> Iterator[tuple[Place, str, str]]:
    """Every code with its classifier, if it is written as one (F-CLF-3)."""
    return (one for one in _written(purchase) if FORMS.get(one[1], bool)(one[2]))


def _written(purchase: Purchase) -> Iterator[tuple[Place, str, str]]:
    """Whatever stands in the place of a code; paths are made only of what is found."""
    for number, lot in enumerate(purchase.lots, 1):
        yield (number, None, "SkpCode"), "KPVED", lot.skp_code
        yield (number, None, "Unit"), "MKEI", lot.unit
        for index, place in enumerate(lot.delivery_places, 1):
            yield (number, index, "Country"), "COUNTRIES", place.country
            if place.kato is not None:
                yield (number, index, "Kato"), "KATO", place.kato


def _path(lot: int, delivery: int | None, element: str) -> str:
    within = "" if delivery is None else f"/DeliveryPlaces/DeliveryPlace[{delivery}]"
    return f"/Purchase/Lots/Lot[{lot}]{within}/{element}"
