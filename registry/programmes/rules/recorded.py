"""A programme on record as its state rules see it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol, TypeAlias

from registry.records.rules import facts
from shared_contracts.rules.programme_course import ProgrammeBefore


class RecordedProgramme(ProgrammeBefore, facts.RecordFacts, Protocol):
    """A programme as it stands in the Registry before the record that is judged."""

    @property
    def totals(self) -> Mapping[int, Decimal]:
        """What all items plan by year, in tenge without VAT."""


ProgrammeFacts: TypeAlias = facts.Facts[RecordedProgramme, RecordedProgramme]
"""What is known when a version of a programme is judged; its base is the medium-term one."""
