"""State rules for codes of classifiers in the card of a supplier (S216-17, S216-A4.1, 2, 4, 5)."""

from collections.abc import Iterator

from registry.records.rules import codes
from registry.suppliers.rules.recorded import SupplierFacts
from shared_contracts.messages.supplier import SupplierCard
from shared_contracts.rules.codes import of_card, with_form
from shared_contracts.rules.rule import Found, RuleBook

BOOK = RuleBook()


@BOOK.rule("F-CLF-1")
def codes_of_the_card_were_in_force(card: SupplierCard, facts: SupplierFacts) -> Iterator[Found]:
    """A code is in the edition at the forming of this version, or of the first (S216-17)."""
    return codes.never_in_force(of_card(card), facts)


@BOOK.rule("CLF-STALE")
def codes_of_the_card_still_are(card: SupplierCard, facts: SupplierFacts) -> Iterator[Found]:
    """A code that the current edition no longer has tells of a stale classifier (S216-A3.2a)."""
    return codes.no_longer_in_force(of_card(card), facts)


def coded(card: SupplierCard) -> frozenset[tuple[str, str]]:
    """Every classifier and code in a card that the rules ask for."""
    return frozenset((one.classifier, one.code) for one in with_form(of_card(card)))
