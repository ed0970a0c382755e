"""Rules for extensions and deletions (S216-A3.1c, S216-A3.1i)."""

from collections.abc import Iterator

from shared_contracts.messages.purchase import PurchaseExtension
from shared_contracts.rules.rule import Found, RuleBook, blank, earlier, shown

BOOK = RuleBook()


@BOOK.rule("F-EXT-1")
def extension_leads_later(extension: PurchaseExtension) -> Iterator[Found]:
    """Bidding ends later than before, the opening not before it, and the reason is given."""
    new, opening = extension.new_bids_to, extension.new_opening_at
    if not earlier(extension.old_bids_to, new):
        yield _found("NewBidsTo", "NOT_LATER", shown(new), f"> {shown(extension.old_bids_to)}")
    if opening is not None and earlier(opening, new):
        yield _found("NewOpeningAt", "OPENING_EARLY", shown(opening), f">= {shown(new)}")
    if blank(extension.act.reason):
        yield _found("Act/Reason", "REASON_MISSING", None, "—")


def _found(field: str, cause: str, value: str | None, expected: str) -> Found:
    return Found(f"/PurchaseExtension/{field}", value, {"cause": cause, "expected": expected})
