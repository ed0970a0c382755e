"""Synchronisation of time and what a system says of itself (S216-A3.3, S216-11)."""

from datetime import datetime
from uuid import UUID

from shared_contracts.messages.document import Environment, Part


class TimeRequest(Part, frozen=True, kw_only=True):
    """The sender's clock when it asked."""

    message_id: UUID
    client_sent_at: datetime


class TimeAnswer(Part, frozen=True, kw_only=True):
    """The Registry's clock when the question came and when the answer left."""

    message_id: UUID
    client_sent_at: datetime
    server_received_at: datetime
    server_sent_at: datetime
    time_zone: str
    utc_offset: str
    tzdb_version: str


class CapabilitiesRequest(Part, frozen=True, kw_only=True):
    """The question what a system can do."""

    message_id: UUID


class Limits(Part, frozen=True, kw_only=True):
    """The bounds within which a message must stay."""

    body_bytes: int
    document_bytes: int
    depth: int
    records: int
    lots: int
    findings: int
    file_bytes: int | None = None


class Capabilities(Part, frozen=True, kw_only=True):
    """What a system can do: operations, contract versions, limits, and its schemas' digests."""

    message_id: UUID
    system: str
    environment: Environment
    contract_versions: tuple[str, ...]
    operations: tuple[str, ...]
    object_types: tuple[str, ...]
    limits: Limits
    schema_sha256: str
