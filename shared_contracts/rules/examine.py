"""All that can be said of a document from itself alone, before it is signed or when it came."""

from dataclasses import dataclass
from datetime import datetime

from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.rules import act, deletion
from shared_contracts.rules.generic import examine_values
from shared_contracts.rules.rule import RuleBook, RuleBooks, RuleEntry


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules on the documents of a kind, and those on documents and the moment of their forming.

    Those on the act of every document and on every deletion are among them; those on values are
    ``generic``.
    """

    alone: RuleBooks
    formed: RuleBooks

    @classmethod
    def of(cls, *books: RuleBook, formed: tuple[RuleBook, ...] = ()) -> "Rules":
        """The rules of these books, asked in their order after those on the act."""
        return cls(RuleBooks(act.BOOK, *books), RuleBooks(deletion.FORMED, *formed))

    @property
    def entries(self) -> tuple[RuleEntry, ...]:
        """All the rules."""
        return (*self.alone.entries, *self.formed.entries)

    def examine(self, document: Amendable, at: datetime) -> list[Breach]:
        """Every breach by the document of a rule in force at ``at``, the moment of forming."""
        return [*self.alone.examine(document, at), *self.formed.examine(document, at, at)]


def examine_document(document: Amendable, at: datetime) -> list[Breach]:
    """Every breach of a rule in force at ``at`` (the moment of forming) by the document alone."""
    return examine_values(document, at) + kind_of(document).rules.examine(document, at)
