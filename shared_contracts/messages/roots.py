"""What can be the root of an XML document, and who signs it."""

from collections.abc import Mapping
from types import MappingProxyType

from shared_contracts.messages.attestation import AttestReceipt, ReceiptAttested
from shared_contracts.messages.document import Amendable, Deletion, Part
from shared_contracts.messages.package import Package, VoidSequence
from shared_contracts.messages.purchase import Purchase, PurchaseExtension, TenderDocumentation
from shared_contracts.messages.receipt import FaultDetail, Receipt
from shared_contracts.messages.time import (
    Capabilities,
    CapabilitiesRequest,
    TimeAnswer,
    TimeRequest,
)

DOCUMENTS: Mapping[str, type[Amendable]] = MappingProxyType(
    {kind.__name__: kind for kind in (Purchase, TenderDocumentation, PurchaseExtension, Deletion)}
)
"""Business documents, which persons sign (S95-4), by the name of their root."""

SYSTEM_DOCUMENTS: Mapping[str, type[Part]] = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (
            Package,
            VoidSequence,
            Receipt,
            AttestReceipt,
            ReceiptAttested,
            TimeAnswer,
            Capabilities,
        )
    }
)
"""Documents which a system signs, by the name of their root."""

UNSIGNED: Mapping[str, type[Part]] = MappingProxyType(
    {kind.__name__: kind for kind in (FaultDetail, TimeRequest, CapabilitiesRequest)}
)
"""What nobody signs: requests that change nothing, and the detail of a fault."""

ROOTS: Mapping[str, type[Part]] = MappingProxyType({**DOCUMENTS, **SYSTEM_DOCUMENTS, **UNSIGNED})
"""All of them."""
