"""Protocols of the review of bids (S216-9.2, S216-A3.1g-i)."""

from shared_contracts.messages.bid_list import BID_LIST
from shared_contracts.messages.document import Deletion, DocumentKind
from shared_contracts.messages.kinds import RecordKind
from shared_contracts.messages.protocol import REVIEW_PROTOCOL, ReviewProtocol
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules import protocol, review
from shared_contracts.rules.examine import Rules

KIND = RecordKind(
    object_type=REVIEW_PROTOCOL,
    roots=(ReviewProtocol, Deletion),
    first=(ReviewProtocol,),
    signed_as=DocumentKind.PROTOCOL,
    signed_for=("members.iin",),
    signed_by_each=True,
    engages=("lot_reviews.bid_reviews.supplier.bin", "lot_reviews.bid_reviews.supplier.iin"),
    refers_to=(("purchase_id", PURCHASE),),
    in_turn_with=(BID_LIST,),
    rules=Rules.of(protocol.BOOK, review.BOOK, formed=(protocol.FORMED,)),
)
"""The kind REVIEW_PROTOCOL."""
