"""An audit of a SEZ: ordered, obtained page by page, ended (S216-12b, S216-A2.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from registry.audits.events import (
    AuditAttemptFailed,
    AuditEnded,
    AuditLogCompared,
    AuditObjectExamined,
    AuditOrdered,
    AuditPageTaken,
    AuditResumed,
)
from registry.audits.finding import AuditFinding
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
from shared_contracts.event_log.event import Event
from shared_contracts.limits import FINDINGS

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


Taken: TypeAlias = AuditLogCompared | AuditPageTaken | AuditObjectExamined
"""What was obtained and compared."""

Command: TypeAlias = OrderAudit | Taken | AuditAttemptFailed | ResumeAudit | EndAudit

# Decide


def decide(audit: State, command: Command) -> Sequence[Event]:
    """Say what happens when ``command`` meets ``audit``; ``RefusedByRule`` where it cannot."""
    match audit, command:
        case NoAudit(), OrderAudit(order, at):
            return [AuditOrdered(audit_id=order.audit_id, order=order, ordered_at=at)]
        case RunningAudit(), (
            AuditLogCompared() | AuditPageTaken() | AuditObjectExamined()
        ) as page:
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
        case RunningAudit(), AuditLogCompared(log=log, findings=findings):
            return _with_findings(audit, findings, {"log": log})
        case RunningAudit(), AuditPageTaken():
            return _with_page(audit, event)
        case RunningAudit(), AuditObjectExamined():
            return _with_object(audit, event)
        case RunningAudit(), AuditAttemptFailed():
            return _with_failure(audit, event)
        case WaitingAudit(), AuditResumed():
            rested = tuple(msgspec.structs.replace(one, without=0) for one in audit.obtained)
            begun = {"octets": msgspec.UNSET, "resumed_at": event.resumed_at}
            return RunningAudit(**_known(audit) | {"obtained": rested} | begun)
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


def _with_failure(audit: RunningAudit, event: AuditAttemptFailed) -> RunningAudit | WaitingAudit:
    """Tried again at a moment, or waiting for a person."""
    problem = f"{event.reason}: {event.detail}"
    if event.next_attempt_at is None:
        return WaitingAudit(**_known(audit), problem=problem)
    return RunningAudit(
        **_known(audit),
        attempts=event.attempt,
        problem=problem,
        next_attempt_at=event.next_attempt_at,
    )


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
        edge=() if isinstance(event.edge, msgspec.UnsetType) else event.edge,
        without=last.without + 1 if last and to_ask and to_ask == last.to_ask else 0,
        more=event.more,
    )
    before = audit.obtained[:-1] if event.page > 1 else audit.obtained
    counted = {
        "obtained": (*before, reached),
        "entries": audit.entries + event.entries,
        "under_way": audit.under_way + event.under_way,
        "octets": _octets(audit, event),
    }
    return _with_findings(audit, event.findings, counted, event.more_findings)


def _with_findings(
    audit: RunningAudit,
    findings: tuple[AuditFinding, ...],
    changed: dict[str, Any],
    more: int = 0,
) -> RunningAudit:
    """The audit after what was found, of which as many are kept as may be."""
    kept = (*audit.findings, *findings)[:FINDINGS]
    left = audit.found + len(findings) + more - len(kept)
    return RunningAudit(**_known(audit) | changed | {"findings": kept, "more_findings": left})


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
        "octets": _octets(audit, event),
    }
    return RunningAudit(**known | counted)


def _octets(
    audit: RunningAudit, event: AuditPageTaken | AuditObjectExamined
) -> int | msgspec.UnsetType:
    """How many bytes were exchanged after a page; of old pages nobody counted them."""
    if isinstance(event.octets, msgspec.UnsetType):
        return audit.octets
    return event.octets + (0 if isinstance(audit.octets, msgspec.UnsetType) else audit.octets)


AUDIT: ObjectKind[State] = ObjectKind("AUDIT", NoAudit(), evolve, State)
"""Audits, by their id."""
