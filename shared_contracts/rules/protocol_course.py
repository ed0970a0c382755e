"""Rules for any protocol against its purchase, as both systems know it (S216-9.2-4, S216-A3.1g, h).

The Registry asks them of what is on record, the SEZ of its own records before it has a protocol
signed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared_contracts.messages.document import Deletion
from shared_contracts.messages.protocol import (
    REVIEW_PROTOCOL,
    BidReview,
    PurchaseProtocol,
    ResultsProtocol,
    ReviewProtocol,
    SingleSourceProtocol,
)
from shared_contracts.rules.bidding import KnownBid, KnownList
from shared_contracts.rules.course import identifier
from shared_contracts.rules.rule import Found, RuleBook, earlier, placed, shifted, shown
from shared_contracts.rules.standing import PurchaseStanding, ReviewStanding

BOOK = RuleBook()

MOST_NAMED = 10
"""Most bids that a finding names as missing."""

LOTS: Mapping[type[PurchaseProtocol], tuple[str, str]] = {
    ReviewProtocol: ("lot_reviews", "LotReviews/LotReview"),
    ResultsProtocol: ("lot_results", "LotResults/LotResult"),
    SingleSourceProtocol: ("lot_conclusions", "LotConclusions/LotConclusion"),
}
"""In which field each protocol goes through the lots, and the path of one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolBefore:
    """The protocol before the version that is judged: its purchase, and who signed it, by IIN."""

    purchase_id: UUID
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Underlying:
    """What a protocol rests on: its purchase, the bids and review of that, its version before.

    The first of ``moments`` is the forming; of a late record the arrival follows. ``arrived_at`` is
    the first arrival, None where the protocol has not left: a clock may be ahead.
    """

    purchase: PurchaseStanding | None
    before: ProtocolBefore | None
    review: ReviewStanding | None = None
    moments: Sequence[datetime]
    bids: KnownList | None = None
    arrived_at: datetime | None = None


NOT_DELETED = ("ANNOUNCED", "REVIEWED", "SUMMED_UP", "FAILED", "CANCELLED")
"""What a purchase may be whose protocol is changed."""


@BOOK.rule("F-PRT-1")
def purchase_is_on_record(
    protocol: PurchaseProtocol, rests_on: Underlying, values: Mapping[str, Any]
) -> Iterator[Found]:
    """A protocol is drawn up on a purchase on record, of its method, that runs."""
    root, purchase = type(protocol).__name__, rests_on.purchase
    before = rests_on.before
    if before is not None and protocol.purchase_id != before.purchase_id:
        named = {"cause": "PURCHASE_OTHER", "expected": str(before.purchase_id)}
        yield Found(f"/{root}/PurchaseId", str(protocol.purchase_id), named)
    if purchase is None:
        named = {"cause": "PURCHASE_UNKNOWN", "expected": "—"}
        yield Found(f"/{root}/PurchaseId", str(protocol.purchase_id), named)
        return
    methods, statuses = values["methods"][root], values["statuses"][root]
    if purchase.method not in methods:
        named = {"cause": "PURCHASE_METHOD", "expected": ", ".join(methods)}
        yield Found(f"/{root}/PurchaseId", purchase.method, named)
    elif purchase.status not in (expected := statuses if before is None else NOT_DELETED):
        named = {"cause": "PURCHASE_STAGE", "expected": ", ".join(expected)}
        yield Found(f"/{root}/PurchaseId", purchase.status, named)
    if not 1 <= protocol.purchase_version <= purchase.version:
        named = {"cause": "PURCHASE_VERSION", "expected": f"1 … {purchase.version}"}
        yield Found(f"/{root}/PurchaseVersion", str(protocol.purchase_version), named)


@BOOK.rule("F-PRT-1")
def every_lot_once(protocol: PurchaseProtocol, rests_on: Underlying) -> Iterator[Found]:
    """A protocol goes through every lot of its purchase once, and through no other."""
    if rests_on.purchase is None:
        return
    field, path = LOTS[type(protocol)]
    given = [lot.lot_number for lot in getattr(protocol, field)]
    known = rests_on.purchase.lots
    for number, lot in enumerate(given, 1):
        if lot not in known or lot in given[: number - 1]:
            cause = "LOT_TWICE" if lot in known else "LOT_FOREIGN"
            named = {"cause": cause, "expected": ", ".join(map(str, known))}
            yield Found(f"/{type(protocol).__name__}/{path}[{number}]/LotNumber", str(lot), named)
    if missing := [lot for lot in known if lot not in given]:
        wrapper = path.partition("/")[0]
        named = {"cause": "LOT_MISSING", "expected": ", ".join(map(str, missing))}
        said = ", ".join(map(str, given))
        yield Found(f"/{type(protocol).__name__}/{wrapper}", said, named)


