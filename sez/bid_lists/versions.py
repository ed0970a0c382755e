"""The next version of a list of bids: which document, after which history (S216-A3.1e)."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from sez.bid_lists.bid_list import State
from sez.records import kind
from sez.records.chain import VersionChain, stating
from sez.records.owner import Owner
from shared_contracts.messages.bid_list import BID_LIST, Bid, BidList

Maker: TypeAlias = kind.Maker[State]
"""Makes the next document of a list from where it stands."""

CHAIN = VersionChain(BID_LIST)
deletion = CHAIN.deletion
"""The removal of a list by the platform."""


def listing(
    purchase_id: UUID, as_of: datetime, bids: tuple[Bid, ...], *, final: bool, reason: str = ""
) -> Maker:
    """All bids for a purchase as they stand at ``as_of``; a first list needs no reason."""

    def make(owner: Owner, object_id: UUID, listed: State) -> BidList:
        return BidList(
            act=CHAIN.act(owner, object_id, listed, stating(listed), reason or None),
            purchase_id=purchase_id,
            as_of=as_of,
            final=final,
            bid_count=len(bids),
            bids=bids,
        )

    return make
