"""Attempts at a page of an audit that failed: why, and when the next one is (S216-12b)."""

from datetime import datetime, timedelta

from registry.audits.bounds import BoundReached
from registry.audits.events import AuditAttemptFailed
from registry.audits.states import RunningAudit
from shared_contracts.counterpart import NotProvenYet, NotTheCounterpart
from shared_contracts.errors import Defect, Diagnosed, Temporary, UpstreamFailed
from shared_contracts.faults import RETRYABLE
from shared_contracts.limits import NAME

ATTEMPTS = 12
"""Attempts at one page before a person is asked."""

PAUSE, LONGEST = timedelta(seconds=15), timedelta(minutes=10)
"""Pause after the first failed attempt, twice as long after each further; and the longest."""

DEFECT_HERE = "DEFECT_HERE"
"""The Registry itself could not make the attempt."""


def failed(audit: RunningAudit, problem: Exception, at: datetime) -> AuditAttemptFailed:
    """The attempt, and when the next is; none where the same would fail again, or often did."""
    attempt = audit.attempts + 1
    wait = min(LONGEST, PAUSE * 2 ** min(attempt - 1, 30))
    again = _is_temporary(problem) and attempt < ATTEMPTS
    return AuditAttemptFailed(
        audit_id=audit.order.audit_id,
        attempt=attempt,
        reason=_code(problem) or _reason(problem),
        detail=(str(problem) or type(problem).__name__)[:NAME],
        next_attempt_at=at + wait if again else None,
        failed_at=at,
    )


def _code(problem: Exception) -> str | None:
    """The fault by which the system answered, if it did."""
    return getattr(problem, "code", None) if isinstance(problem, Diagnosed) else None


def _reason(problem: Exception) -> str:
    if not isinstance(problem, Diagnosed) or isinstance(problem, Defect):
        return DEFECT_HERE
    if isinstance(problem, BoundReached):
        return "BOUND_REACHED"
    if isinstance(problem, UpstreamFailed):
        return "UNREACHABLE"
    return "ANSWER_NOT_BELIEVED" if isinstance(problem, NotTheCounterpart) else "NOT_ASKED"


def _is_temporary(problem: Exception) -> bool:
    """Whether the same request may be answered later."""
    code = _code(problem)
    if code is not None:
        return code in RETRYABLE
    return isinstance(problem, UpstreamFailed | NotProvenYet | Temporary)
