"""A programme on record as its state rules see it."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Protocol, TypeAlias

from registry.records.rules import facts


class RecordedProgramme(facts.RecordFacts, Protocol):
    """A programme as it stands in the Registry before the record that is judged."""

    @property
    def kind(self) -> str:
        """ANNUAL or MEDIUM_TERM."""

    @property
    def year_from(self) -> int:
        """Its first year."""

    @property
    def year_to(self) -> int:
        """Its last year."""

    @property
    def subsoil_user(self) -> str:
        """BIN or IIN of the subsoil user."""

    @property
    def removed(self) -> Collection[str]:
        """Numbers of items that an earlier version left out."""

    @property
    def totals(self) -> Mapping[int, Decimal]:
        """What all items plan by year, in tenge without VAT."""


ProgrammeFacts: TypeAlias = facts.Facts[RecordedProgramme, RecordedProgramme]
"""What is known when a version of a programme is judged; its base is the medium-term one."""
