"""Records of protocols of results that break a state rule, one for each way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from shared_contracts.messages.document import Ground
from shared_contracts.messages.protocol import (
    AuctionBid,
    BidReview,
    RankedBid,
    ResultsProtocol,
    ReviewProtocol,
)
from tests import protocol_samples, samples
from tests.protocol_samples import HELD, bid, lot_review, ranked, won
from tests.registry.records.rules.broken import DAY, Broken, facts, put
from tests.registry.records.rules.broken_protocols import (
    RESULTS,
    REVIEW,
    REVIEWED,
    of,
    standing,
)
from tests.samples import AT

AUCTION = protocol_samples.auction_results()
AUCTION_REVIEW = protocol_samples.auction_review()
AUCTIONED = standing(
    samples.purchase_auction(
        AT - 20 * DAY, auction_from=HELD, auction_to=HELD + timedelta(minutes=30)
    ),
    status="REVIEWED",
    review_id=protocol_samples.REVIEW_ID,
    auction_from=HELD,
    auction_to=HELD + timedelta(minutes=30),
)
LOT = "/ResultsProtocol/LotResults/LotResult"
DISCOUNT = Decimal("20.00")


def reviewed(*bids: BidReview, **changes: Any) -> ReviewProtocol:
    """The review with its second lot changed."""
    return put(REVIEW, lot_reviews=(REVIEW.lot_reviews[0], lot_review(2, *bids, **changes)))


def with_second(*bids: RankedBid, **changes: Any) -> ResultsProtocol:
    """The results with their second lot changed."""
    return put(RESULTS, lot_results=(RESULTS.lot_results[0], won(2, *bids, **changes)))


def judged(
    rule: str,
    protocol: ResultsProtocol,
    path: str,
    value: str | None,
    review: ReviewProtocol = REVIEW,
) -> Broken:
    """A breach by the results of the tender against its review."""
    return Broken(
        rule, protocol, facts(protocol, **of(REVIEWED, review=review)), f"{LOT}{path}", value
    )


def broken() -> Iterator[Broken]:
    """The whole table."""
    yield from of_review()
    yield from of_outcomes()
    yield from of_bids()
    yield from of_discounts()
    yield from of_auction()


def of_review() -> Iterator[Broken]:
    """The review on which results rest."""
    path, given = "/ResultsProtocol/ReviewProtocolId", str(RESULTS.review_protocol_id)
    for review_id in (None, samples.BASE_ID):
        other = facts(RESULTS, **of(replace(REVIEWED, review_id=review_id)))
        yield Broken("F-PRT-13", RESULTS, other, path, given)
    soon = put(REVIEW, protocol_date=AT + timedelta(minutes=1))
    early = facts(RESULTS, **of(REVIEWED, review=soon))
    yield Broken("F-PRT-2", RESULTS, early, "/ResultsProtocol/ProtocolDate", AT.isoformat())


def of_outcomes() -> Iterator[Broken]:
    """Lots that failed in the review, and others that did not."""
    failed = reviewed(decision="FAILED", failure_ground=Ground(code="NO_BIDS"))
    lost = {"outcome": "CANCELLED", "ground": Ground(code="OTHER"), "winner": None}
    bare = with_second(*RESULTS.lot_results[1].ranked_bids, **lost, ranked_bids=())
    yield judged("F-PRT-5", bare, "[2]/Outcome", "CANCELLED", failed)
    for code in ("NO_BIDS", "ONE_BID"):
        given = put(bare.lot_results[1], outcome="FAILED", ground=Ground(code=code))
        two = put(RESULTS, lot_results=(RESULTS.lot_results[0], given))
        yield judged("F-PRT-5", two, "[2]/Outcome", "FAILED")


def of_bids() -> Iterator[Broken]:
    """Bids that were not admitted, are left out, or were reviewed otherwise."""
    first, second = RESULTS.lot_results[1].ranked_bids
    bids = "[2]/RankedBids/RankedBid"
    rejected = bid(3, "120000000.00", decision="REJECTED", rejection_grounds=(Ground(code="LATE"),))
    review = reviewed(REVIEW.lot_reviews[1].bid_reviews[0], rejected)
    yield judged("F-PRT-13", RESULTS, f"{bids}[2]/BidId", str(second.bid_id), review)
    alone = with_second(first)
    yield judged("F-PRT-13", alone, "[2]/RankedBids", str(second.bid_id))
    price = Decimal("119000000.00")
    cheap = with_second(first, put(second, price=price, conditional_price=price))
    yield judged("F-PRT-13", cheap, f"{bids}[2]/Price", "119000000.00")
    other = with_second(first, put(second, supplier=first.supplier))
    yield judged("F-PRT-13", other, f"{bids}[2]/Supplier", protocol_samples.SUPPLIER_BIN)
    dear = bid(2, "150000000.00", producer_status=protocol_samples.producer())
    over = with_second(ranked(1, dear, "20.00", "120000000.00"), put(second, place=2))
    review = reviewed(dear, REVIEW.lot_reviews[1].bid_reviews[1])
    yield judged("F-PRT-15", over, "[2]/Winner/ContractPrice", "150000000.00", review)


def of_discounts() -> Iterator[Broken]:
    """Discounts that the Code does not give, or that are not applied; ties."""
    first, second = RESULTS.lot_results[1].ranked_bids
    bids = "[2]/RankedBids/RankedBid"
    plain = put(first, discount_percent=Decimal(0), conditional_price=first.price, place=2)
    none = with_second(put(second, place=1), plain)
    yield judged("F-PRT-6", none, f"{bids}[2]/DiscountPercent", "0")
    reduced = put(second, discount_percent=DISCOUNT, conditional_price=Decimal("96000000.00"))
    free = with_second(put(reduced, place=1), put(first, place=2))
    yield judged("F-PRT-8", free, f"{bids}[1]/DiscountPercent", "20.00")
    equal = bid(3, "112000000.00", submitted_at=AT - 2 * DAY)
    tie = with_second(first, ranked(2, equal, "0.00", "112000000.00"))
    review = reviewed(REVIEW.lot_reviews[1].bid_reviews[0], equal)
    yield judged("F-PRT-7", tie, f"{bids}[2]/Place", "2", review)


def offered(*offers: AuctionBid) -> ResultsProtocol:
    """The results of the auction with another course, the last prices of which stay."""
    [lot] = AUCTION.lot_results
    return put(AUCTION, lot_results=(put(lot, auction_bids=offers),))


def of_auction() -> Iterator[Broken]:
    """When prices are offered, from where, and by which step."""
    path, offers = f"{LOT}[1]/AuctionBids/AuctionBid", AUCTION.lot_results[0].auction_bids
    soon = offered(put(offers[0], offered_at=HELD - timedelta(minutes=1)), *offers[1:])
    late = offered(*offers[:3], put(offers[3], offered_at=HELD + timedelta(minutes=31)))
    start = offered(put(offers[0], price=Decimal("96000000.01")), *offers[1:])
    step = offered(offers[0], put(offers[1], price=Decimal("81447499.99")), *offers[2:])
    for protocol, place, value in (
        (soon, "[1]/OfferedAt", (HELD - timedelta(minutes=1)).isoformat()),
        (late, "[4]/OfferedAt", (HELD + timedelta(minutes=31)).isoformat()),
        (start, "[1]/Price", "96000000.01"),
        (step, "[3]/Price", "80000000.00"),
    ):
        known = facts(protocol, **of(AUCTIONED, review=AUCTION_REVIEW))
        yield Broken("F-PRT-10", protocol, known, f"{path}{place}", value)
    tender = facts(AUCTION, **of(replace(AUCTIONED, method="OT"), review=AUCTION_REVIEW))
    yield Broken("F-PRT-10", AUCTION, tender, f"{path}[1]", "OT")
    soon = put(AUCTION, protocol_date=HELD + timedelta(minutes=29))
    known = facts(soon, **of(AUCTIONED, review=AUCTION_REVIEW))
    moment = soon.protocol_date.isoformat()
    yield Broken("F-PRT-2", soon, known, "/ResultsProtocol/ProtocolDate", moment)


BROKEN: tuple[Broken, ...] = tuple(broken())