@BOOK.rule("F-PRT-2")
def drawn_up_after_the_announcement(
    protocol: SingleSourceProtocol, rests_on: Underlying
) -> Iterator[Found]:
    """A single source is concluded when the purchase was published."""
    purchase = rests_on.purchase
    if purchase is not None and earlier(protocol.protocol_date, purchase.published_at):
        named = {"cause": "PROTOCOL_EARLY", "limit": shown(purchase.published_at)}
        path = "/SingleSourceProtocol/ProtocolDate"
        yield Found(path, shown(protocol.protocol_date), named)


@BOOK.rule("F-PRT-2")
def reviewed_after_the_opening(protocol: ReviewProtocol, rests_on: Underlying) -> Iterator[Found]:
    """Bids are opened when that is due, and reviewed after it."""
    purchase = rests_on.purchase
    due = None if purchase is None else purchase.opening_at or purchase.bids_to
    for name, moment, limit in (
        ("OpenedAt", protocol.opened_at, due),
        ("ProtocolDate", protocol.protocol_date, protocol.opened_at),
    ):
        if limit is not None and earlier(moment, limit):
            named = {"cause": "PROTOCOL_EARLY", "limit": shown(limit)}
            yield Found(f"/ReviewProtocol/{name}", shown(moment), named)


@BOOK.rule("F-PRT-2")
def arrived_after_the_opening(protocol: ReviewProtocol, rests_on: Underlying) -> Iterator[Found]:
    """A review that comes before the opening tells of sealed bids, whatever moment it states."""
    purchase = rests_on.purchase
    due = None if purchase is None else purchase.opening_at or purchase.bids_to
    if (
        due is not None
        and earlier(rests_on.arrived_at, due)
        and not earlier(protocol.opened_at, due)
    ):
        named = {"cause": "PROTOCOL_EARLY", "limit": shown(due)}
        yield Found("/ReviewProtocol/OpenedAt", shown(protocol.opened_at), named)


@BOOK.rule("F-PRT-3")
def reviewed_bids_are_the_listed(protocol: ReviewProtocol, rests_on: Underlying) -> Iterator[Found]:
    """A review goes through the bids in force of the final list, and no others (S216-9.2)."""
    if rests_on.purchase is None:
        return
    if rests_on.bids is None or not rests_on.bids.final:
        named = {"cause": "LIST_NOT_FINAL", "expected": "—"}
        yield Found("/ReviewProtocol/PurchaseId", str(protocol.purchase_id), named)
        return
    listed = {bid.bid_id: bid for bid in rests_on.bids.bids if bid.status == "SUBMITTED"}
    reviewed = set()
    for path, lot in placed("/ReviewProtocol/LotReviews/LotReview", protocol.lot_reviews):
        for place, bid in placed(f"{path}/BidReviews/BidReview", lot.bid_reviews):
            reviewed.add(bid.bid_id)
            if bid.bid_id in listed:
                yield from _departures(place, bid, lot.lot_number, listed[bid.bid_id])
            else:
                named = {"cause": "BID_FOREIGN", "expected": "—"}
                yield Found(f"{place}/BidId", str(bid.bid_id), named)
    if missing := sorted(str(one) for one in listed.keys() - reviewed):
        named = {"cause": "BID_MISSING", "expected": ", ".join(missing[:MOST_NAMED])}
        yield Found("/ReviewProtocol/LotReviews", None, named)


def _departures(place: str, bid: BidReview, lot: int, listed: KnownBid) -> Iterator[Found]:
    """What a review says of a bid otherwise than the list; what that hides is not compared."""
    for element, said, known in (
        ("BidId", lot, listed.lot_number),
        ("Supplier", identifier(bid.supplier), listed.supplier),
        ("SubmittedAt", bid.submitted_at, listed.submitted_at),
        ("Price", bid.price, listed.price),
    ):
        if known is not None and said != known:
            cause = "BID_OF_OTHER_LOT" if element == "BidId" else "BID_OTHERWISE"
            value = str(bid.bid_id) if element == "BidId" else shown(said)
            yield Found(f"{place}/{element}", value, {"cause": cause, "expected": shown(known)})


