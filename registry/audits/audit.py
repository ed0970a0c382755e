"""An audit of a SEZ: ordered, obtained page by page, ended (S216-12b, S216-A2.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from registry.audits.finding import AuditFinding, ExaminedVersion
from registry.audits.states import (
    AuditOrder,
    AuditOutcome,
    AuditState,
    EndedAudit,
    NoAudit,
    ObjectReached,
    PageReached,
    RunningAudit,
    State,
    WaitingAudit,
)
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.limits import FINDINGS
from shared_contracts.messages.audit import AuditContent

# What can happen


class AuditEvent(Event, frozen=True, kw_only=True):
    """Something happened to an audit; all that can is below this event."""

    audit_id: UUID


@topic("audit-ordered.1")
class AuditOrdered(AuditEvent, frozen=True, kw_only=True):
    """The authority for solid minerals ordered an audit (S216-12b)."""

    order: AuditOrder
    ordered_at: datetime


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
    entries: int
    under_way: int
    findings: tuple[AuditFinding, ...] = ()
    more_findings: int = 0
    request_sha256: str
    answer_sha256: str
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


# What can be asked


@dataclass(frozen=True, slots=True)
class OrderAudit:
    """Begin an audit."""

    order: AuditOrder
    at: datetime


@dataclass(frozen=True, slots=True)
class ResumeAudit:
    """Let an audit that waits for a person go on."""

    at: datetime


@dataclass(frozen=True, slots=True)
class EndAudit:
    """End an audit before all was obtained."""

    reason: str
    at: datetime


Command: TypeAlias = (
    OrderAudit | AuditPageTaken | AuditObjectExamined | AuditAttemptFailed | ResumeAudit | EndAudit
)

# Decide


def decide(audit: State, command: Command) -> Sequence[Event]:
    """Say what happens when ``command`` meets ``audit``; ``RefusedByRule`` where it cannot."""
    match audit, command:
        case NoAudit(), OrderAudit(order, at):
            return [AuditOrdered(audit_id=order.audit_id, order=order, ordered_at=at)]
        case RunningAudit(), (AuditPageTaken() | AuditObjectExamined()) as page:
            return [page, *_ending(evolve(audit, page), page.taken_at)]
        case RunningAudit(), AuditAttemptFailed() as failed:
            return [failed]
        case WaitingAudit(), ResumeAudit(at):
            return [AuditResumed(audit_id=audit.order.audit_id, resumed_at=at)]
        case ((RunningAudit() | WaitingAudit()), EndAudit(reason, at)):
            ended = AuditEnded(
                audit_id=audit.order.audit_id,
                outcome=AuditOutcome.ENDED_BY_PERSON,
                reason=reason,
                ended_at=at,
            )
            return [ended]
        case _:
            status = audit.status.lower().replace("_", " ")
            raise RefusedByRule(
                f"an audit that is {status} does not take it: end one that is under way, resume "
                "one that waits for a person"
            )


def _ending(audit: State, at: datetime) -> Sequence[Event]:
    """That all was obtained, once it was."""
    if not isinstance(audit, RunningAudit) or not audit.is_whole:
        return []
    outcome = AuditOutcome.DIFFERS if audit.found else AuditOutcome.MATCHES
    return [AuditEnded(audit_id=audit.order.audit_id, outcome=outcome, ended_at=at)]


# Evolve


def evolve(audit: State, event: Event) -> State:
    """What an audit is after ``event``."""
    match audit, event:
        case NoAudit(), AuditOrdered(order=order, ordered_at=at):
            return RunningAudit(order=order, ordered_at=at)
        case RunningAudit(), AuditPageTaken():
            return _with_page(audit, event)
        case RunningAudit(), AuditObjectExamined():
            return _with_object(audit, event)
        case RunningAudit(), AuditAttemptFailed(next_attempt_at=None):
            problem = f"{event.reason}: {event.detail}"
            return WaitingAudit(**_known(audit), problem=problem)
        case RunningAudit(), AuditAttemptFailed():
            return RunningAudit(
                **_known(audit),
                attempts=event.attempt,
                problem=f"{event.reason}: {event.detail}",
                next_attempt_at=event.next_attempt_at,
            )
        case WaitingAudit(), AuditResumed():
            rested = tuple(msgspec.structs.replace(one, without=0) for one in audit.obtained)
            return RunningAudit(**_known(audit) | {"obtained": rested})
        case ((RunningAudit() | WaitingAudit()), AuditEnded()):
            return EndedAudit(
                **_known(audit),
                outcome=event.outcome,
                reason=event.reason,
                ended_at=event.ended_at,
            )
        case _:
            return audit


def _known(audit: AuditState) -> dict[str, Any]:
    return {name: getattr(audit, name) for name in AuditState.__struct_fields__}


def _with_page(audit: RunningAudit, event: AuditPageTaken) -> RunningAudit:
    last = audit.obtained[-1] if event.page > 1 else None
    to_ask = () if isinstance(event.to_ask, msgspec.UnsetType) else event.to_ask
    reached = PageReached(
        content=event.content,
        pages=event.page,
        position=event.position,
        as_of=event.as_of,
        reached_position=event.reached_position,
        reached_object=event.reached_object,
        reached_chain=event.reached_chain,
        to_ask=to_ask,
        without=last.without + 1 if last and to_ask and to_ask == last.to_ask else 0,
        more=event.more,
    )
    before = audit.obtained[:-1] if event.page > 1 else audit.obtained
    kept = (*audit.findings, *event.findings)[:FINDINGS]
    return RunningAudit(
        order=audit.order,
        ordered_at=audit.ordered_at,
        obtained=(*before, reached),
        entries=audit.entries + event.entries,
        under_way=audit.under_way + event.under_way,
        findings=kept,
        more_findings=audit.found + len(event.findings) + event.more_findings - len(kept),
    )


def _with_object(audit: RunningAudit, event: AuditObjectExamined) -> RunningAudit:
    before = audit.examining.versions if audit.examining else ()
    reached = ObjectReached(
        pages=event.page,
        position=event.position,
        reached_position=event.reached_position,
        versions=(*before, *event.seen),
    )
    known = _known(audit) | {"examining": reached if event.more else None}
    counted = {
        "examined": audit.examined + (not event.more),
        "examined_pages": audit.examined_pages + 1,
    }
    return RunningAudit(**known | counted)


AUDIT: ObjectKind[State] = ObjectKind("AUDIT", NoAudit(), evolve, State)
"""Audits, by their id."""
