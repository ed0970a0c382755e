"""State rules for deletions (S216-A3.1i)."""

from collections.abc import Iterator

from registry.records.rules.header import AnyFacts
from shared_contracts.messages.document import Deletion
from shared_contracts.rules.object_history import deleted_before_it_was_made
from shared_contracts.rules.rule import Found, RuleBook

BOOK = RuleBook()


@BOOK.rule("F-DEL-3")
def deleted_after_it_was_made(deletion: Deletion, facts: AnyFacts) -> Iterator[Found]:
    """Nothing is deleted before its first version was formed (S216-A3.1i)."""
    if facts.current is not None:
        yield from deleted_before_it_was_made(deletion, facts.first_formed_at)
