"""Rules on a version against the history of its object, which both systems have."""

from collections.abc import Iterator
from datetime import datetime

from shared_contracts.messages.document import Amendable, Deletion
from shared_contracts.rules.act import path
from shared_contracts.rules.rule import Found, earlier, shown


def deleted_before_it_was_made(deletion: Deletion, first_formed_at: datetime) -> Iterator[Found]:
    """F-DEL-3: nothing is deleted before its first version was formed (S216-A3.1i)."""
    if earlier(deletion.deleted_at, first_formed_at):
        named = {"limit": shown(first_formed_at)}
        yield Found("/Deletion/DeletedAt", shown(deletion.deleted_at), named)


def other_conditions(document: Amendable, allowed: tuple[int, ...]) -> Iterator[Found]:
    """F-HDR-5: an object has conditions that its SEZ was given, and keeps them (S216-11c)."""
    given = document.act.conditions_version
    if given not in allowed:
        named = {"allowed": ", ".join(map(str, allowed))}
        yield Found(f"{path(document)}/ConditionsVersion", str(given), named)
