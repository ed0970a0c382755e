"""Lists of bids over HTTP: formed from what the platform took, signed by the system."""

from datetime import datetime

from sez.bid_lists import versions
from sez.publication.api import ListRequest, SignedListRoutes
from shared_contracts.messages.bid_list import BID_LIST, Bid


class BidListing(ListRequest, kw_only=True):
    """All bids for a purchase as they stand at a moment, now unless said; why, after the first."""

    final: bool = False
    bids: tuple[Bid, ...] = ()


def listing(asked: BidListing, as_of: datetime) -> versions.Maker:
    """The list that is asked for."""
    return versions.listing(
        asked.purchase_id, as_of, asked.bids, final=asked.final, reason=asked.reason
    )


router = SignedListRoutes(
    object_type=BID_LIST,
    address="bid-lists",
    noun="list of bids",
    asked=BidListing,
    maker=listing,
    whole="the whole of it, as it shall stand",
).router
"""The routes under ``/api/v1/bid-lists``."""
