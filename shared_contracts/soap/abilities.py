"""What a system says of itself: operations, versions, limits (S216-11, S216-14)."""

from uuid import UUID

from shared_contracts import limits
from shared_contracts.messages.document import Environment
from shared_contracts.messages.kinds import KINDS
from shared_contracts.messages.time import Capabilities, Limits
from shared_contracts.messages.versions import VERSIONS
from shared_contracts.soap.services import Service
from shared_contracts.xml import schema

LIMITS = Limits(
    body_bytes=limits.MESSAGE_BYTES,
    document_bytes=limits.DOCUMENT_BYTES,
    depth=schema.MAX_DEPTH,
    records=limits.RECORDS,
    lots=limits.LOTS,
    findings=limits.FINDINGS,
    file_bytes=limits.FILE_BYTES,
)
"""The bounds of the contract (wire.md 5)."""


def abilities(message_id: UUID, service: Service, environment: Environment) -> Capabilities:
    """The answer to ``GetCapabilities``, before it is signed."""
    return Capabilities(
        message_id=message_id,
        system=service.name,
        environment=environment,
        contract_versions=VERSIONS,
        operations=tuple(service.documents),
        object_types=tuple(KINDS),
        limits=LIMITS,
        schema_sha256=schema.schema_digest(),
    )
