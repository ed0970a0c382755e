"""Whole tenders and auctions, from the announcement to the results (S216-9.4)."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from sez.bid_lists.examples import EXAMPLES as LISTS
from sez.examples.making import ExampleRequest, Examples
from sez.protocols.results.examples import EXAMPLES as RESULTS
from sez.protocols.review.examples import EXAMPLES as REVIEWS
from sez.publication.checked_document import NotPublishable
from sez.tendering.examples import EXAMPLES as TENDERS
from shared_contracts.errors import BadInput
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Amendable, Ground
from shared_contracts.messages.protocol import (
    AuctionBid,
    LotResult,
    ProducerStatus,
    ResultsProtocol,
    ReviewProtocol,
)
from shared_contracts.messages.purchase import Purchase
from shared_contracts.rules.results import reduced
from tests import protocol_samples
from tests.sez.systems import BothSystems

put = msgspec.structs.replace
PRODUCER: ProducerStatus = protocol_samples.producer()


def announced(
    systems: BothSystems, example: str, altered: Any = lambda document: document, **wanted: Any
) -> UUID:
    """Have an example announced, as it was altered."""
    system = systems.system
    kinds = (TENDERS, LISTS, REVIEWS, RESULTS)
    examples = Examples(system.publisher, system.users, system.files, kinds)
    return examples.announce(ExampleRequest(example=example, **wanted), uuid7(), altered)


def as_tender(purchase: Purchase) -> Purchase:
    """The auction of services as an open tender of them."""
    none = {"auction_from": None, "auction_to": None}
    return put(purchase, method="OT", auction_start_price=None, auction_step=None, **none)


def soon(purchase: Purchase) -> Purchase:
    """The auction held for a second right after the bidding."""
    assert purchase.bids_to is not None
    end = purchase.bids_to
    return put(purchase, auction_from=end, auction_to=end + timedelta(seconds=1))


def confirmed(review: ReviewProtocol) -> ReviewProtocol:
    """The review that confirms the first bid of each lot, the dearer one, as a producer's."""
    lots = tuple(
        put(
            lot,
            bid_reviews=(
                put(lot.bid_reviews[0], producer_status=PRODUCER),
                *lot.bid_reviews[1:],
            ),
        )
        for lot in review.lot_reviews
    )
    return put(review, lot_reviews=lots)


def rejected(review: ReviewProtocol) -> ReviewProtocol:
    """The review that admits nobody."""
    ground = Ground(code="LATE")
    lots = tuple(
        put(
            lot,
            bid_reviews=tuple(
                put(bid, decision="REJECTED", rejection_grounds=(ground,))
                for bid in lot.bid_reviews
            ),
            decision="FAILED",
            failure_ground=Ground(code="ALL_REJECTED"),
        )
        for lot in review.lot_reviews
    )
    return put(review, lot_reviews=lots)


def opened(systems: BothSystems, altered: Any, example: str = "auction") -> UUID:
    """A purchase whose bids were opened, with their final list."""
    tender = announced(systems, example, altered, bidding_seconds=3)
    wait_for(systems, systems.purchase(tender).bids_to)
    announced(systems, "opened-bid-list", base=tender)
    return tender


def wait_for(systems: BothSystems, moment: datetime | None) -> None:
    """Wait until a moment has passed at the SEZ."""
    assert moment is not None
    while systems.system.publisher.clock() < moment + timedelta(milliseconds=10):
        time.sleep(0.05)


def status(systems: BothSystems, tender: UUID) -> tuple[str, str]:
    """What a purchase is in the SEZ, and in the Registry."""
    systems.send_until(lambda: not systems.unsynchronised())
    at = systems.system.publisher.current_state(tender)
    systems.registry.follower.catch_up()
    rows = systems.registry.log.recorder.select(
        "SELECT status FROM views.purchases WHERE object_id = %s", (tender,)
    )
    return at.state.status, rows[0][0]


def refused(systems: BothSystems, tender: UUID, altered: Any) -> set[str]:
    """The rules by which the SEZ does not sign results of a purchase."""
    with pytest.raises(NotPublishable) as caught:
        announced(systems, "results-protocol", altered, base=tender)
    return {finding.rule_id for finding in caught.value.findings}


def first_lot(protocol: ResultsProtocol, **changes: Any) -> ResultsProtocol:
    """The results with their first lot changed."""
    return put(protocol, lot_results=(put(protocol.lot_results[0], **changes),))


def dearer_first(protocol: ResultsProtocol) -> ResultsProtocol:
    """The results as if there were no discount."""
    one, other = protocol.lot_results[0].ranked_bids
    plain = put(one, place=2, discount_percent=Decimal(0), conditional_price=one.price)
    first = put(other, place=1)
    lot = protocol_samples.won(1, first, plain)
    return put(protocol, lot_results=(lot,))


