"""A list of bids in the Registry: what happened to it, and what may happen (S216-A3.1e)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar, TypeAlias
from uuid import UUID

import msgspec

from registry.bid_lists import decided
from registry.bid_lists.decided import BidsDecided
from registry.records.record import RecordVersion, VersionRecorded
from registry.records.state import RecordState
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.bid_list import Bid, BidList
from shared_contracts.messages.document import Deletion, Operation
from shared_contracts.rules.bidding import KnownBid, known_fields

# What can happen


@topic("bid-list-recorded.1")
class BidListRecorded(VersionRecorded, frozen=True, kw_only=True):
    """The bids as they stood at a moment were recorded, sealed."""

    document: BidList


@topic("bids-opened.1")
class BidsOpened(VersionRecorded, frozen=True, kw_only=True):
    """What the bids of the final list offer was recorded after their opening."""

    document: BidList


@topic("bid-list-deleted.1")
class BidListDeleted(VersionRecorded, frozen=True, kw_only=True):
    """The list was deleted; its history stays (S216-A3.1i, S216-12a)."""

    document: Deletion


ListRecorded: TypeAlias = BidListRecorded | BidsOpened
"""A whole list was recorded."""

# What it is meanwhile


class ListedBid(KnownBid, frozen=True, kw_only=True, omit_defaults=True):
    """A version of a bid, as protocols need it.

    Its price is told after the opening, with what the bidder ``claims`` as a Kazakhstan producer;
    ``documents`` are SHA-256. What protocols decided is its ``review`` (ADMITTED, REJECTED) and its
    ``result`` (WINNER, RUNNER_UP, LOST).
    """

    claims: bool = False
    documents: tuple[str, ...] = ()
    review: str | None = None
    result: str | None = None

    @property
    def standing(self) -> str:
        """What the bid is: SUBMITTED, REPLACED, WITHDRAWN; OPENED, or what protocols made of it."""
        opened = self.status if self.price is None else "OPENED"
        return self.result or self.review or opened


class UnknownBidList(ObjectState, frozen=True, tag="UNKNOWN"):
    """Nothing was recorded under this key yet."""


class BidListOnRecord(RecordState, frozen=True, kw_only=True):
    """What the next decision, and the protocols, need to know of a list on record."""

    takes: ClassVar[frozenset[Operation]] = frozenset({Operation.UPDATE, Operation.DELETE})
    conditions_version: int
    first_formed_at: datetime
    formed_at: datetime
    purchase_id: UUID
    as_of: datetime
    final: bool
    bids: tuple[ListedBid, ...] = ()

    @property
    def in_force(self) -> tuple[ListedBid, ...]:
        """The bids that were neither replaced nor withdrawn."""
        return tuple(bid for bid in self.bids if bid.status == "SUBMITTED")


class SealedBidList(BidListOnRecord, frozen=True, kw_only=True, tag="SEALED"):
    """Bids are still to come."""


class FinalBidList(BidListOnRecord, frozen=True, kw_only=True, tag="FINAL"):
    """No bid can come any more, and none is opened yet."""


class OpenedBidList(BidListOnRecord, frozen=True, kw_only=True, tag="OPENED"):
    """All bids in force are opened; nothing but a deletion may follow."""

    takes: ClassVar[frozenset[Operation]] = frozenset({Operation.DELETE})


class DeletedBidList(BidListOnRecord, frozen=True, kw_only=True, tag="DELETED"):
    """The list was deleted; nothing more may happen to it."""

    takes: ClassVar[frozenset[Operation]] = frozenset()


State = UnknownBidList | SealedBidList | FinalBidList | OpenedBidList | DeletedBidList


# Decide


def decide(listed: State, delivery: RecordVersion) -> Sequence[Event]:
    """Say what happens when a version is delivered; ``Refused`` where it cannot (F-HDR-2)."""
    match listed, delivery.document, delivery.document.act.operation:
        case (UnknownBidList(), BidList() as document, Operation.CREATE) | (
            SealedBidList() | FinalBidList(),
            BidList() as document,
            Operation.UPDATE,
        ):
            event = BidsOpened if is_opened(document) else BidListRecorded
            return [event(**delivery.fields(), document=document)]
        case (
            SealedBidList() | FinalBidList() | OpenedBidList(),
            Deletion() as document,
            Operation.DELETE,
        ):
            return [BidListDeleted(**delivery.fields(), document=document)]
        case _:
            raise delivery.refused(listed.status)


def is_opened(document: BidList) -> bool:
    """Whether a list tells what its bids offer."""
    return any(bid.contents is not None for bid in document.bids)


# Evolve


def evolve(listed: State, event: Event) -> State:
    """What a list is after ``event``; events of other objects leave it as it was."""
    match listed, event:
        case UnknownBidList(), BidListRecorded() | BidsOpened():
            return _state(event, event.header.formed_at)
        case BidListOnRecord(), BidListRecorded() | BidsOpened():
            return _state(event, listed.first_formed_at)
        case BidListOnRecord(), BidsDecided():
            return msgspec.structs.replace(listed, bids=tuple(_decided(listed, event)))
        case BidListOnRecord(), BidListDeleted():
            return DeletedBidList(**(msgspec.structs.asdict(listed) | event.dated_fields()))
        case _:
            return listed


def _state(event: ListRecorded, first_formed_at: datetime) -> State:
    document = event.document
    if isinstance(event, BidsOpened):
        kind: type[BidListOnRecord] = OpenedBidList
    else:
        kind = FinalBidList if document.final else SealedBidList
    state: State = kind(  # type: ignore[assignment]  # one of the states
        first_formed_at=first_formed_at,
        purchase_id=document.purchase_id,
        as_of=document.as_of,
        final=document.final,
        bids=tuple(map(_listed, document.bids)),
        **event.dated_fields(),
    )
    return state


def _decided(listed: BidListOnRecord, event: BidsDecided) -> Iterator[ListedBid]:
    """The bids after a protocol: of those that are not in force nothing is decided."""
    name = "review" if event.of_review else "result"
    for bid in listed.bids:
        told = event.decisions.get(bid.bid_id) if bid.status == "SUBMITTED" else None
        yield msgspec.structs.replace(bid, **{name: told})


def learn(listed: State, object_id: UUID, delivery: RecordVersion) -> Sequence[Event]:
    """What happens to a list when a protocol of its purchase is recorded."""
    if isinstance(listed, UnknownBidList):
        return []
    return decided.of_version(object_id, listed.registry_id, delivery)


def _listed(bid: Bid) -> ListedBid:
    contents = bid.contents
    return ListedBid(
        claims=contents is not None and contents.producer_claim.claimed,
        documents=() if contents is None else tuple(one.sha256 for one in contents.documents),
        **known_fields(bid),
    )
