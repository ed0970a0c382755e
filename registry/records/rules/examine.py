"""The state rules of a kind, asked of a version of one of its objects."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from registry.records.rules.facts import Facts, RecordFacts
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.rules.generic import examine_values
from shared_contracts.rules.rule import RuleBooks, RuleEntry

C_contra = TypeVar("C_contra", bound=RecordFacts, contravariant=True)
B_contra = TypeVar("B_contra", bound=RecordFacts, contravariant=True)


@dataclass(frozen=True, slots=True)
class StateRules(Generic[C_contra, B_contra]):
    """Rules of a kind on what the Registry knows, judged at the moment of forming.

    Those in ``books`` are told the facts; those in ``next_version``, which the SEZ asks too, what
    ``course`` makes of the object on record and the moments at which a version must be lawful.
    Those in ``related`` are told what ``underlying`` makes of the facts: of the objects to which
    the version refers.
    """

    books: RuleBooks
    next_version: RuleBooks = RuleBooks()  # noqa: RUF009  # it is empty and never changes
    course: Callable[[C_contra, Sequence[datetime]], object] = lambda *_: None
    related: RuleBooks = RuleBooks()  # noqa: RUF009  # it is empty and never changes
    underlying: Callable[[Facts[C_contra, B_contra]], object] = lambda _: None

    @property
    def entries(self) -> tuple[RuleEntry, ...]:
        """All the rules."""
        return (*self.books.entries, *self.next_version.entries, *self.related.entries)

    def examine(self, document: Amendable, facts: Facts[C_contra, B_contra]) -> list[Breach]:
        """Every breach by the record's header of a generic rule, and by ``document`` of these.

        The record's number is written on each.
        """
        found = examine_values(facts.header, facts.received_at, facts.place("").strip("/"))
        found += self.books.examine(document, facts.formed_at, facts)
        if facts.current is not None:
            course = self.course(facts.current, facts.moments)
            found += self.next_version.examine(document, facts.formed_at, course)
        if self.related.entries:
            found += self.related.examine(document, facts.formed_at, self.underlying(facts))
        return [replace(breach, record=facts.number) for breach in found]
