"""What can be the root of an XML document, and who signs it."""

from collections.abc import Mapping
from types import MappingProxyType

from shared_contracts.messages.asynchronous import (
    ReceiptDelivered,
    ReceiptPending,
    ReceiptRequest,
    Ticket,
)
from shared_contracts.messages.attestation import AttestReceipt, ReceiptAttested
from shared_contracts.messages.audit import AuditAnswer, AuditRequest
from shared_contracts.messages.audited_object import ObjectAuditAnswer, ObjectAuditRequest
from shared_contracts.messages.changes import ChangesAnswer, ChangesRequest
from shared_contracts.messages.classifiers import ClassifierPage, ClassifierRequest
from shared_contracts.messages.document import Amendable, Part
from shared_contracts.messages.file_transfer import FileTaken, FileTransfer
from shared_contracts.messages.kinds import KINDS
from shared_contracts.messages.log_proof import (
    CheckpointAnswer,
    CheckpointRequest,
    ProofAnswer,
    ProofRequest,
)
from shared_contracts.messages.notice import Notice, NoticeTaken
from shared_contracts.messages.package import Package, VoidSequence
from shared_contracts.messages.programme_change import (
    ProgrammeChangeAnswer,
    ProgrammeChangeRequest,
)
from shared_contracts.messages.receipt import FaultDetail, Receipt
from shared_contracts.messages.supplier_query import (
    SupplierCheck,
    SupplierCheckResult,
    SupplierQuery,
    SupplierQueryResult,
)
from shared_contracts.messages.time import (
    Capabilities,
    CapabilitiesRequest,
    TimeAnswer,
    TimeRequest,
)
from shared_contracts.named import Lazy

DOCUMENTS: Mapping[str, type[Amendable]] = Lazy(
    lambda: {root.__name__: root for kind in KINDS.values() for root in kind.roots}
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
            SupplierQuery,
            SupplierQueryResult,
            SupplierCheck,
            SupplierCheckResult,
            ClassifierRequest,
            ClassifierPage,
            AuditRequest,
            AuditAnswer,
            ObjectAuditRequest,
            ObjectAuditAnswer,
            ChangesRequest,
            ChangesAnswer,
            Notice,
            NoticeTaken,
            FileTransfer,
            FileTaken,
            ProgrammeChangeRequest,
            ProgrammeChangeAnswer,
            Ticket,
            ReceiptRequest,
            ReceiptPending,
            ReceiptDelivered,
            CheckpointRequest,
            CheckpointAnswer,
            ProofRequest,
            ProofAnswer,
        )
    }
)
"""Documents which a system signs, by the name of their root."""

UNSIGNED: Mapping[str, type[Part]] = MappingProxyType(
    {kind.__name__: kind for kind in (FaultDetail, TimeRequest, CapabilitiesRequest)}
)
"""What nobody signs: requests that change nothing, and the detail of a fault."""

ROOTS: Mapping[str, type[Part]] = Lazy(lambda: {**DOCUMENTS, **SYSTEM_DOCUMENTS, **UNSIGNED})
"""All of them."""