@pytest.mark.clause("S216-9.4", "S216-A3.1g", "S216-A2.1.5", "S216-A2.1.8")
def test_an_open_tender_goes_from_announcement_to_results_and_the_discount_decides(
    systems: BothSystems,
) -> None:
    tender = opened(systems, as_tender)
    with pytest.raises(BadInput, match="review"):
        announced(systems, "results-protocol", base=tender)
    announced(systems, "review-protocol", confirmed, base=tender)
    assert status(systems, tender) == ("REVIEWED", "REVIEWED")
    assert refused(systems, tender, dearer_first) == {"F-PRT-6"}
    kept: list[ResultsProtocol] = []

    def keep(protocol: ResultsProtocol) -> Amendable:
        kept.append(protocol)
        return protocol

    results = announced(systems, "results-protocol", keep, base=tender)
    assert status(systems, tender) == ("SUMMED_UP", "SUMMED_UP")
    assert systems.states(results) == ["SYNCHRONISED"]
    lot: LotResult = kept[-1].lot_results[0]
    first, second = lot.ranked_bids
    assert first.price > second.price > first.conditional_price
    assert lot.winner is not None
    assert lot.winner.contract_price == first.price
    assert first.conditional_price == reduced(first.price, Decimal(20))


@pytest.mark.clause("S216-9.4", "S216-A2.1.4")
def test_what_the_registry_would_refuse_of_results_is_not_signed(systems: BothSystems) -> None:
    tender = opened(systems, as_tender)
    announced(systems, "review-protocol", confirmed, base=tender)

    def paid_less(protocol: ResultsProtocol) -> ResultsProtocol:
        winner, first = protocol.lot_results[0].winner, protocol.lot_results[0].ranked_bids[0]
        assert winner is not None
        return first_lot(protocol, winner=put(winner, contract_price=first.conditional_price))

    def without_second(protocol: ResultsProtocol) -> ResultsProtocol:
        return first_lot(protocol, ranked_bids=protocol.lot_results[0].ranked_bids[:1])

    def none_won(protocol: ResultsProtocol) -> ResultsProtocol:
        ground = Ground(code="ONE_BID")
        nobody = {"ranked_bids": (), "winner": None, "ground": ground}
        return first_lot(protocol, outcome="FAILED", **nobody)

    def other_review(protocol: ResultsProtocol) -> ResultsProtocol:  # another each time
        return put(protocol, review_protocol_id=uuid7())

    assert refused(systems, tender, paid_less) == {"F-PRT-9"}
    assert refused(systems, tender, without_second) == {"F-PRT-13"}
    assert refused(systems, tender, none_won) == {"F-PRT-5"}
    assert refused(systems, tender, other_review) == {"F-PRT-13"}


def course(protocol: ResultsProtocol, at: datetime, *steps: tuple[int, str]) -> ResultsProtocol:
    """The results after an auction: who (by the place before) offered what, in turn."""
    [lot] = protocol.lot_results
    bids = sorted(lot.ranked_bids, key=lambda bid: bid.price, reverse=True)
    offers = tuple(
        AuctionBid(
            bid_id=bids[who].bid_id,
            offered_at=at + timedelta(milliseconds=number),
            price=Decimal(price),
        )
        for number, (who, price) in enumerate(steps)
    )
    last = {offer.bid_id: offer.price for offer in offers}
    counted = [
        put(
            bid,
            auction_price=last.get(bid.bid_id),
            conditional_price=reduced(last.get(bid.bid_id, bid.price), bid.discount_percent),
        )
        for bid in bids
    ]
    return put(
        protocol, lot_results=(protocol_samples.won(1, *ordered(counted), auction_bids=offers),)
    )


def ordered(bids: Sequence[Any]) -> list[Any]:
    """Bids in their places by the conditional price."""
    inorder = sorted(bids, key=lambda bid: bid.conditional_price)
    return [put(bid, place=place) for place, bid in enumerate(inorder, 1)]


@pytest.mark.clause("S216-9.4", "S216-A3.1g")
def test_an_auction_goes_from_announcement_to_results_over_its_steps(systems: BothSystems) -> None:
    tender = opened(systems, soon)
    announced(systems, "review-protocol", confirmed, base=tender)
    purchase = systems.purchase(tender)
    begins, ends = purchase.auction_from, purchase.auction_to
    assert begins is not None
    steps = (0, "140000000.00"), (1, "130000000.00"), (0, "135000000.00"), (1, "120000000.00")
    wait_for(systems, ends)

    def held(protocol: ResultsProtocol) -> ResultsProtocol:
        return course(protocol, begins, *steps)

    def crept(protocol: ResultsProtocol) -> ResultsProtocol:
        return course(protocol, begins, *steps[:2], (0, "139999999.99"), (1, "120000000.00"))

    assert refused(systems, tender, crept) == {"F-PRT-10"}
    results = announced(systems, "results-protocol", held, base=tender)
    assert status(systems, tender) == ("SUMMED_UP", "SUMMED_UP")
    assert systems.states(results) == ["SYNCHRONISED"]


@pytest.mark.clause("S216-9.4", "S216-A3.1d")
def test_a_tender_fails_by_its_results_and_a_single_source_rests_on_it(
    systems: BothSystems,
) -> None:
    tender = opened(systems, as_tender)
    announced(systems, "review-protocol", rejected, base=tender)
    announced(systems, "results-protocol", base=tender)
    assert status(systems, tender) == ("ENDED", "FAILED")
    single = announced(systems, "single-source", base=tender)
    assert status(systems, single) == ("RUNNING", "ANNOUNCED")
