"""State rules for codes of the five classifiers (S216-17, S216-A4.1-5)."""

from collections.abc import Iterator
from datetime import date

from registry.intake.rules.facts import Facts
from shared_contracts.astana_time import to_astana
from shared_contracts.identifiers import kpved
from shared_contracts.messages.purchase import Lot, Purchase
from shared_contracts.rules.rule import Found, RuleBook

BOOK = RuleBook()


@BOOK.rule("F-CLF-1")
def codes_were_in_force(purchase: Purchase, facts: Facts) -> Iterator[Found]:
    """A code is in the edition at the forming of this version, or of the first (S216-17)."""
    formed, first = _days(facts)
    for path, classifier, code in _codes(purchase):
        if not facts.codes.has(classifier, code, formed) and not facts.codes.has(
            classifier, code, first
        ):
            edition = facts.codes.edition(classifier, formed)
            named = {"classifier": classifier, "edition": edition, "at": formed.isoformat()}
            yield Found(path, code, named)


@BOOK.rule("CLF-STALE")
def codes_are_still_in_force(purchase: Purchase, facts: Facts) -> Iterator[Found]:
    """A code that the current edition no longer has tells of a stale classifier (S216-A3.2a)."""
    formed, first = _days(facts)
    now = to_astana(facts.received_at).date()
    for path, classifier, code in _codes(purchase):
        was = facts.codes.has(classifier, code, formed) or facts.codes.has(classifier, code, first)
        if was and not facts.codes.has(classifier, code, now):
            named = {"classifier": classifier, "edition": facts.codes.edition(classifier, now)}
            yield Found(path, code, named)


def _days(facts: Facts) -> tuple[date, date]:
    return to_astana(facts.formed_at).date(), to_astana(facts.first_formed_at).date()


def _codes(purchase: Purchase) -> Iterator[tuple[str, str, str]]:
    for index, lot in enumerate(purchase.lots, 1):
        path = f"/Purchase/Lots/Lot[{index}]"
        yield f"{path}/SkpCode", "KPVED", kpved(lot.skp_code)
        yield f"{path}/Unit", "MKEI", lot.unit
        yield from _places(path, lot)


def _places(path: str, lot: Lot) -> Iterator[tuple[str, str, str]]:
    for index, place in enumerate(lot.delivery_places, 1):
        here = f"{path}/DeliveryPlaces/DeliveryPlace[{index}]"
        yield f"{here}/Country", "COUNTRIES", place.country
        if place.kato is not None:
            yield f"{here}/Kato", "KATO", place.kato
