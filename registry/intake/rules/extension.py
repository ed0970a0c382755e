"""State rules for extensions and deletions (S216-A3.1c, S216-A3.1i)."""

from collections.abc import Iterator
from datetime import datetime

from registry.intake.rules.facts import Facts, Standing
from shared_contracts.messages.document import Deletion
from shared_contracts.messages.purchase import PurchaseExtension
from shared_contracts.rules.rule import Found, RuleBook, earlier, shown

BOOK = RuleBook()


@BOOK.rule("F-EXT-1")
def extended_while_bids_are_accepted(extension: PurchaseExtension, facts: Facts) -> Iterator[Found]:
    """An extension is formed while bids are accepted, and moves the present end."""
    current = facts.current
    if current is None:
        return
    late = [moment for moment in facts.moments if not accepting(current, moment)]
    if late:
        term = f"{_said(current.bids_from)} – {_said(current.bids_to)}"
        yield _found("OldBidsTo", shown(late[0]), "NOT_ACCEPTING", term)
    if extension.old_bids_to != current.bids_to:
        given = shown(extension.old_bids_to)
        yield _found("OldBidsTo", given, "NOT_CURRENT", _said(current.bids_to))
    if earlier(extension.new_bids_to, facts.moments[-1]):
        now = f"> {shown(facts.moments[-1])}"
        yield _found("NewBidsTo", shown(extension.new_bids_to), "IN_THE_PAST", now)


@BOOK.rule("F-EXT-1")
def opening_moves_along(extension: PurchaseExtension, facts: Facts) -> Iterator[Found]:
    """The opening is the present one, and does not precede the new end of bidding."""
    opening = None if facts.current is None else facts.current.opening_at
    old, new = extension.old_opening_at, extension.new_opening_at
    if facts.current is not None and old is not None and old != opening:
        yield _found("OldOpeningAt", shown(old), "NOT_CURRENT", _said(opening))
    if new is None and earlier(opening, extension.new_bids_to):
        least = f">= {shown(extension.new_bids_to)}"
        yield _found("NewOpeningAt", None, "OPENING_EARLY", least)


@BOOK.rule("F-DEL-1")
def deleted_before_it_was_told(deletion: Deletion, facts: Facts) -> Iterator[Found]:
    """A deletion precedes the forming of the document that tells of it (S216-A3.1i)."""
    if earlier(facts.formed_at, deletion.deleted_at):
        named = {"limit": shown(facts.formed_at)}
        yield Found("/Deletion/DeletedAt", shown(deletion.deleted_at), named)


def accepting(purchase: Standing, moment: datetime) -> bool:
    """Whether the purchase takes bids at ``moment``: from their start until before their end."""
    if purchase.status != "ANNOUNCED" or purchase.bids_from is None or purchase.bids_to is None:
        return False
    return purchase.bids_from <= moment < purchase.bids_to


def _said(moment: datetime | None) -> str:
    return "—" if moment is None else shown(moment)


def _found(field: str, value: str | None, cause: str, expected: str) -> Found:
    return Found(f"/PurchaseExtension/{field}", value, {"cause": cause, "expected": expected})
