"""A supplier on record as its state rules see it."""

from typing import Protocol, TypeAlias

from registry.records.rules import facts
from shared_contracts.rules.supplier import CardBefore


class RecordedSupplier(CardBefore, facts.RecordFacts, Protocol):
    """A supplier as it stands in the Registry before the record that is judged."""


SupplierFacts: TypeAlias = facts.Facts[RecordedSupplier, facts.RecordFacts]
"""What is known when a version of a supplier is judged."""
