"""Protocols that break a rule by themselves, one for each rule."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

from shared_contracts.messages.document import Ground
from shared_contracts.messages.protocol import (
    BidReview,
    PurchaseProtocol,
    ResultsProtocol,
    ReviewProtocol,
)
from tests import protocol_samples as samples
from tests.protocol_samples import MEMBERS
from tests.samples import AT
from tests.shared_contracts.rules.broken import Broken, of_any, put

P = TypeVar("P", bound=PurchaseProtocol)

SS = samples.single_source()
REVIEW = samples.review()
RESULTS = samples.results()
AUCTION = samples.auction_results()
LOT = "/ResultsProtocol/LotResults/LotResult"


def broken() -> Iterator[Broken]:
    """The whole table."""
    for protocol in (SS, REVIEW, RESULTS):
        yield from of_any(protocol)
        yield from of_commission(protocol)
    yield from of_single_source()
    yield from of_review()
    yield from of_producers()
    yield from of_results()
    yield from of_places()
    yield from of_auction()


def of_commission(protocol: PurchaseProtocol) -> Iterator[Broken]:
    """Who signs, and when it was drawn up."""
    root = f"/{type(protocol).__name__}"
    chair, member = MEMBERS
    for members, count in (((chair,), "1"), ((put(chair, role="SOLE"), member), "2")):
        yield Broken("F-PRT-14", put(protocol, members=members), f"{root}/Members", count)
    twice = put(protocol, members=(chair, member, put(member, role="SECRETARY")))
    yield Broken("F-PRT-14", twice, f"{root}/Members/Member[3]/Iin", member.iin)
    nameless = put(protocol, members=(chair, put(member, name=" ")))
    yield Broken("F-PRT-14", nameless, f"{root}/Members/Member[2]/Name", " ")
    later = AT + timedelta(minutes=1)
    ahead = put(protocol, protocol_date=later)
    yield Broken("F-PRT-2", ahead, f"{root}/ProtocolDate", later.isoformat())
    role = put(protocol, members=(chair, put(member, role="GUEST")))
    yield Broken("F-CODE-1", role, f"{root}/Members/Member[2]/Role", "GUEST")


def of_single_source() -> Iterator[Broken]:
    """From whom is bought."""
    path = "/SingleSourceProtocol/LotConclusions/LotConclusion[1]"
    for changes, value in (
        ({"bin": None}, None),
        ({"foreign_id": "DE123"}, f"{samples.SUPPLIER_BIN}, DE123"),
    ):
        lot = samples.conclusion(supplier=samples.supplier(**changes))
        named = put(SS, lot_conclusions=(lot,))
        yield Broken("F-PRT-11", named, f"{path}/Supplier", value)
    free = put(SS, lot_conclusions=(samples.conclusion(contract_price=0 * lot.contract_price),))
    yield Broken("F-NUM-1", free, f"{path}/ContractPrice", "0.00")


def second_lot(*bids: BidReview, **changes: Any) -> ReviewProtocol:
    """The review with its second lot changed."""
    lots = REVIEW.lot_reviews[0], samples.lot_review(2, *bids, **changes)
    return put(REVIEW, lot_reviews=lots)


def of_review() -> Iterator[Broken]:
    """Decisions on bids and lots."""
    lot = "/ReviewProtocol/LotReviews/LotReview[2]"
    one, other = samples.bid(2, "140000000.00"), samples.bid(3, "120000000.00")
    ground = Ground(code="LATE")
    bare = second_lot(one, put(other, decision="REJECTED"))
    yield Broken("F-PRT-4", bare, f"{lot}/BidReviews/BidReview[2]/RejectionGrounds", None)
    both = second_lot(one, put(other, rejection_grounds=(ground,)))
    yield Broken("F-PRT-4", both, f"{lot}/BidReviews/BidReview[2]/RejectionGrounds", "LATE")
    twice = second_lot(one, put(other, bid_id=one.bid_id))
    yield Broken("F-PRT-3", twice, f"{lot}/BidReviews/BidReview[2]/BidId", str(one.bid_id))
    yield Broken("F-PRT-5", second_lot(), f"{lot}/Decision", "CONTINUE")
    failed = {"decision": "FAILED", "failure_ground": Ground(code="ONE_BID")}
    yield Broken("F-PRT-5", second_lot(one, other, **failed), f"{lot}/Decision", "FAILED")
    failed["failure_ground"] = Ground(code="ALL_REJECTED")
    yield Broken("F-PRT-5", second_lot(one, **failed), f"{lot}/Decision", "FAILED")
    mute = second_lot(decision="FAILED")
    yield Broken("F-PRT-5", mute, f"{lot}/FailureGround", None)
    counted = second_lot(one, other, bid_count=3)
    yield Broken("F-PRT-5", counted, f"{lot}/BidCount", "3")
    for element, changed in (
        ("Decision", second_lot(one, other, decision="WAIT")),
        ("BidReviews/BidReview[1]/Decision", second_lot(put(one, decision="WAIT"), other)),
    ):
        yield Broken("F-CODE-1", changed, f"{lot}/{element}", "WAIT")
    free = second_lot(one, put(other, price=0 * other.price))
    yield Broken("F-NUM-1", free, f"{lot}/BidReviews/BidReview[2]/Price", "0.00")


def of_producers() -> Iterator[Broken]:
    """Producers whose staff does not show it."""
    path = "/ReviewProtocol/LotReviews/LotReview[2]/BidReviews/BidReview[1]/ProducerStatus"
    for changes, value in (
        ({"citizens": 94}, "94 / 102 - 2"),
        ({"transferred_managers": 3}, "96 / 102 - 4"),
        ({"transferred_managers": 5}, "96 / 102 - 6"),
        ({"citizens": 101}, "101 / 102 - 2"),
    ):
        bid = samples.bid(2, "140000000.00", producer_status=samples.producer(**changes))
        yield Broken("F-PRT-8", second_lot(bid, samples.bid(3, "120000000.00")), path, value)
    unproven = samples.bid(2, "140000000.00", producer_status=samples.producer(evidence=None))
    yield Broken("F-PRT-8", second_lot(unproven), f"{path}/Evidence", None)


def with_lot(protocol: ResultsProtocol, number: int, **changes: Any) -> ResultsProtocol:
    """Results of which one lot is changed."""
    lots = [
        put(lot, **changes) if lot.lot_number == number else lot for lot in protocol.lot_results
    ]
    return put(protocol, lot_results=tuple(lots))


def with_place(number: int, placed: int, /, **changes: Any) -> ResultsProtocol:
    """The results of the tender, of which one bid of a lot is changed."""
    bids = list(RESULTS.lot_results[number - 1].ranked_bids)
    bids[placed - 1] = put(bids[placed - 1], **changes)
    return with_lot(RESULTS, number, ranked_bids=tuple(bids))


def with_winner(number: int, **changes: Any) -> ResultsProtocol:
    """The results of the tender, of which the winner of a lot is changed."""
    winner = RESULTS.lot_results[number - 1].winner
    assert winner is not None
    return with_lot(RESULTS, number, winner=put(winner, **changes))


def of_results() -> Iterator[Broken]:
    """Outcomes, amounts and the price of the contract."""
    first = f"{LOT}[1]/RankedBids/RankedBid[1]"
    ground = with_lot(RESULTS, 1, ground=Ground(code="NO_BIDS"))
    yield Broken("F-PRT-5", ground, f"{LOT}[1]/Ground", "NO_BIDS")
    mute = with_lot(RESULTS, 1, outcome="FAILED", ranked_bids=(), winner=None)
    yield Broken("F-PRT-5", mute, f"{LOT}[1]/Ground", None)
    half = with_place(2, 1, conditional_price=Decimal("112000000.01"))
    path = f"{LOT}[2]/RankedBids/RankedBid[1]/ConditionalPrice"
    yield Broken("F-PRT-6", half, path, "112000000.01")
    paid = with_winner(2, contract_price=Decimal("112000000.00"))
    yield Broken("F-PRT-9", paid, f"{LOT}[2]/Winner/ContractPrice", "112000000.00")
    code = with_lot(RESULTS, 1, outcome="OPEN", winner=None, ground=Ground(code="NO_BIDS"))
    yield Broken("F-CODE-1", code, f"{LOT}[1]/Outcome", "OPEN")
    over = with_place(1, 1, local_content_percent=Decimal("100.01"))
    yield Broken("F-PCT-1", over, f"{first}/LocalContentPercent", "100.01")


def of_places() -> Iterator[Broken]:
    """The order of bids, and the winner."""
    first, second = RESULTS.lot_results[0].ranked_bids
    bids = f"{LOT}[1]/RankedBids/RankedBid"
    yield Broken("F-PRT-7", with_place(1, 2, place=3), f"{bids}[2]/Place", "3")
    twice = with_place(1, 2, bid_id=first.bid_id)
    yield Broken("F-PRT-7", twice, f"{bids}[2]/BidId", str(first.bid_id))
    turned = samples.won(1, put(second, place=1), put(first, place=2))
    dear = put(RESULTS, lot_results=(turned, RESULTS.lot_results[1]))
    yield Broken("F-PRT-7", dear, f"{bids}[2]/ConditionalPrice", "21000000.00")
    none = with_lot(RESULTS, 1, winner=None)
    yield Broken("F-PRT-7", none, f"{LOT}[1]/Winner", None)
    cancelled = with_lot(RESULTS, 1, outcome="CANCELLED", ground=Ground(code="OTHER"))
    yield Broken("F-PRT-7", cancelled, f"{LOT}[1]/Winner", str(first.bid_id))
    wrong = with_winner(1, bid_id=second.bid_id, contract_price=second.price)
    yield Broken("F-PRT-7", wrong, f"{LOT}[1]/Winner/BidId", str(second.bid_id))
    stranger = with_winner(1, supplier=second.supplier)
    yield Broken("F-PRT-7", stranger, f"{LOT}[1]/Winner/Supplier", second.supplier.bin)


def of_auction() -> Iterator[Broken]:
    """The course of the auction."""
    path, offers = f"{LOT}[1]/AuctionBids/AuctionBid", AUCTION.lot_results[0].auction_bids
    late = put(offers[1], offered_at=samples.HELD)
    turned = with_lot(AUCTION, 1, auction_bids=(offers[0], late, *offers[2:]))
    yield Broken("F-PRT-10", turned, f"{path}[2]/OfferedAt", samples.HELD.isoformat())
    raised = put(offers[1], price=Decimal("79000000.00"))
    up = with_lot(AUCTION, 1, auction_bids=(offers[0], raised, *offers[2:]))
    yield Broken("F-PRT-10", up, f"{path}[3]/Price", "80000000.00")
    stranger = put(offers[0], bid_id=samples.BIDS[3])
    added = with_lot(AUCTION, 1, auction_bids=(stranger, *offers))
    yield Broken("F-PRT-10", added, f"{path}[1]/BidId", str(samples.BIDS[3]))
    silent = with_lot(AUCTION, 1, auction_bids=())
    place = f"{LOT}[1]/RankedBids/RankedBid[1]/AuctionPrice"
    yield Broken("F-PRT-10", silent, place, "90000000.00")
    free = put(offers[2], price=Decimal("80000000.001"))
    second = put(
        AUCTION.lot_results[0].ranked_bids[1],
        auction_price=free.price,
        conditional_price=Decimal("80000000.00"),
    )
    fine = with_lot(
        AUCTION,
        1,
        auction_bids=(*offers[:2], free, offers[3]),
        ranked_bids=(AUCTION.lot_results[0].ranked_bids[0], second),
    )
    yield Broken("F-NUM-1", fine, f"{path}[3]/Price", "80000000.001")


BROKEN: tuple[Broken, ...] = tuple(broken())
