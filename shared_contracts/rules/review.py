"""Rules for the review of bids by itself: decisions, grounds, status of producers (S216-9.2)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from shared_contracts.messages.protocol import BidReview, ProducerStatus, ReviewProtocol
from shared_contracts.rules.rule import Found, RuleBook, placed

BOOK = RuleBook()

ADMITTED = "ADMITTED"

LOT = "/ReviewProtocol/LotReviews/LotReview"
"""The path of a lot, without its number."""


@BOOK.rule("F-PRT-4")
def rejection_has_grounds(protocol: ReviewProtocol) -> Iterator[Found]:
    """A bid that is rejected has a ground, one that is admitted has none."""
    for path, bid in _bids(protocol):
        rejected = bid.decision == "REJECTED"
        if rejected and not bid.rejection_grounds:
            named = {"cause": "REJECTION_GROUNDLESS"}
            yield Found(f"{path}/RejectionGrounds", None, named)
        elif bid.decision == ADMITTED and bid.rejection_grounds:
            codes = ", ".join(ground.code for ground in bid.rejection_grounds)
            yield Found(f"{path}/RejectionGrounds", codes, {"cause": "ADMISSION_WITH_GROUND"})


@BOOK.rule("F-PRT-5")
def lot_fails_without_bids(protocol: ReviewProtocol, values: Mapping[str, Any]) -> Iterator[Found]:
    """A lot fails if no bid is admitted, and, on the ground of one bid, if only one is."""
    for path, lot in placed(LOT, protocol.lot_reviews):
        admitted = sum(bid.decision == ADMITTED for bid in lot.bid_reviews)
        failed, ground = lot.decision == "FAILED", lot.failure_ground
        code = None if ground is None else ground.code
        if lot.decision == "CONTINUE" and not admitted:
            yield Found(f"{path}/Decision", lot.decision, {"cause": "LOT_WITHOUT_BIDS"})
        if failed and (admitted > 1 or (admitted and code != values["one_bid"])):
            yield Found(f"{path}/Decision", lot.decision, {"cause": "LOT_WITH_BIDS"})
        if failed is (ground is None):
            yield Found(f"{path}/FailureGround", code, {"cause": "FAILURE_GROUND"})
        if lot.bid_count != len(lot.bid_reviews):
            yield Found(f"{path}/BidCount", str(lot.bid_count), {"cause": "BID_COUNT"})


@BOOK.rule("F-PRT-3")
def bid_is_reviewed_once(protocol: ReviewProtocol) -> Iterator[Found]:
    """Every bid is reviewed once: it is for one lot."""
    seen = set()
    for path, bid in _bids(protocol):
        if bid.bid_id in seen:
            named = {"cause": "BID_TWICE", "expected": "—"}
            yield Found(f"{path}/BidId", str(bid.bid_id), named)
        seen.add(bid.bid_id)


@BOOK.rule("F-PRT-8")
def producer_status_is_proven(
    protocol: ReviewProtocol, values: Mapping[str, Any]
) -> Iterator[Found]:
    """A confirmed producer has evidence, and the staff that the Code's article 1 asks for."""
    for path, bid in _bids(protocol):
        status, place = bid.producer_status, f"{path}/ProducerStatus"
        if status is None:
            continue
        if impossible(status):
            yield Found(place, _said(status), {"cause": "STAFF_COUNTS"})
        elif status.confirmed and not is_producer(status, values):
            yield Found(place, _said(status), {"cause": "STAFF_RATIO"})
        if status.confirmed and status.evidence is None:
            yield Found(f"{place}/Evidence", None, {"cause": "EVIDENCE_MISSING"})


def impossible(status: ProducerStatus) -> bool:
    """Whether the counts of a staff contradict each other."""
    return (
        status.transferred_managers > status.managers
        or status.transferred_specialists > status.specialists
        or status.managers + status.specialists > status.staff
        or status.citizens > status.staff - transferred(status)
    )


def transferred(status: ProducerStatus) -> int:
    """Foreigners transferred within a corporation, who are left out of the whole."""
    return status.transferred_managers + status.transferred_specialists


def is_producer(status: ProducerStatus, values: Mapping[str, Any]) -> bool:
    """Whether a staff is that of a Kazakhstan producer of works and services.

    ``citizens`` of ``values`` is the least share in percent of citizens in the staff without those
    transferred, ``transferred`` the largest share of these in each category. Source: the Code on
    subsoil, article 1.
    """
    counted = status.staff - transferred(status)
    if counted <= 0 or _share(status.citizens, counted) < Decimal(values["citizens"]):
        return False
    return all(
        _share(one, of) <= Decimal(values["transferred"])
        for one, of in (
            (status.transferred_managers, status.managers),
            (status.transferred_specialists, status.specialists),
        )
    )


def _share(part: int, whole: int) -> Decimal:
    return Decimal(0) if not whole else Decimal(100 * part) / whole


def _said(status: ProducerStatus) -> str:
    return f"{status.citizens} / {status.staff} - {transferred(status)}"


def _bids(protocol: ReviewProtocol) -> Iterator[tuple[str, BidReview]]:
    for path, lot in placed(LOT, protocol.lot_reviews):
        yield from placed(f"{path}/BidReviews/BidReview", lot.bid_reviews)
