"""A purchase on record as its state rules see it."""

from collections.abc import Mapping
from typing import Protocol, TypeAlias

from registry.records.rules import facts
from shared_contracts.rules import course


class RecordedPurchase(course.PurchaseBefore, facts.RecordFacts, Protocol):
    """A purchase as it stands in the Registry before the record that is judged.

    ``files`` tells the SHA-256 of every version of a file it ever had, by ``documentId/version``.
    """

    @property
    def files(self) -> Mapping[str, str]:
        """SHA-256 of every file it ever had."""


PurchaseFacts: TypeAlias = facts.Facts[RecordedPurchase, RecordedPurchase]
"""What is known when a version of a purchase is judged; its base is a purchase too."""
