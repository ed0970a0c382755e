"""Lists of bids, which the platform forms and signs (S216-A3.1e)."""

from shared_contracts.messages.bid_list import BID_LIST, BidList
from shared_contracts.messages.document import Deletion, DocumentKind
from shared_contracts.messages.kinds import RecordKind
from shared_contracts.messages.protocol import REVIEW_PROTOCOL
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules import bid_list
from shared_contracts.rules.examine import Rules

KIND = RecordKind(
    object_type=BID_LIST,
    roots=(BidList, Deletion),
    first=(BidList,),
    signed_as=DocumentKind.SYSTEM,
    refers_to=(("purchase_id", PURCHASE),),
    in_turn_with=(REVIEW_PROTOCOL,),
    rules=Rules.of(bid_list.BOOK, formed=(bid_list.FORMED,)),
)
"""The kind BID_LIST."""
