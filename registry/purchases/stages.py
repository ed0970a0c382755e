"""What protocols make of a purchase: reviewed, summed up, and taken back again (S216-9.2-4)."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from registry.records.record import RecordVersion, ReferenceRecorded
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.bid_list import BID_LIST, BidList
from shared_contracts.messages.document import Deletion
from shared_contracts.messages.protocol import (
    PROTOCOLS,
    REVIEW_PROTOCOL,
    ResultsProtocol,
    ReviewProtocol,
    SingleSourceProtocol,
)
from shared_contracts.rules.standing import stage_of


@topic("purchase-reviewed.1")
class PurchaseReviewed(ReferenceRecorded, frozen=True, kw_only=True):
    """A version of the review protocol of the purchase was recorded (S216-9.2)."""


@topic("purchase-summed-up.1")
class PurchaseSummedUp(ReferenceRecorded, frozen=True, kw_only=True):
    """A version of the results protocol of the purchase was recorded (S216-9.4)."""


@topic("purchase-ended-by-results.1")
class PurchaseEnded(ReferenceRecorded, frozen=True, kw_only=True):
    """The results protocol names no winner of any lot: the purchase FAILED or is CANCELLED."""

    outcome: str


@topic("single-source-concluded.1")
class SingleSourceConcluded(ReferenceRecorded, frozen=True, kw_only=True):
    """A version of the protocol of a purchase from a single source was recorded (S216-9.3)."""


@topic("purchase-stage-taken-back.1")
class StageTakenBack(ReferenceRecorded, frozen=True, kw_only=True):
    """The protocol that brought the purchase to its stage was deleted (S216-A3.1i)."""


@topic("purchase-bids-listed.1")
class PurchaseBidsListed(ReferenceRecorded, frozen=True, kw_only=True):
    """A version of the list of bids of the purchase was recorded (S216-A3.1e).

    ``stands`` is False when it was deleted.
    """

    stands: bool = True


StageReached: TypeAlias = (
    PurchaseReviewed | PurchaseSummedUp | PurchaseEnded | SingleSourceConcluded | StageTakenBack
)
"""A purchase came to another stage, or back."""


class StageProtocol(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The protocol on record that brought a purchase to a stage, and when it was formed.

    ``outcome`` is FAILED or CANCELLED where it names no winner.
    """

    object_type: str
    object_id: UUID
    version: int
    formed_at: datetime
    outcome: str | None = None


def of_version(object_id: UUID, registry_id: UUID, delivery: RecordVersion) -> Sequence[Event]:
    """What happens to a purchase on record when a version that refers to it is recorded."""
    told = delivery.told_to(object_id, registry_id)
    match delivery.document:
        case ReviewProtocol():
            return [PurchaseReviewed(**told)]
        case ResultsProtocol() as results:
            stage = stage_of(results)
            summed_up = stage == "SUMMED_UP"
            return [PurchaseSummedUp(**told) if summed_up else PurchaseEnded(**told, outcome=stage)]
        case SingleSourceProtocol():
            return [SingleSourceConcluded(**told)]
        case Deletion(act=act) if act.object_type in PROTOCOLS:
            return [StageTakenBack(**told)]
        case BidList():
            return [PurchaseBidsListed(**told)]
        case Deletion(act=act) if act.object_type == BID_LIST:
            return [PurchaseBidsListed(**told, stands=False)]
        case _:
            return []


def after(
    review: StageProtocol | None, results: StageProtocol | None, event: StageReached
) -> tuple[StageProtocol | None, StageProtocol | None]:
    """The protocols of review and of results that stand after an event."""
    header = event.header
    told = StageProtocol(
        object_type=header.object_type,
        object_id=header.object_id,
        version=header.version,
        formed_at=header.formed_at,
        outcome=event.outcome if isinstance(event, PurchaseEnded) else None,
    )
    match event:
        case PurchaseReviewed():
            return told, results
        case PurchaseSummedUp() | PurchaseEnded() | SingleSourceConcluded():
            return review, told
        case StageTakenBack() if header.object_type == REVIEW_PROTOCOL:
            return None, results
        case StageTakenBack():
            return review, None
