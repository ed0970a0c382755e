"""Rules for a protocol of results against its purchase and the review (S216-9.4, S216-A3.1g, h).

The Registry asks them of what is on record, the SEZ of its own records before it has a protocol
signed.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from shared_contracts.messages.protocol import (
    BidReview,
    LotResult,
    LotReview,
    RankedBid,
    ResultsProtocol,
)
from shared_contracts.rules.announced_terms import LotTerms, PurchaseTerms
from shared_contracts.rules.catalogue import parameters
from shared_contracts.rules.course import identifier
from shared_contracts.rules.lots import CENT, EXACT
from shared_contracts.rules.protocol_course import Underlying, late, planned_for
from shared_contracts.rules.results import (
    WINNER,
    last_offers,
    placed_bids,
    placed_lots,
    placed_offers,
)
from shared_contracts.rules.review import ADMITTED
from shared_contracts.rules.rule import Found, RuleBook, day_of, earlier, shown, unlike, wrong_time
from shared_contracts.rules.standing import PurchaseStanding

BOOK = RuleBook()


class JudgedLot(NamedTuple):
    """A lot of the results: its path, what was reviewed, what was announced of it and of all."""

    path: str
    lot: LotResult
    review: LotReview
    terms: LotTerms
    announced: PurchaseTerms

    @property
    def admitted(self) -> Mapping[UUID, BidReview]:
        """The bids that the review admitted, by id."""
        return {bid.bid_id: bid for bid in self.review.bid_reviews if bid.decision == ADMITTED}

    @property
    def places(self) -> Iterator[tuple[str, RankedBid, BidReview]]:
        """The ranked bids that were admitted: path, bid, review."""
        admitted = self.admitted
        for path, bid in placed_bids(self.path, self.lot):
            if bid.bid_id in admitted:
                yield path, bid, admitted[bid.bid_id]


def judged(protocol: ResultsProtocol, rests_on: Underlying) -> Iterator[JudgedLot]:
    """The lots that the purchase has and the review decided; of the others F-PRT-1 tells."""
    if rests_on.purchase is None or rests_on.review is None:
        return
    reviews = {lot.lot_number: lot for lot in rests_on.review.lot_reviews}
    announced = rests_on.purchase.terms
    terms = {lot.lot_number: lot for lot in announced.lots}
    for path, lot in placed_lots(protocol):
        number = lot.lot_number
        if number in reviews and number in terms:
            yield JudgedLot(path, lot, reviews[number], terms[number], announced)


@BOOK.rule("F-PRT-2")
def drawn_up_after_the_review(protocol: ResultsProtocol, rests_on: Underlying) -> Iterator[Found]:
    """Results follow the review; no winner of an auction is named before its end."""
    limit = ready_at(protocol, rests_on)
    if limit is not None and earlier(protocol.protocol_date, limit):
        path, moment = "/ResultsProtocol/ProtocolDate", protocol.protocol_date
        yield wrong_time(path, moment, "PROTOCOL_EARLY", limit)


@BOOK.rule("F-PRT-12")
def summed_up_in_time(
    protocol: ResultsProtocol, rests_on: Underlying, values: Mapping[str, Any]
) -> Iterator[Found]:
    """Results are drawn up within some days of the review or the auction; an assumption."""
    yield from late(protocol, ready_at(protocol, rests_on), values["days"]["ResultsProtocol"])


@BOOK.rule("F-PRT-13")
def rests_on_the_review_on_record(
    protocol: ResultsProtocol, rests_on: Underlying
) -> Iterator[Found]:
    """Results rest on the review of their purchase, which is on record and stands."""
    purchase = rests_on.purchase
    if purchase is None:
        return
    if rests_on.review is None or purchase.review_id != protocol.review_protocol_id:
        cause = "REVIEW_MISSING" if purchase.review_id is None else "REVIEW_OTHER"
        path, given = "/ResultsProtocol/ReviewProtocolId", str(protocol.review_protocol_id)
        yield Found(path, given, {"cause": cause})


@BOOK.rule("F-PRT-13")
def ranks_what_was_admitted(protocol: ResultsProtocol, rests_on: Underlying) -> Iterator[Found]:
    """Of a lot that was won every admitted bid has its place, as it was reviewed, and no other."""
    for one in judged(protocol, rests_on):
        admitted, given = one.admitted, {bid.bid_id for bid in one.lot.ranked_bids}
        for path, bid in placed_bids(one.path, one.lot):
            yield from _other_than_reviewed(path, bid, admitted.get(bid.bid_id))
        if one.lot.outcome == WINNER or given:
            for bid_id in (bid_id for bid_id in admitted if bid_id not in given):
                path = f"{one.path}/RankedBids"
                yield Found(path, str(bid_id), {"cause": "BID_NOT_RANKED"})


@BOOK.rule("F-PRT-5")
def lot_fails_as_it_was_reviewed(
    protocol: ResultsProtocol, rests_on: Underlying, values: Mapping[str, Any]
) -> Iterator[Found]:
    """A lot that failed in the review has no winner; another fails for want of a second bid."""
    for one in judged(protocol, rests_on):
        failed, path = one.review.decision == "FAILED", f"{one.path}/Outcome"
        ground = None if one.lot.ground is None else one.lot.ground.code
        if failed and one.lot.outcome != "FAILED":
            yield Found(path, one.lot.outcome, {"cause": "LOT_FAILED_BEFORE"})
        alone = len(one.admitted) == 1 and ground == values["one_bid"]
        if one.lot.outcome == "FAILED" and not failed and not alone:
            yield Found(path, one.lot.outcome, {"cause": "LOT_WITH_BIDS"})


@BOOK.rule("F-PRT-6")
def discount_is_that_of_the_day(protocol: ResultsProtocol, rests_on: Underlying) -> Iterator[Found]:
    """A confirmed producer has the discount that the Code gives on the day of the protocol."""
    values = parameters("F-PRT-6", day_of(protocol.protocol_date))
    for one in judged(protocol, rests_on):
        for path, bid, review in one.places:
            expected = discount_of(review, one.terms, values)
            claimed = bid.discount_percent > 0 and not _confirmed(review)  # F-PRT-8 tells of it
            if bid.discount_percent != expected and not claimed:
                given, place = shown(bid.discount_percent), f"{path}/DiscountPercent"
                yield unlike(place, given, "DISCOUNT_PERCENT", shown(expected))


@BOOK.rule("F-PRT-8")
def discount_is_for_confirmed_producers(
    protocol: ResultsProtocol, rests_on: Underlying
) -> Iterator[Found]:
    """Only those have a discount whose status the review confirmed."""
    for one in judged(protocol, rests_on):
        for path, bid, review in one.places:
            if bid.discount_percent > 0 and not _confirmed(review):
                given = shown(bid.discount_percent)
                yield Found(f"{path}/DiscountPercent", given, {"cause": "NOT_CONFIRMED"})


@BOOK.rule("F-PRT-7")
def earlier_bid_wins_a_tie(protocol: ResultsProtocol, rests_on: Underlying) -> Iterator[Found]:
    """Of equal conditional prices the one that was offered first stands before the other."""
    for one in judged(protocol, rests_on):
        offers = last_offers(one.lot)
        before: tuple[Decimal, datetime] | None = None
        for path, bid, review in one.places:
            offer = offers.get(bid.bid_id)
            now = bid.conditional_price, offer.offered_at if offer else review.submitted_at
            if before is not None and now[0] == before[0] and earlier(now[1], before[1]):
                yield unlike(f"{path}/Place", str(bid.place), "PLACE_TIE", f"< {bid.place}")
            before = now


@BOOK.rule("F-PRT-10")
def auction_is_held_in_its_time(protocol: ResultsProtocol, rests_on: Underlying) -> Iterator[Found]:
    """Prices are offered in an auction, from its start to its end, and nowhere else."""
    purchase = rests_on.purchase
    if purchase is None:
        return
    for path, lot in placed_lots(protocol):
        for place, one in placed_offers(path, lot):
            if purchase.method != "EA":
                yield unlike(place, purchase.method, "AUCTION_NOT_HELD", "EA")
            elif _outside(one.offered_at, purchase):
                term = f"{_said(purchase.auction_from)} – {_said(purchase.auction_to)}"
                yield unlike(f"{place}/OfferedAt", shown(one.offered_at), "AUCTION_TIME", term)


@BOOK.rule("F-PRT-10")
def auction_keeps_its_step(protocol: ResultsProtocol, rests_on: Underlying) -> Iterator[Found]:
    """A bidder begins at the start or its own bid, the lower, and falls by at least the step."""
    for one in judged(protocol, rests_on):
        start, step = start_and_step(one.announced, one.terms)
        limits = {bid.bid_id: min(bid.price, start) for bid in one.admitted.values()}
        for path, offer in placed_offers(one.path, one.lot):
            limit = limits.get(offer.bid_id)
            if limit is not None and offer.price > limit:
                most = f"≤ {shown(limit)}"
                yield unlike(f"{path}/Price", shown(offer.price), "AUCTION_STEP", most)
            limits[offer.bid_id] = EXACT.subtract(offer.price, step)


@BOOK.rule("F-PRT-15")
def price_is_within_the_plan(protocol: ResultsProtocol, rests_on: Underlying) -> Iterator[Found]:
    """A contract price above the planned amount is explained."""
    for path, lot in placed_lots(protocol):
        planned, winner = planned_for(rests_on, lot.lot_number), lot.winner
        if planned is None or winner is None or winner.explanation is not None:
            continue
        if winner.contract_price > planned:
            given, named = shown(winner.contract_price), {"expected": shown(planned)}
            yield Found(f"{path}/Winner/ContractPrice", given, named)


def ready_at(protocol: ResultsProtocol, rests_on: Underlying) -> datetime | None:
    """From when on results can be drawn up: the review, or the end of the auction (reading R79).

    That counts where a lot is won, whether or not anybody offered less, or a price was offered.
    """
    decided = any(lot.outcome == WINNER or lot.auction_bids for lot in protocol.lot_results)
    if decided and rests_on.purchase is not None and rests_on.purchase.auction_to is not None:
        return rests_on.purchase.auction_to
    return None if rests_on.review is None else rests_on.review.protocol_date


def discount_of(bid: BidReview, lot: LotTerms, values: Mapping[str, Any]) -> Decimal:
    """By how much, in percent, the price of a bid for a lot is reduced: of a producer's (R77).

    ``subjects`` of ``values`` are those for which there is a discount; of them ``old_contracts``
    has it only if some contract on the subsoil precedes the day that it names.
    """
    if not _confirmed(bid) or lot.subject_type not in values["subjects"]:
        return Decimal(0)
    before = values.get("old_contracts", {}).get(lot.subject_type)
    if before is not None and not any(day < before for day in lot.contracts):
        return Decimal(0)
    return Decimal(values["percent"])


def start_and_step(terms: PurchaseTerms, lot: LotTerms) -> tuple[Decimal, Decimal]:
    """From which price a lot is reduced, and by how much at least (reading R79).

    Where there are several lots, each begins at its planned amount.
    """
    start = terms.auction_start_price if len(terms.lots) == 1 else None
    start = lot.amount if start is None else start
    if terms.step_amount is not None:
        return start, terms.step_amount
    percent = terms.step_percent or Decimal(0)
    step = EXACT.divide(EXACT.multiply(start, percent), Decimal(100))
    return start, EXACT.quantize(step, CENT)


def _other_than_reviewed(path: str, bid: RankedBid, known: BidReview | None) -> Iterator[Found]:
    if known is None:
        yield Found(f"{path}/BidId", str(bid.bid_id), {"cause": "BID_NOT_ADMITTED"})
    elif bid.price != known.price:
        yield Found(f"{path}/Price", shown(bid.price), {"cause": "BID_CHANGED"})
    elif identifier(bid.supplier) != identifier(known.supplier):
        yield Found(f"{path}/Supplier", identifier(bid.supplier), {"cause": "BID_CHANGED"})


def _outside(moment: datetime, purchase: PurchaseStanding) -> bool:
    return earlier(moment, purchase.auction_from) or earlier(purchase.auction_to, moment)


def _confirmed(review: BidReview) -> bool:
    return review.producer_status is not None and review.producer_status.confirmed


def _said(moment: datetime | None) -> str:
    return "—" if moment is None else shown(moment)
