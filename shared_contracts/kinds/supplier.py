"""Suppliers: added, changed, deleted (S216-2.1b, S216-A3.1j-l)."""

from shared_contracts.messages.document import Deletion, DocumentKind
from shared_contracts.messages.kinds import TRANSFER, RecordKind
from shared_contracts.messages.supplier import SUPPLIER, SupplierCard, chosen
from shared_contracts.rules import codes, supplier
from shared_contracts.rules.examine import Rules

SELECT = "SelectSupplier"
"""The operation by which a card travels that was chosen from the Registry's list (scheme 4)."""

KIND = RecordKind(
    object_type=SUPPLIER,
    roots=(SupplierCard, Deletion),
    first=(SupplierCard,),
    signed_as=DocumentKind.SUPPLIER,
    signed_for=("filed_by.bin", "filed_by.iin", "bin", "iin"),
    operation=lambda document: SELECT if chosen(document) else TRANSFER,
    codes=codes.of_card,
    rules=Rules.of(supplier.BOOK, formed=(supplier.FORMED,)),
)
"""The kind SUPPLIER."""
