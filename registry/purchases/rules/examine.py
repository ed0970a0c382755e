"""All that can be said of a version of a purchase from what the Registry knows."""

from registry.purchases.rules import purchase
from registry.purchases.rules.recorded import PurchaseFacts, RecordedPurchase
from registry.records.rules import codes, deletion, header
from registry.records.rules.examine import StateRules
from shared_contracts.messages.purchase import Purchase
from shared_contracts.rules import base_purchase, course, purchase_next
from shared_contracts.rules.base_purchase import Grounds
from shared_contracts.rules.codes import in_parts, path_in_lots
from shared_contracts.rules.rule import RuleBooks

CODES = codes.book(Purchase, lambda purchase: in_parts(purchase.lots), path_in_lots)


def grounds(facts: PurchaseFacts) -> Grounds:
    """On what the purchase is announced, as it stands on record."""
    return Grounds(facts.base, facts.current is not None and facts.current.base is not None)


RULES: StateRules[RecordedPurchase, RecordedPurchase] = StateRules(
    RuleBooks(header.BOOK, purchase.BOOK, deletion.BOOK, CODES),
    purchase_next.RULES,
    course.Course,
    base_purchase.RULES,
    grounds,
)
"""The state rules of purchases."""
