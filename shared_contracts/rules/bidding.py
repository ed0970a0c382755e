"""Rules for a list of bids against its purchase and the list before it (S216-A3.1e, S95-15.3).

Both systems ask them: the Registry of what is on record, the SEZ of its own before it signs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

import msgspec

from shared_contracts.messages.bid_list import Bid, BidList
from shared_contracts.messages.document import Deletion, Party
from shared_contracts.rules.bid_list import placed_bids
from shared_contracts.rules.course import PurchaseBefore, identifier
from shared_contracts.rules.rule import Found, RuleBook, RuleBooks, earlier, shown, wrong_time

KNOWN = RuleBook()
"""Rules on the list, its purchase and the list before; their one fact is a ``BiddingCourse``."""

ENDED = ("CANCELLED", "DELETED")
"""Statuses of a purchase whose bids are no longer listed."""

KEPT = (
    ("lot_number", "LotNumber"),
    ("supplier", "Supplier"),
    ("submitted_at", "SubmittedAt"),
    ("bid_hash", "BidHash"),
)
"""What a version of a bid keeps in every list, and its element."""


class KnownBid(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A version of a bid in the list before.

    ``supplier`` is a BIN or IIN, None while it is hidden; ``status`` is SUBMITTED, REPLACED or
    WITHDRAWN; ``bid_hash`` is SHA-256 of the sealed bid, ``price`` None while it is sealed.
    """

    bid_id: UUID
    version: int
    lot_number: int
    supplier: str | None = None
    submitted_at: datetime
    status: str
    bid_hash: str
    price: Decimal | None = None


def known_fields(bid: Bid) -> dict[str, Any]:
    """What is known of a bid once its list is signed, by the fields of ``KnownBid``."""
    return {
        "bid_id": bid.bid_id,
        "version": bid.version,
        "lot_number": bid.lot_number,
        "supplier": None if bid.supplier is None else identifier(bid.supplier),
        "submitted_at": bid.submitted_at,
        "status": bid.status,
        "bid_hash": bid.bid_hash,
        "price": None if bid.contents is None else bid.contents.price,
    }


class KnownList(Protocol):
    """The list of bids before the version that is judged."""

    @property
    def purchase_id(self) -> UUID:
        """The purchase that it names."""

    @property
    def as_of(self) -> datetime:
        """The moment that it tells of."""

    @property
    def final(self) -> bool:
        """Whether no bid can come any more."""

    @property
    def bids(self) -> Sequence[KnownBid]:
        """Its bids."""


class PurchaseWithBids(PurchaseBefore, Protocol):
    """A purchase whose bids are listed."""

    @property
    def bid_list_id(self) -> UUID | None:
        """The id of its list of bids."""

    @property
    def review_id(self) -> UUID | None:
        """The id of its review protocol."""


@dataclass(frozen=True, slots=True)
class BiddingCourse:
    """The purchase and the list before the version, and when that was formed.

    Where it has arrived, the first arrival is the other of ``moments``: a clock may be ahead.
    """

    purchase: PurchaseWithBids | None
    before: KnownList | None
    moments: Sequence[datetime]


@KNOWN.rule("F-BID-1")
def purchase_takes_bids(document: BidList, course: BiddingCourse) -> Iterator[Found]:
    """The list is of a purchase on record that takes bids, and final when bidding has ended."""
    purchase, value = course.purchase, str(document.purchase_id)
    if purchase is None:
        yield Found("/BidList/PurchaseId", value, {"cause": "LIST_PURCHASE_UNKNOWN", "limit": "—"})
    elif purchase.status in ENDED:
        yield Found("/BidList/PurchaseId", value, {"cause": "LIST_PURCHASE_ENDED", "limit": "—"})
    elif purchase.bids_to is None:
        yield Found("/BidList/PurchaseId", value, {"cause": "NO_BIDS_TAKEN", "limit": "—"})
    elif document.final and earlier(document.as_of, purchase.bids_to):
        yield wrong_time("/BidList/AsOf", document.as_of, "BIDDING_RUNS", purchase.bids_to)


@KNOWN.rule("F-BID-1")
def bids_came_while_they_were_taken(document: BidList, course: BiddingCourse) -> Iterator[Found]:
    """A bid is for a lot of the purchase; it came, and was withdrawn, while bids were taken."""
    purchase = course.purchase
    if purchase is None:
        return
    first, last = purchase.bids_from, purchase.bids_to
    for place, bid in placed_bids(document):
        if bid.lot_number not in purchase.lots:
            named = {"cause": "LOT_UNKNOWN", "limit": ", ".join(map(str, purchase.lots))}
            yield Found(f"{place}/LotNumber", str(bid.lot_number), named)
        if first is not None and earlier(bid.submitted_at, first):
            yield wrong_time(f"{place}/SubmittedAt", bid.submitted_at, "BEFORE_BIDDING", first)
        for name in ("submitted_at", "withdrawn_at"):
            moment = getattr(bid, name)
            if moment is not None and last is not None and earlier(last, moment):
                element = "SubmittedAt" if name == "submitted_at" else "WithdrawnAt"
                yield wrong_time(f"{place}/{element}", moment, "AFTER_BIDDING", last)


