"""Purchases: announced, changed, extended, deleted (S216-9.1, S216-A3.1a-d, h, i)."""

from shared_contracts.messages.document import Deletion, DocumentKind
from shared_contracts.messages.kinds import RecordKind
from shared_contracts.messages.purchase import (
    PURCHASE,
    Purchase,
    PurchaseExtension,
    TenderDocumentation,
)
from shared_contracts.rules import codes, documents, extension, formed, lots, purchase
from shared_contracts.rules.examine import Rules

PARTIES = tuple(
    f"{party}.{number}"
    for party in ("customer", "organizer", "principal")
    for number in ("bin", "iin")
)
"""The fields with the numbers of those who buy."""

KIND = RecordKind(
    object_type=PURCHASE,
    roots=(Purchase, TenderDocumentation, PurchaseExtension, Deletion),
    first=(Purchase,),
    signed_as=DocumentKind.PURCHASE,
    signed_for=("customer.bin", "customer.iin", "organizer.bin", "organizer.iin"),
    refers_to=(("base_purchase.object_id", PURCHASE),),
    files="documents",
    parties=PARTIES,
    engages=PARTIES,
    fulfils="programme_items",
    codes=codes.of_purchase,
    rules=Rules.of(purchase.BOOK, lots.BOOK, documents.BOOK, extension.BOOK, formed=(formed.BOOK,)),
)
"""The kind PURCHASE."""
