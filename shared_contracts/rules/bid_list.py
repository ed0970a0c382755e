"""Rules for a list of bids by itself: complete, each bid once, opened together (S216-A3.1e)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from shared_contracts.messages.bid_list import Bid, BidList
from shared_contracts.rules.course import identifier
from shared_contracts.rules.rule import Found, RuleBook, earlier, placed, shown, unlike, wrong_time

BOOK = RuleBook()
"""Rules on the list alone."""

FORMED = RuleBook()
"""Rules on the list and the moment of its forming."""


@BOOK.rule("F-BID-1")
def bids_came_before_the_list(document: BidList) -> Iterator[Found]:
    """What is listed was submitted, and withdrawn, by the moment that the list tells of."""
    for place, bid in placed_bids(document):
        if earlier(document.as_of, bid.submitted_at):
            yield wrong_time(
                f"{place}/SubmittedAt", bid.submitted_at, "AFTER_THE_LIST", document.as_of
            )
        if bid.withdrawn_at is not None and earlier(document.as_of, bid.withdrawn_at):
            yield wrong_time(
                f"{place}/WithdrawnAt", bid.withdrawn_at, "AFTER_THE_LIST", document.as_of
            )
        if bid.withdrawn_at is not None and earlier(bid.withdrawn_at, bid.submitted_at):
            limit = bid.submitted_at
            yield wrong_time(f"{place}/WithdrawnAt", bid.withdrawn_at, "BEFORE_SUBMISSION", limit)


@BOOK.rule("F-BID-2")
def supplier_bids_once_for_a_lot(document: BidList) -> Iterator[Found]:
    """A supplier has one bid in force for a lot."""
    seen: set[tuple[int, str]] = set()
    for place, bid in placed_bids(document):
        if bid.supplier is None or bid.status != "SUBMITTED":
            continue
        key = bid.lot_number, identifier(bid.supplier)
        if key in seen:
            yield Found(f"{place}/Supplier", key[1], {"lot": str(bid.lot_number)})
        seen.add(key)


@BOOK.rule("F-BID-4")
def bidder_is_not_affiliated(document: BidList) -> Iterator[Found]:
    """A bidder that declares itself affiliated with the customer is pointed out."""
    for place, bid in placed_bids(document):
        if bid.contents is not None and bid.contents.affiliated:
            named = {"cause": "BIDDER_AFFILIATED"}
            yield Found(f"{place}/Contents/Affiliated", "true", named)


@BOOK.rule("F-BID-5")
def all_bids_are_there(document: BidList) -> Iterator[Found]:
    """As many bids are there as were declared, every version of each, once (S216-A2.1.2)."""
    if document.bid_count != len(document.bids):
        named = {"cause": "BID_COUNT", "expected": str(len(document.bids))}
        yield Found("/BidList/BidCount", str(document.bid_count), named)
    ordered = sorted(placed_bids(document), key=lambda one: (one[1].bid_id, one[1].version))
    for _, versions in groupby(ordered, key=lambda one: one[1].bid_id):
        yield from _of_one_bid(list(versions))


@BOOK.rule("F-BID-5")
def withdrawal_has_its_moment(document: BidList) -> Iterator[Found]:
    """A withdrawn bid says when it was withdrawn, others do not."""
    for place, bid in placed_bids(document):
        if (bid.status == "WITHDRAWN") is (bid.withdrawn_at is None):
            given = None if bid.withdrawn_at is None else shown(bid.withdrawn_at)
            yield unlike(f"{place}/WithdrawnAt", given, "WITHDRAWAL_MOMENT", bid.status)


@BOOK.rule("F-BID-5")
def all_bids_are_opened_together(document: BidList) -> Iterator[Found]:
    """Of a final list all bids in force are opened, or none; the opened name who bids."""
    opened = any(bid.contents is not None for bid in document.bids)
    for place, bid in placed_bids(document):
        in_force = bid.status == "SUBMITTED"
        if bid.contents is not None and not (document.final and in_force):
            yield unlike(f"{place}/Contents", None, "OPENED_WRONGLY", "—")
        if opened and in_force and bid.contents is None:
            yield unlike(f"{place}/Contents", None, "NOT_OPENED", "—")
        if opened and in_force and bid.supplier is None:
            yield unlike(f"{place}/Supplier", None, "BIDDER_HIDDEN", "—")


@BOOK.rule("F-CODE-2")
def currency_is_known(document: BidList, values: Mapping[str, Any]) -> Iterator[Found]:
    """The currency of a price is a code of ISO 4217 in use on the day."""
    for place, bid in placed_bids(document):
        if bid.contents is not None and bid.contents.currency not in values["codes"]:
            yield Found(f"{place}/Contents/Currency", bid.contents.currency)


@FORMED.rule("F-BID-1")
def list_tells_of_the_past(document: BidList, formed_at: datetime) -> Iterator[Found]:
    """A list tells of no moment after it was formed."""
    if earlier(formed_at, document.as_of):
        yield wrong_time("/BidList/AsOf", document.as_of, "AFTER_FORMING", formed_at)


def placed_bids(document: BidList) -> Iterator[tuple[str, Bid]]:
    """The bids of a list, each with its path."""
    return placed("/BidList/Bids/Bid", document.bids)


def _of_one_bid(versions: Sequence[tuple[str, Bid]]) -> Iterator[Found]:
    """Versions of a bid by their numbers: from 1 without gap, all but the last replaced."""
    first = versions[0][1]
    for number, (place, bid) in enumerate(versions, 1):
        if bid.version != number:
            yield unlike(f"{place}/Version", str(bid.version), "BID_VERSION", str(number))
        if bid.lot_number != first.lot_number:
            expected = str(first.lot_number)
            yield unlike(f"{place}/LotNumber", str(bid.lot_number), "BID_LOT", expected)
        if (number < len(versions)) is not (bid.status == "REPLACED"):
            expected = "REPLACED" if number < len(versions) else "SUBMITTED, WITHDRAWN"
            yield unlike(f"{place}/Status", bid.status, "BID_STATUS", expected)
