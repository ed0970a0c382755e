"""The package in which records travel, signed by the SEZ (S216-A2.1.1, S95-4)."""

from datetime import datetime
from uuid import UUID

from shared_contracts.messages.document import ObjectType, Part
from shared_contracts.messages.system_message import SystemMessage


class FormedBy(Part, frozen=True, kw_only=True):
    """The user whose signature completed the document."""

    name: str
    iin: str | None = None
    position: str | None = None


class RecordHeader(Part, frozen=True, kw_only=True):
    """What is known of a document only after its last signature."""

    object_type: ObjectType
    object_id: UUID
    version: int
    formed_at: datetime
    formed_by: FormedBy
    document_hash: str
    registry_id: UUID | None = None


class FileRef(Part, frozen=True, kw_only=True):
    """A document that travels beside the package, by the SHA-256 of its bytes."""

    sha256: str
    size: int


class Record(Part, frozen=True, kw_only=True):
    """One version of one object: its header, and the document as the exact bytes signed."""

    header: RecordHeader
    document: bytes | None = None
    file_ref: FileRef | None = None


class Package(SystemMessage, frozen=True, kw_only=True):
    """Records on their way from a SEZ to the Registry, accepted whole or refused whole."""

    sequence: int
    created_at: datetime
    contract_version: str
    record_count: int
    records: tuple[Record, ...]


class VoidSequence(SystemMessage, frozen=True, kw_only=True):
    """The signed statement that a number of the sequence was never sent."""

    sequence: int
    created_at: datetime
    reason: str
