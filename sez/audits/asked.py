"""That this SEZ was audited is itself on record (S216-9.6, S216-12b)."""

from datetime import datetime
from uuid import UUID

from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.audit import AuditContent


@topic("audit-asked.1")
class AuditAsked(Event, frozen=True, kw_only=True):
    """The Registry began to obtain something; its signed request stands beside the event.

    The answers show the log as it stood at ``position``.
    """

    audit_id: UUID
    content: AuditContent
    ground: str
    ordered_by: str
    position: int
    request_sha256: str
    asked_at: datetime
