"""State rules for codes of classifiers in a purchase (S216-17, S216-A4.1-4)."""

from collections.abc import Iterator

from registry.purchases.rules.recorded import PurchaseFacts
from registry.records.rules import codes
from shared_contracts.messages.purchase import Purchase
from shared_contracts.rules.codes import in_parts, path_in_lots, with_form
from shared_contracts.rules.rule import Found, RuleBook

BOOK = RuleBook()


@BOOK.rule("F-CLF-1")
def codes_were_in_force(purchase: Purchase, facts: PurchaseFacts) -> Iterator[Found]:
    """A code is in the edition at the forming of this version, or of the first (S216-17)."""
    return codes.never_in_force(in_parts(purchase.lots), facts, path_in_lots)


@BOOK.rule("CLF-STALE")
def codes_are_still_in_force(purchase: Purchase, facts: PurchaseFacts) -> Iterator[Found]:
    """A code that the current edition no longer has tells of a stale classifier (S216-A3.2a)."""
    return codes.no_longer_in_force(in_parts(purchase.lots), facts, path_in_lots)


def coded(purchase: Purchase) -> frozenset[tuple[str, str]]:
    """Every classifier and code in a purchase that the rules ask for."""
    return frozenset((one.classifier, one.code) for one in with_form(in_parts(purchase.lots)))
