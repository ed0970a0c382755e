"""Lists of bids as a kind of record in the SEZ."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sez.bid_lists import bid_list
from sez.records.kind import Related, SezKind
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.faults import Breach
from shared_contracts.messages.bid_list import BID_LIST, BidList
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules import bidding
from shared_contracts.rules.bidding import KnownBid, known_fields

OBJECTS: ObjectKind[bid_list.State] = ObjectKind(
    BID_LIST, bid_list.UnformedBidList(), bid_list.evolve, bid_list.State
)
"""Lists of bids, by the id that is also theirs in the Registry's records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBefore:
    """The list before, as the rules see it."""

    purchase_id: UUID
    as_of: datetime
    final: bool
    bids: Sequence[KnownBid]


def standing(listed: bid_list.State) -> ListBefore | None:
    """A list as its purchase, and the review of its bids, find it; None where there is none."""
    return _before(listed.document) if isinstance(listed, bid_list.FormedBidList) else None


def refers_to(listed: bid_list.State) -> Collection[tuple[str, UUID]]:
    """The purchase of a list."""
    known = bid_list.last(listed)
    return () if known is None else ((PURCHASE, known.document.purchase_id),)


def _before(document: BidList) -> ListBefore:
    return ListBefore(
        purchase_id=document.purchase_id,
        as_of=document.as_of,
        final=document.final,
        bids=tuple(KnownBid(**known_fields(bid)) for bid in document.bids),
    )


def examine_related(
    document: Amendable, listed: bid_list.State, related: Related, at: datetime
) -> list[Breach]:
    """Every breach by a list formed at ``at`` against its purchase and the list before it.

    These are rules that the Registry asks too: what it would refuse is not signed.
    """
    before = bid_list.last(listed)
    known = None if before is None else _before(before.document)
    purchase = next(iter(related.get(PURCHASE, {}).values()), None)
    return bidding.RULES.examine(document, at, bidding.BiddingCourse(purchase, known, (at,)))


KIND: SezKind[bid_list.State, bid_list.Command] = SezKind(
    object_type=BID_LIST,
    objects=OBJECTS,
    decide=bid_list.decide,
    examine_next=lambda *_: [],
    examine_related=examine_related,
    standing=standing,
    refers_to=refers_to,
)
"""The kind BID_LIST."""
