"""The rule on a deletion and the moment of its forming (S216-A3.1i)."""

from collections.abc import Iterator
from datetime import datetime

from shared_contracts.messages.document import Deletion
from shared_contracts.rules.rule import Found, RuleBook, earlier, shown

FORMED = RuleBook()


@FORMED.rule("F-DEL-1")
def deleted_before_it_was_told(deletion: Deletion, formed_at: datetime) -> Iterator[Found]:
    """A deletion precedes the forming of the document that tells of it (S216-A3.1i)."""
    if earlier(formed_at, deletion.deleted_at):
        named = {"limit": shown(formed_at)}
        yield Found("/Deletion/DeletedAt", shown(deletion.deleted_at), named)
