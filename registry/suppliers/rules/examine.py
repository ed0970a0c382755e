"""All that can be said of a version of a supplier from what the Registry knows."""

from registry.records.rules import codes, deletion, header
from registry.records.rules.examine import StateRules
from registry.records.rules.facts import RecordFacts
from registry.suppliers.rules import supplier
from registry.suppliers.rules.recorded import RecordedSupplier
from shared_contracts.messages.supplier import SupplierCard
from shared_contracts.rules.codes import of_card
from shared_contracts.rules.rule import RuleBooks
from shared_contracts.rules.supplier import NEXT_RULES

RULES: StateRules[RecordedSupplier, RecordFacts] = StateRules(
    RuleBooks(header.BOOK, supplier.BOOK, deletion.BOOK, codes.book(SupplierCard, of_card)),
    next_version=NEXT_RULES,
    course=lambda known, _moments: known,
)
"""The state rules of suppliers."""
