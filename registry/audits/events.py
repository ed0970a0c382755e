"""What can happen to an audit of a SEZ, as it is kept (S216-12b, S216-A2.6)."""

from datetime import datetime
from uuid import UUID

import msgspec

from registry.audits.finding import AuditFinding, ExaminedVersion
from registry.audits.states import AuditOrder, AuditOutcome, LogCompared
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.audit import AuditContent


class AuditEvent(Event, frozen=True, kw_only=True):
    """Something happened to an audit; all that can is below this event."""

    audit_id: UUID


@topic("audit-ordered.1")
class AuditOrdered(AuditEvent, frozen=True, kw_only=True):
    """The authority for solid minerals ordered an audit (S216-12b)."""

    order: AuditOrder
    ordered_at: datetime


@topic("audit-log-compared.1")
class AuditLogCompared(AuditEvent, frozen=True, kw_only=True):
    """The log of the SEZ was compared with what the Registry remembers of it (reading R129)."""

    log: LogCompared
    findings: tuple[AuditFinding, ...] = ()
    taken_at: datetime


@topic("audit-page-taken.1")
class AuditPageTaken(AuditEvent, frozen=True, kw_only=True):
    """A page was obtained and compared; request and answer stand beside it as evidence."""

    content: AuditContent
    page: int
    position: int
    as_of: datetime
    chain_hash: str
    more: bool
    reached_position: int | None = None
    reached_object: UUID | None = None
    reached_chain: str | None = None
    to_ask: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    edge: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    entries: int
    under_way: int
    findings: tuple[AuditFinding, ...] = ()
    more_findings: int = 0
    request_sha256: str
    answer_sha256: str
    octets: int | msgspec.UnsetType = msgspec.UNSET
    taken_at: datetime


@topic("audit-object-examined.1")
class AuditObjectExamined(AuditEvent, frozen=True, kw_only=True):
    """A page about an object that differs was obtained; request and answer stand beside it.

    ``chain_broken_at`` are positions of the log of the SEZ whose link does not fit.
    """

    object_type: str | None = None
    object_id: UUID
    page: int
    position: int
    more: bool
    reached_position: int | None = None
    entries: int
    seen: tuple[int, ...] = ()
    versions: tuple[ExaminedVersion, ...] = ()
    findings: tuple[AuditFinding, ...] = ()
    more_findings: int = 0
    chain_broken_at: tuple[int, ...] = ()
    request_sha256: str
    answer_sha256: str
    octets: int | msgspec.UnsetType = msgspec.UNSET
    taken_at: datetime


@topic("audit-attempt-failed.1")
class AuditAttemptFailed(AuditEvent, frozen=True, kw_only=True):
    """No answer that could be believed came; without a next attempt it waits for a person."""

    attempt: int
    reason: str
    detail: str
    next_attempt_at: datetime | None = None
    failed_at: datetime


@topic("audit-resumed.1")
class AuditResumed(AuditEvent, frozen=True, kw_only=True):
    """A person had an audit that waited go on."""

    resumed_at: datetime


@topic("audit-ended.1")
class AuditEnded(AuditEvent, frozen=True, kw_only=True):
    """All was obtained and compared, or a person ended the audit and said why."""

    outcome: AuditOutcome
    reason: str = ""
    ended_at: datetime
