"""All that can be said of a version of a purchase from what the Registry knows."""

from registry.purchases.rules import codes, documents, purchase
from registry.purchases.rules.recorded import RecordedPurchase
from registry.records.rules import deletion, header
from registry.records.rules.examine import StateRules
from shared_contracts.rules import course
from shared_contracts.rules.rule import RuleBooks

RULES: StateRules[RecordedPurchase, RecordedPurchase] = StateRules(
    RuleBooks(header.BOOK, purchase.BOOK, documents.BOOK, deletion.BOOK, codes.BOOK),
    course.RULES,
    course.Course,
)
"""The state rules of purchases."""
