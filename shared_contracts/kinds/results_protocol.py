"""Protocols of the results of open tenders and auctions (S216-9.4, S216-A3.1g-i)."""

from shared_contracts.messages.document import Deletion, DocumentKind
from shared_contracts.messages.kinds import RecordKind
from shared_contracts.messages.protocol import RESULTS_PROTOCOL, REVIEW_PROTOCOL, ResultsProtocol
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules import protocol, results
from shared_contracts.rules.examine import Rules

KIND = RecordKind(
    object_type=RESULTS_PROTOCOL,
    roots=(ResultsProtocol, Deletion),
    first=(ResultsProtocol,),
    signed_as=DocumentKind.PROTOCOL,
    signed_for=("members.iin",),
    signed_by_each=True,
    refers_to=(("purchase_id", PURCHASE), ("review_protocol_id", REVIEW_PROTOCOL)),
    rules=Rules.of(protocol.BOOK, results.BOOK, formed=(protocol.FORMED,)),
)
"""The kind RESULTS_PROTOCOL."""
