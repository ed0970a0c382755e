"""The log of a SEZ against what the Registry remembers of it (S216-9.6, reading R129).

A past that was rewritten is found here also where the present state was restored.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from registry.audits.events import AuditLogCompared
from registry.audits.finding import AuditFinding, Differs
from registry.audits.states import LogCompared, RunningAudit
from shared_contracts.errors import UpstreamFailed
from shared_contracts.event_log.proofs.extension import Extension
from shared_contracts.event_log.proofs.watched_log import WatchedLog
from shared_contracts.faults import RETRYABLE, Fault
from shared_contracts.limits import NAME
from shared_contracts.messages.audit import AuditContent

_ASKED_AGAIN = (None, *(RETRYABLE - {Fault.INTERNAL_ERROR}))
"""Faults after which a proof is asked for again; None is that there is no answer at all."""

OfSystem = Callable[[str], WatchedLog]
"""What is known of the log of the system of that code."""


@dataclass(frozen=True, slots=True)
class RememberedLogs:
    """What the watch over the logs of systems knows: ``known`` as it stands, ``compared`` anew.

    ``lately`` is what was proven within the hour, None where nothing was.
    """

    known: OfSystem
    compared: OfSystem
    lately: Callable[[str], WatchedLog | None]
    clock: Callable[[], datetime]

    def compare(self, audit: RunningAudit) -> AuditLogCompared:
        """The log compared, as an event of the audit; what the watch raises is raised.

        Where checksums alone are ordered, which are of the present, the last hourly proof is
        enough; else the SEZ proves its log anew.
        """
        log = self._compared(audit)
        return AuditLogCompared(
            audit_id=audit.order.audit_id,
            log=log,
            findings=tuple(_findings(log)),
            taken_at=self.clock(),
        )

    def _compared(self, audit: RunningAudit) -> LogCompared:
        code = audit.order.sez_code
        before = self.known(code)
        present = set(audit.order.contents) == {AuditContent.CHECKSUMS}
        after = self.lately(code) if present else None
        try:
            after = after or self.compared(code)
        except UpstreamFailed as problem:
            if getattr(problem, "code", None) in _ASKED_AGAIN:
                raise
            told = str(problem)[:NAME]
            return LogCompared(why=Extension.UNPROVEN, known=before.seen, problem=told)
        if after.alarm is not None:
            alarm = after.alarm
            return LogCompared(why=alarm.why, known=alarm.known, told=alarm.told)
        return LogCompared(
            why=Extension.EXTENDS, known=before.seen, told=after.seen, proven_at=after.proven_at
        )


def _findings(log: LogCompared) -> Iterator[AuditFinding]:
    """What a comparison found; nothing of a log that grew."""
    known, told = log.known, log.told
    position = known.size if known else None
    match log.why:
        case Extension.EXTENDS:
            return
        case Extension.SHORTER:
            sizes = (str(one.size) if one else None for one in (known, told))
            yield _finding(Differs.LOG_SHORTER, position, *sizes)
        case Extension.REWRITTEN:
            roots = (one.root if one else None for one in (known, told))
            yield _finding(Differs.LOG_REWRITTEN, position, *roots)
        case Extension.BACKDATED:
            moments = (one.made_at if one else None for one in (known, told))
            yield _finding(Differs.LOG_BACKDATED, position, *moments)
        case Extension.UNPROVEN | Extension.UNREADABLE:
            roots = (one.root if one else None for one in (known, told))
            yield _finding(Differs.LOG_UNPROVEN, position, *roots)
        case unknown:
            assert_never(unknown)


def _finding(
    kind: Differs, position: int | None, expected: str | None, found: str | None
) -> AuditFinding:
    return AuditFinding(kind=kind, position=position, expected=expected, found=found)
