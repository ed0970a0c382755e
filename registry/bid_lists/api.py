"""Lists of bids for those who may look: listed, shown with history (S216-A3.1e)."""

import msgspec

from registry.bid_lists import bid_list, listing
from registry.bid_lists.kind import OBJECTS
from registry.records.api import ListRoutes


def bids(listed: bid_list.State) -> dict[str, object]:
    """The bids of a list as they stand."""
    known = () if isinstance(listed, bid_list.UnknownBidList) else listed.bids
    return {"bids": [msgspec.to_builtins(bid) | {"status": bid.standing} for bid in known]}


router = ListRoutes(
    kind=OBJECTS, address="bid-lists", of="bids", rows=listing.bid_lists, parts=bids
).router
"""The routes under ``/api/v1/bid-lists``."""
