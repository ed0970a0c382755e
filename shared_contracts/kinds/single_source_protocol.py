"""Protocols of purchases from a single source (S216-9.3, S216-A3.1g-i)."""

from shared_contracts.messages.document import Deletion, DocumentKind
from shared_contracts.messages.kinds import RecordKind
from shared_contracts.messages.protocol import SINGLE_SOURCE_PROTOCOL, SingleSourceProtocol
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules import protocol
from shared_contracts.rules.examine import Rules

KIND = RecordKind(
    object_type=SINGLE_SOURCE_PROTOCOL,
    roots=(SingleSourceProtocol, Deletion),
    first=(SingleSourceProtocol,),
    signed_as=DocumentKind.PROTOCOL,
    signed_for=("members.iin",),
    signed_by_each=True,
    refers_to=(("purchase_id", PURCHASE),),
    rules=Rules.of(protocol.BOOK, formed=(protocol.FORMED,)),
)
"""The kind SINGLE_SOURCE_PROTOCOL."""
