"""What protocols decide of listed bids: admitted or rejected, then ranked (S216-9.2, S216-9.4)."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec

from registry.records.record import RecordVersion, ReferenceRecorded
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.document import Deletion
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    REVIEW_PROTOCOL,
    ResultsProtocol,
    ReviewProtocol,
)

RUNNER_UP = 2
"""The place of who would win without the winner."""


@topic("bids-decided.1")
class BidsDecided(ReferenceRecorded, frozen=True, kw_only=True):
    """A protocol of the purchase told what becomes of its bids, by their ids.

    ADMITTED or REJECTED by the review; WINNER, RUNNER_UP or LOST by the results. There are none
    when the protocol was deleted.
    """

    decisions: dict[UUID, str] = msgspec.field(default_factory=dict)

    @property
    def of_review(self) -> bool:
        """Whether the review tells it, and not the results."""
        return self.header.object_type == REVIEW_PROTOCOL


def of_version(object_id: UUID, registry_id: UUID, delivery: RecordVersion) -> Sequence[Event]:
    """What happens to a list of bids when a version of a protocol of its purchase is recorded."""
    told = delivery.told_to(object_id, registry_id)
    match delivery.document:
        case ReviewProtocol() as review:
            return [BidsDecided(**told, decisions=_reviewed(review))]
        case ResultsProtocol() as results:
            return [BidsDecided(**told, decisions=dict(_ranked(results)))]
        case Deletion(act=act) if act.object_type in {REVIEW_PROTOCOL, RESULTS_PROTOCOL}:
            return [BidsDecided(**told)]
        case _:
            return []


def _reviewed(review: ReviewProtocol) -> dict[UUID, str]:
    return {bid.bid_id: bid.decision for lot in review.lot_reviews for bid in lot.bid_reviews}


def _ranked(results: ResultsProtocol) -> Iterator[tuple[UUID, str]]:
    for lot in results.lot_results:
        for bid in lot.ranked_bids if lot.winner is not None else ():
            won = lot.winner is not None and lot.winner.bid_id == bid.bid_id
            second = "RUNNER_UP" if bid.place == RUNNER_UP else "LOST"
            yield bid.bid_id, "WINNER" if won else second
