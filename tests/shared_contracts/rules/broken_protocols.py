"""Protocols that break a rule by themselves, one for each rule."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, TypeVar

from shared_contracts.messages.document import Ground
from shared_contracts.messages.protocol import BidReview, PurchaseProtocol, ReviewProtocol
from tests import protocol_samples as samples
from tests.protocol_samples import MEMBERS
from tests.samples import AT
from tests.shared_contracts.rules.broken import Broken, of_any, put

P = TypeVar("P", bound=PurchaseProtocol)

SS = samples.single_source()
REVIEW = samples.review()


def broken() -> Iterator[Broken]:
    """The whole table."""
    for protocol in (SS, REVIEW):
        yield from of_any(protocol)
        yield from of_commission(protocol)
    yield from of_single_source()
    yield from of_review()
    yield from of_producers()


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


BROKEN: tuple[Broken, ...] = tuple(broken())
