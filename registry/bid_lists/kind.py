"""Lists of bids as a kind of record in the Registry."""

from registry.bid_lists import bid_list, listing
from registry.bid_lists.rules import RULES, BiddingPurchase
from registry.records.kind import RegistryKind
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.messages.bid_list import BID_LIST
from shared_contracts.messages.purchase import PURCHASE

OBJECTS: ObjectKind[bid_list.State] = ObjectKind(
    BID_LIST, bid_list.UnknownBidList(), bid_list.evolve, bid_list.State
)
"""Lists of bids, by the id their SEZ gave them."""

KIND: RegistryKind[bid_list.State, bid_list.BidListOnRecord, BiddingPurchase] = RegistryKind(
    objects=OBJECTS,
    decide=bid_list.decide,
    learn=bid_list.learn,
    rules=RULES,
    apply=listing.apply,
    schema=listing.SCHEMA,
    refers_to=lambda listed: ((PURCHASE, listed.purchase_id),),
    tables={"bid_lists": ("registry_id",)},
)
"""The kind BID_LIST."""
