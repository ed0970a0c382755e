"""Steps of a random history with protocols of the review, of the results, of a single source."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from sez.bid_lists.bid_list import FormedBidList
from sez.protocols import versions as protocols
from sez.protocols.protocol import SignedProtocol
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.bid_list import BID_LIST, Bid
from shared_contracts.messages.document import Ground
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    REVIEW_PROTOCOL,
    SINGLE_SOURCE_PROTOCOL,
    BidReview,
    LotResult,
    LotReview,
)
from tests import lists, protocol_samples
from tests.histories.bidding import bids
from tests.histories.history import WHY, History, Step


def reviewed(name: str, change: Callable[[list[Bid]], list[Bid]]) -> Callable[[History, UUID], Any]:
    """The review of the listed bids, after a change."""

    def step(play: History, purchase: UUID) -> Step:
        states = [play.state(BID_LIST, one) for one in play.of(BID_LIST)]
        own = [one.document for one in states if isinstance(one, FormedBidList)]
        there = [one for one in own if one.purchase_id == purchase]
        some = change(list(there[0].bids if there else bids(play, purchase, 4, "10.00")))
        at = play.now
        document = protocol_samples.review(
            purchase_id=purchase,
            protocol_date=at,
            opened_at=at,
            lot_reviews=tuple(lot_review(one, some) for one in play.standing(purchase).lots),
        )
        make = protocols.whole(REVIEW_PROTOCOL, document, WHY)
        return Step(name, REVIEW_PROTOCOL, play.some(REVIEW_PROTOCOL, purchase), make)

    return step


def other(bid: Bid) -> Bid:
    """The same bid under another id."""
    changed: Bid = lists.put(bid, bid_id=uuid7())
    return changed


def lot_review(number: int, some: list[Bid]) -> LotReview:
    """The review of a lot: all its bids are admitted, or it failed without any."""
    reviews = tuple(
        BidReview(
            bid_id=bid.bid_id,
            supplier=bid.supplier or lists.bidder(0),
            submitted_at=bid.submitted_at,
            price=bid.contents.price if bid.contents else Decimal("7.00"),
            decision="ADMITTED",
        )
        for bid in some
        if bid.lot_number == number
    )
    if reviews:
        return protocol_samples.lot_review(number, bid_count=len(reviews), bid_reviews=reviews)
    ground = Ground(code="NO_BIDS")
    return LotReview(lot_number=number, bid_count=0, decision="FAILED", failure_ground=ground)


def gone(object_type: str) -> Callable[[History, UUID], Step | None]:
    """The deletion of a protocol that is there."""

    def step(play: History, purchase: UUID) -> Step | None:
        protocol = play.some(object_type, purchase)
        if protocol not in play.objects:
            return None
        make = protocols.deletion(object_type, "Ошибка", play.now, "Бекова А. М.")
        return Step(f"{object_type} deleted", object_type, protocol, make)

    return step


def summed_up(name: str, *, rightly: bool) -> Callable[[History, UUID], Step | None]:
    """The results that follow from the review, or others."""

    def step(play: History, purchase: UUID) -> Step | None:
        review = play.some(REVIEW_PROTOCOL, purchase)
        stands = play.state(REVIEW_PROTOCOL, review)
        if not isinstance(stands, SignedProtocol):
            return None
        document = protocol_samples.results(
            purchase_id=purchase,
            review_protocol_id=review,
            protocol_date=play.now,
            lot_results=tuple(
                lot_result(lot, rightly=rightly) for lot in stands.document.lot_reviews
            ),
        )
        make = protocols.whole(RESULTS_PROTOCOL, document, WHY)
        return Step(name, RESULTS_PROTOCOL, play.some(RESULTS_PROTOCOL, purchase), make)

    return step


def lot_result(lot: LotReview, *, rightly: bool) -> LotResult:
    """The cheapest bid wins, or else the dearest; without bids the lot failed."""
    bids = sorted(lot.bid_reviews, key=lambda one: one.price, reverse=not rightly)
    places = [
        protocol_samples.ranked(place, bid, "0.00", str(bid.price))
        for place, bid in enumerate(bids, 1)
    ]
    if places:
        return protocol_samples.won(lot.lot_number, *places)
    number, ground = lot.lot_number, Ground(code="NO_BIDS")
    return LotResult(lot_number=number, outcome="FAILED", ground=ground)


def concluded(play: History, purchase: UUID) -> Step:
    """The protocol of a purchase from a single source."""
    conclusions = tuple(
        protocol_samples.conclusion(
            lot_number=lot.lot_number,
            contract_price=lot.amount,
            delivery_places=lot.delivery_places,
        )
        for lot in play.standing(purchase).purchase.lots
    )
    document = protocol_samples.single_source(
        purchase_id=purchase,
        protocol_date=play.now,
        ground=Ground(code="03"),
        lot_conclusions=conclusions,
    )
    make = protocols.whole(SINGLE_SOURCE_PROTOCOL, document, WHY)
    protocol = play.some(SINGLE_SOURCE_PROTOCOL, purchase)
    return Step("single source", SINGLE_SOURCE_PROTOCOL, protocol, make)
