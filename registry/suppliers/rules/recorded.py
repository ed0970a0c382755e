"""A supplier on record as its state rules see it, and what is recalled for a card."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias
from uuid import UUID

from registry.records.rules import facts
from registry.suppliers.query import AnsweredQuery, OfferedCard


class RecordedSupplier(facts.RecordFacts, Protocol):
    """A supplier as it stands in the Registry before the record that is judged."""

    @property
    def number(self) -> str:
        """BIN, IIN, or country and number abroad."""


SupplierFacts: TypeAlias = facts.Facts[RecordedSupplier, facts.RecordFacts]
"""What is known when a version of a supplier is judged."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is looked up once for a card: who holds its number, and the query it was chosen by."""

    holders: Mapping[str, str]
    query: AnsweredQuery | None = None

    def offered(self, registry_id: UUID) -> OfferedCard | None:
        """The card of that identifier in the list of the answer."""
        listed = self.query.offered if self.query else ()
        return next((one for one in listed if one.registry_id == registry_id), None)
