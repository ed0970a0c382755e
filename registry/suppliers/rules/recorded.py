"""A supplier on record as its state rules see it."""

from typing import Protocol, TypeAlias

from registry.records.rules import facts


class RecordedSupplier(facts.RecordFacts, Protocol):
    """A supplier as it stands in the Registry before the record that is judged."""

    @property
    def number(self) -> str:
        """BIN, IIN, or country and number abroad."""


SupplierFacts: TypeAlias = facts.Facts[RecordedSupplier, facts.RecordFacts]
"""What is known when a version of a supplier is judged."""
