"""Lists of bids that a platform forms for purchases of a story, signed by a system."""

from datetime import datetime
from typing import Any

import msgspec

from shared_contracts.messages.bid_list import BidList
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.package import FormedBy
from shared_contracts.messages.protocol import ReviewProtocol
from shared_contracts.messages.purchase import Purchase
from shared_contracts.signing.sign import sign_message
from tests import lists, protocol_samples
from tests.samples import AT
from tests.story import Signed, Story


def formed(story: Story, document: Amendable, system: str | None = None) -> Signed:
    """A document signed by a system, the story's own unless another is named."""
    data = sign_message(document, "document-1", story.pki.signer(system or story.system))
    return Signed(document, data, story.now, FormedBy(name=story.code))


def sealed(story: Story, of: Signed, **changes: Any) -> BidList:
    """Two sealed bids for a purchase, submitted when its bidding began."""
    at = ends(of, "bids_from")
    bids = (lists.bid(0, at=at), lists.bid(1, at=at, supplier=None))
    told: dict[str, Any] = {"purchase_id": of.document.act.object_id, "as_of": story.now}
    return story.own(lists.bid_list(*bids, **told | changes))


def opened(story: Story, protocol: ReviewProtocol, **changes: Any) -> BidList:
    """The final list of the bids that a review goes through, opened now."""
    return story.own(protocol_samples.listed(protocol, as_of=story.now, **changes))


def in_time(protocol: ReviewProtocol, of: Signed) -> ReviewProtocol:
    """The review with its bids submitted before the bidding of its purchase ended."""
    end = ends(of, "bids_to")
    reviews = tuple(
        lists.put(
            lot,
            bid_reviews=tuple(
                lists.put(bid, submitted_at=end + (bid.submitted_at - AT) / 60)
                for bid in lot.bid_reviews
            ),
        )
        for lot in protocol.lot_reviews
    )
    return msgspec.structs.replace(protocol, lot_reviews=reviews)


def ends(of: Signed, name: str) -> datetime:
    """When the bidding for a purchase begins or ends."""
    assert isinstance(of.document, Purchase)
    moment = getattr(of.document, name)
    assert isinstance(moment, datetime)
    return moment