@KNOWN.rule("F-BID-3")
def bids_are_sealed_until_the_opening(document: BidList, course: BiddingCourse) -> Iterator[Found]:
    """What a bid offers is told after the opening, and never before; its price is not repeated."""
    purchase = course.purchase
    opening = None if purchase is None else purchase.opening_at or purchase.bids_to
    if opening is None or not earlier(min(course.moments), opening):
        return
    for place, bid in placed_bids(document):
        if bid.contents is not None:
            yield Found(f"{place}/Contents/Price", None, {"opening": shown(opening)})


@KNOWN.rule("F-BID-4")
def bidder_is_not_the_customer(document: BidList, course: BiddingCourse) -> Iterator[Found]:
    """A customer that bids in its own purchase is pointed out."""
    customer = None if course.purchase is None else course.purchase.customer
    for place, bid in placed_bids(document):
        number = _number(bid.supplier)
        if number is not None and number == customer:
            yield Found(f"{place}/Supplier", number, {"cause": "BIDDER_IS_CUSTOMER"})


@KNOWN.rule("F-BID-7")
def purchase_has_one_list(document: BidList, course: BiddingCourse) -> Iterator[Found]:
    """A purchase has one list of bids at a time, with all its versions (S216-A3.1e)."""
    listed = None if course.purchase is None else course.purchase.bid_list_id
    if listed not in {None, document.act.object_id}:
        named = {"listed": str(listed)}
        yield Found("/BidList/PurchaseId", str(document.purchase_id), named)


@KNOWN.rule("F-BID-8")
def reviewed_list_stays(document: BidList, course: BiddingCourse) -> Iterator[Found]:
    """A list on which the review of its bids rests is not changed."""
    purchase = course.purchase
    if purchase is not None and purchase.review_id is not None:
        named = {"status": purchase.status, "review": str(purchase.review_id)}
        yield Found("/BidList/Act/ObjectId", str(document.act.object_id), named)


@KNOWN.rule("F-DEL-2")
def review_is_deleted_first(deletion: Deletion, course: BiddingCourse) -> Iterator[Found]:
    """A list of bids is deleted after the review that rests on it (S216-A3.1i)."""
    purchase = course.purchase
    if purchase is not None and purchase.review_id is not None:
        named = {"status": purchase.status}
        yield Found("/Deletion/Act/ObjectId", str(deletion.act.object_id), named)


@KNOWN.rule("F-BID-6")
def list_goes_on(document: BidList, course: BiddingCourse) -> Iterator[Found]:
    """A list stays with its purchase, moves on in time, and once final stays so."""
    before = course.before
    if before is None:
        return
    if document.purchase_id != before.purchase_id:
        expected = str(before.purchase_id)
        yield _changed("/BidList/PurchaseId", str(document.purchase_id), "CHANGED", expected)
    if earlier(document.as_of, before.as_of):
        yield _changed("/BidList/AsOf", shown(document.as_of), "BACKWARDS", shown(before.as_of))
    if before.final and not document.final:
        yield _changed("/BidList/Final", "false", "FINAL_UNDONE", "true")


@KNOWN.rule("F-BID-6")
def known_bids_stay(document: BidList, course: BiddingCourse) -> Iterator[Found]:
    """No bid that was listed is left out or altered, and none is added to a final list."""
    before = course.before
    if before is None:
        return
    given = {(bid.bid_id, bid.version): (place, bid) for place, bid in placed_bids(document)}
    known = {(bid.bid_id, bid.version): bid for bid in before.bids}
    for key, listed in known.items():
        if key not in given:
            yield _changed("/BidList/Bids", None, "BID_DROPPED", f"{key[0]} {key[1]}")
        else:
            yield from _alterations(*given[key], listed, final=before.final)
    for key, (place, _) in given.items() if before.final else ():
        if key not in known:
            yield _changed(f"{place}/BidId", str(key[0]), "BID_ADDED", "—")


RULES = RuleBooks(KNOWN)
"""The rules on a list, its purchase and the list before it."""


def _alterations(place: str, bid: Bid, listed: KnownBid, *, final: bool) -> Iterator[Found]:
    for name, element in KEPT:
        kept, now = getattr(listed, name), getattr(bid, name)
        now = _number(now) if name == "supplier" else now
        if kept is not None and now != kept:
            told = None if now is None else shown(now)
            yield _changed(f"{place}/{element}", told, "CHANGED", shown(kept))
    if bid.status != listed.status and (final or listed.status != "SUBMITTED"):
        yield _changed(f"{place}/Status", bid.status, "CHANGED", listed.status)


def _number(supplier: Party | None) -> str | None:
    return None if supplier is None else identifier(supplier)


def _changed(path: str, value: str | None, cause: str, recorded: str) -> Found:
    return Found(path, value, {"cause": cause, "recorded": recorded})
