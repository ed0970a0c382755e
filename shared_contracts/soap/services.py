"""The two services of the contract, and what may be called on each (S216-14, S216-18.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Service:
    """A service: the name of its WSDL, its namespace, and the document each operation takes.

    The messages of ``light`` operations hold a question alone, of ``LIGHT_BYTES`` at most.
    """

    name: str
    namespace: str
    documents: Mapping[str, str]
    light: frozenset[str] = frozenset()


_OF_THE_LOG: Final = {"GetCheckpoint": "CheckpointRequest", "GetProof": "ProofRequest"}
"""What each system asks of the other's log (S216-12)."""

REGISTRY: Final = Service(
    "registry",
    "urn:kz:tru-registry:registry:1",
    MappingProxyType(
        {
            "TransferRecords": "Package",
            "VoidSequence": "VoidSequence",
            "GetTime": "TimeRequest",
            "GetCapabilities": "CapabilitiesRequest",
            "AttestReceipt": "AttestReceipt",
            "LoadProgramme": "Package",
            "QuerySupplier": "SupplierQuery",
            "SelectSupplier": "Package",
            "CheckSupplier": "SupplierCheck",
            "GetClassifier": "ClassifierRequest",
            "RequestChanges": "ChangesRequest",
            "SupplyData": "Package",
            "TransferFile": "FileTransfer",
            "RequestProgrammeChange": "ProgrammeChangeRequest",
            "SupplyProgrammeData": "Package",
            "SubmitAsync": "Package",
            "GetReceipt": "ReceiptRequest",
            **_OF_THE_LOG,
        }
    ),
    light=frozenset(
        {"QuerySupplier", "CheckSupplier", "GetClassifier", "GetReceipt", *_OF_THE_LOG}
    ),
)
"""What a SEZ calls on the Registry (S216-A3.1-4)."""

SEZ: Final = Service(
    "sez",
    "urn:kz:tru-registry:sez:1",
    MappingProxyType(
        {
            "GetCapabilities": "CapabilitiesRequest",
            "Notify": "Notice",
            "Audit": "AuditRequest",
            "AuditObject": "ObjectAuditRequest",
            "DeliverReceipt": "Receipt",
            **_OF_THE_LOG,
        }
    ),
    light=frozenset({"Audit", "AuditObject", *_OF_THE_LOG}),
)
"""What the Registry calls on a SEZ (S216-14, S216-A3.5, S216-A3.6)."""
