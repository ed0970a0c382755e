"""All that can be said of a version of a supplier from what the Registry knows."""

from registry.records.rules import deletion, header
from registry.records.rules.examine import StateRules
from registry.records.rules.facts import RecordFacts
from registry.suppliers.rules import codes, supplier
from registry.suppliers.rules.recorded import RecordedSupplier
from shared_contracts.rules.rule import RuleBooks

RULES: StateRules[RecordedSupplier, RecordFacts] = StateRules(
    RuleBooks(header.BOOK, supplier.BOOK, deletion.BOOK, codes.BOOK)
)
"""The state rules of suppliers."""
