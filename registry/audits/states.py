"""What an audit of a SEZ is meanwhile, and how it was ordered."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias
from uuid import UUID

import msgspec

from registry.audits.finding import AuditFinding
from shared_contracts.messages.audit import AuditContent, ChecksumDepth
from shared_contracts.messages.document import Environment


class AuditOutcome(StrEnum):
    """How an audit ended."""

    MATCHES = "MATCHES"
    DIFFERS = "DIFFERS"
    ENDED_BY_PERSON = "ENDED_BY_PERSON"


class AuditOrder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is audited, by whose order and on what ground; the scope is all where none is named."""

    audit_id: UUID
    environment: Environment
    sez_code: str
    contents: tuple[AuditContent, ...]
    object_types: tuple[str, ...] = ()
    depth: ChecksumDepth | None = None
    since: datetime | None = None
    until: datetime | None = None
    ground: str
    ordered_by: str
    authority_bin: str


class NoAudit(msgspec.Struct, frozen=True, tag="UNKNOWN", tag_field="status"):
    """There is no such audit."""

    status: ClassVar[str] = "UNKNOWN"


class PageReached(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far one content was obtained, and as of which position of the log of the SEZ.

    ``to_ask`` are the nodes of trees that are still to be asked for: type, stroke, prefix.
    """

    content: AuditContent
    pages: int
    position: int
    as_of: datetime
    reached_position: int | None = None
    reached_object: UUID | None = None
    reached_chain: str | None = None
    to_ask: tuple[str, ...] = ()
    more: bool


class AuditState(msgspec.Struct, frozen=True, kw_only=True, tag_field="status"):
    """What an audit obtained and found up to now."""

    status: ClassVar[str] = ""
    order: AuditOrder
    ordered_at: datetime
    obtained: tuple[PageReached, ...] = ()
    entries: int = 0
    under_way: int = 0
    findings: tuple[AuditFinding, ...] = ()
    more_findings: int = 0

    @property
    def found(self) -> int:
        """How many differences were found."""
        return len(self.findings) + self.more_findings


class RunningAudit(AuditState, frozen=True, kw_only=True, tag="RUNNING"):
    """Pages are asked for; after attempts that failed, at the moment of the next."""

    status: ClassVar[str] = "RUNNING"
    attempts: int = 0
    problem: str | None = None
    next_attempt_at: datetime | None = None

    @property
    def place(self) -> tuple[AuditContent, PageReached | None]:
        """Which content is obtained next, and how far it is; all of them were, if none is left."""
        last = self.obtained[-1] if self.obtained else None
        if last is not None and last.more:
            return last.content, last
        return self.order.contents[len(self.obtained)], None

    @property
    def is_whole(self) -> bool:
        """Whether all was obtained."""
        whole = len(self.obtained) == len(self.order.contents)
        return whole and not self.obtained[-1].more


class WaitingAudit(AuditState, frozen=True, kw_only=True, tag="WAITS_FOR_PERSON"):
    """The SEZ gave no answer, or none to be believed: a person lets it go on, or ends it."""

    status: ClassVar[str] = "WAITS_FOR_PERSON"
    problem: str


class EndedAudit(AuditState, frozen=True, kw_only=True, tag="ENDED"):
    """It is over."""

    status: ClassVar[str] = "ENDED"
    outcome: AuditOutcome
    reason: str = ""
    ended_at: datetime


State: TypeAlias = NoAudit | RunningAudit | WaitingAudit | EndedAudit
