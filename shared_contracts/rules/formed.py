"""Rules that hold a document's own times against the moment of its forming (S216-18.3).

They are judged by the forming, not by the arrival: a record that an outage held up stays lawful,
and is marked as late (reading R43).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from shared_contracts.messages.document import Amendable
from shared_contracts.messages.purchase import Purchase, PurchaseExtension, TenderDocumentation
from shared_contracts.messages.tags import tag
from shared_contracts.rules.documents import files
from shared_contracts.rules.hour import hour
from shared_contracts.rules.rule import Found, RuleBook, earlier, shifted, shown, wrong_time

BOOK = RuleBook()

TIMES: Mapping[type[Amendable], tuple[str, ...]] = {
    Purchase: ("bids_from", "bids_to", "opening_at", "auction_from", "auction_to"),
    PurchaseExtension: ("new_bids_to", "new_opening_at"),
}
"""The moments after the publication which a document sets."""


@BOOK.rule("F-PUR-20")
def published_when_it_was_formed(
    purchase: Purchase, formed_at: datetime, values: Mapping[str, Any]
) -> Iterator[Found]:
    """An announcement tells of a publication within the hour before it, or soon after it."""
    if purchase.act.version > 1 or formed_at.tzinfo is None:
        return
    least = shifted(formed_at, -hour(formed_at))
    most = shifted(formed_at, timedelta(days=values["publication_days"]))
    if earlier(purchase.published_at, least):
        yield wrong_time("/Purchase/PublishedAt", purchase.published_at, "PUBLISHED_EARLIER", least)
    if earlier(most, purchase.published_at):
        yield wrong_time("/Purchase/PublishedAt", purchase.published_at, "TOO_FAR", most)


@BOOK.rule("F-PUR-20")
def bidding_is_still_to_come(purchase: Purchase, formed_at: datetime) -> Iterator[Found]:
    """Nobody announces a purchase whose bidding is already over."""
    end, just_after = purchase.bids_to, shifted(formed_at, timedelta(microseconds=1))
    if purchase.act.version <= 1 and end is not None and earlier(end, just_after):
        yield wrong_time("/Purchase/BidsTo", end, "BIDDING_OVER", formed_at)


@BOOK.rule("F-PUR-20")
def times_are_within_reach(
    document: Purchase | PurchaseExtension, formed_at: datetime, values: Mapping[str, Any]
) -> Iterator[Found]:
    """No term ends so far away that only a slip of the pen explains it; an assumption."""
    most = shifted(formed_at, timedelta(days=values["term_days"]))
    for name in TIMES.get(type(document), ()):
        moment = getattr(document, name)
        if moment is not None and earlier(most, moment):
            yield wrong_time(f"/{type(document).__name__}/{tag(name)}", moment, "TOO_FAR", most)


@BOOK.rule("F-DOC-8")
def files_were_there(
    document: Purchase | TenderDocumentation, formed_at: datetime, values: Mapping[str, Any]
) -> Iterator[Found]:
    """A file was uploaded before the document that names it was formed, but for its clocks."""
    most = shifted(formed_at, timedelta(seconds=values["limit"]))
    for place, file in files(document):
        if earlier(most, file.uploaded_at):
            named = {"limit": shown(formed_at)}
            yield Found(f"{place}/UploadedAt", shown(file.uploaded_at), named)
