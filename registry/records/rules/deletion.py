"""State rules for deletions (S216-A3.1i)."""

from collections.abc import Iterator

from registry.records.rules.header import AnyFacts
from shared_contracts.messages.document import Deletion
from shared_contracts.rules.rule import Found, RuleBook, earlier, shown

BOOK = RuleBook()


@BOOK.rule("F-DEL-3")
def deleted_after_it_was_made(deletion: Deletion, facts: AnyFacts) -> Iterator[Found]:
    """Nothing is deleted before its first version was formed (S216-A3.1i)."""
    if facts.current is not None and earlier(deletion.deleted_at, facts.first_formed_at):
        named = {"limit": shown(facts.first_formed_at)}
        yield Found("/Deletion/DeletedAt", shown(deletion.deleted_at), named)