@BOOK.rule("F-PRT-12")
def reviewed_in_time(
    protocol: ReviewProtocol, rests_on: Underlying, values: Mapping[str, Any]
) -> Iterator[Found]:
    """Bids are reviewed within some days of their opening; an assumption."""
    if rests_on.purchase is not None:
        since = rests_on.purchase.opening_at or rests_on.purchase.bids_to
        yield from late(protocol, since, values["days"]["ReviewProtocol"])


@BOOK.rule("F-PRT-13")
def results_rest_on_the_review(_protocol: ReviewProtocol, rests_on: Underlying) -> Iterator[Found]:
    """A review is not amended once the results rest on it."""
    purchase = rests_on.purchase
    if rests_on.before is not None and purchase is not None and purchase.results_id is not None:
        named = {"cause": "RESULTS_DRAWN"}
        yield Found("/ReviewProtocol/Act/ObjectId", str(purchase.results_id), named)


@BOOK.rule("F-DEL-2")
def results_are_deleted_first(deletion: Deletion, rests_on: Underlying) -> Iterator[Found]:
    """A review is deleted after the results that rest on it (S216-A3.1i)."""
    purchase, of = rests_on.purchase, deletion.act.object_type
    if of == REVIEW_PROTOCOL and purchase is not None and purchase.results_id is not None:
        named = {"status": purchase.status}
        yield Found("/Deletion/Act/ObjectId", str(deletion.act.object_id), named)


@BOOK.rule("F-PRT-11")
def ground_is_the_announced(
    protocol: SingleSourceProtocol, rests_on: Underlying
) -> Iterator[Found]:
    """The ground of the protocol is the one that was announced."""
    purchase = rests_on.purchase
    if purchase is not None and protocol.ground.code != purchase.terms.ground:
        named = {"cause": "GROUND_OTHER", "expected": purchase.terms.ground or "—"}
        yield Found("/SingleSourceProtocol/Ground/Code", protocol.ground.code, named)


@BOOK.rule("F-PRT-12")
def drawn_up_in_time(
    protocol: SingleSourceProtocol, rests_on: Underlying, values: Mapping[str, Any]
) -> Iterator[Found]:
    """A single source is concluded within some days of its publication; an assumption."""
    if rests_on.purchase is not None:
        since = rests_on.purchase.published_at
        yield from late(protocol, since, values["days"]["SingleSourceProtocol"])


@BOOK.rule("F-PRT-14")
def commission_stays(protocol: PurchaseProtocol, rests_on: Underlying) -> Iterator[Found]:
    """A protocol is amended by those who signed it."""
    before, given = rests_on.before, {member.iin for member in protocol.members}
    if before is not None and given != set(before.members):
        named = {"cause": "MEMBERS_CHANGED"}
        path = f"/{type(protocol).__name__}/Members"
        yield Found(path, ", ".join(sorted(given)), named)


@BOOK.rule("F-PRT-15")
def price_is_within_the_plan(
    protocol: SingleSourceProtocol, rests_on: Underlying
) -> Iterator[Found]:
    """A contract price above the planned amount is explained."""
    for number, lot in enumerate(protocol.lot_conclusions, 1):
        planned = planned_for(rests_on, lot.lot_number)
        if planned is not None and lot.contract_price > planned and lot.explanation is None:
            path = f"/SingleSourceProtocol/LotConclusions/LotConclusion[{number}]/ContractPrice"
            yield Found(path, shown(lot.contract_price), {"expected": shown(planned)})


def planned_for(rests_on: Underlying, lot_number: int) -> Decimal | None:
    """The planned amount of a lot of the purchase."""
    if rests_on.purchase is None:
        return None
    found = (lot for lot in rests_on.purchase.terms.lots if lot.lot_number == lot_number)
    return next((lot.amount for lot in found), None)


def late(protocol: PurchaseProtocol, since: datetime | None, days: int) -> Iterator[Found]:
    """That a protocol was drawn up more than ``days`` calendar days after a moment."""
    if since is None:
        return
    end = shifted(since, timedelta(days=days))
    if earlier(end, protocol.protocol_date):
        path = f"/{type(protocol).__name__}/ProtocolDate"
        named = {"days": str(days), "limit": shown(end)}
        yield Found(path, shown(protocol.protocol_date), named)
