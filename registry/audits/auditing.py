"""Audits as they are ordered, go on by themselves, wait for a person, and end (S216-12b)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

import msgspec

from registry.audits import listing
from registry.audits.audit import (
    AUDIT,
    AuditAttemptFailed,
    Command,
    EndAudit,
    OrderAudit,
    ResumeAudit,
    decide,
)
from registry.audits.obtaining import Obtaining
from registry.audits.order import AuditWanted, check_order
from registry.audits.states import AuditOrder, RunningAudit, State
from registry.systems.system import SystemRegistered
from shared_contracts.counterpart import NotProvenYet, NotTheCounterpart
from shared_contracts.errors import (
    Absent,
    BadInput,
    Diagnosed,
    NeedsPerson,
    RefusedByRule,
    UpstreamFailed,
)
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.faults import RETRYABLE
from shared_contracts.identifiers import uuid7
from shared_contracts.limits import NAME
from shared_contracts.messages.document import Environment
from shared_contracts.process.duties import Duty, every

ATTEMPTS = 12
"""Attempts at one page before a person is asked."""

PAUSE, LONGEST = timedelta(seconds=15), timedelta(minutes=10)
"""Pause after the first failed attempt, twice as long after each further; and the longest."""

AT_ONCE = 20
"""Pages of one audit that are taken before another has its turn."""

PAGES = 100_000
"""Most pages of one content; a log that gives more is not obtained without a person."""

LOOK = 2.0
"""Seconds between two looks at the audits that are open."""

OPEN = 200
"""Most audits that may be open at once."""


@dataclass(slots=True)
class Auditing:
    """All audits of this Registry; safe for all threads.

    ``authority_bin`` is that of the authority for solid minerals, who alone may order one; none
    may while it is None. ``systems`` gives the register.
    """

    log: EventLog
    environment: Environment
    authority_bin: str | None
    systems: Callable[[], Iterable[SystemRegistered]]
    obtaining: Obtaining
    clock: Callable[[], datetime]
    _open: dict[UUID, str] | None = None
    _guard: Lock = field(default_factory=Lock)

    def order(self, wanted: AuditWanted) -> State:
        """Order an audit; it goes on by itself.

        ``RefusedByRule`` for anybody but the authority (S216-12b), ``BadInput`` tells what is
        wrong with the order, ``Absent`` that there is no such system.
        """
        self._check_authority(wanted.authority_bin)
        check_order(wanted, self.clock())
        if self._entry(wanted.sez_code).endpoint is None:
            raise RefusedByRule(
                f"the register has no endpoint of {wanted.sez_code}: enter it with "
                f"`registry sez add {wanted.sez_code} --endpoint https://…`"
            )
        if len(self._opened()) >= OPEN:
            raise RefusedByRule(f"{OPEN} audits are open: end one, or wait until one has ended")
        told = msgspec.structs.asdict(wanted)
        order = AuditOrder(audit_id=uuid7(), environment=self.environment, **told)
        at = self._asked(order.audit_id, order.sez_code, OrderAudit(order, self.clock()))
        with self._guard:
            self._opened()[order.audit_id] = order.sez_code
        return at.state

    def find(self, audit_id: UUID) -> AggregateState[State]:
        """Where an audit stands; ``Absent`` if there is none."""
        codes = [one.code for one in self.systems()]
        code = listing.system_of(self.log, self.environment, codes, audit_id)
        if code is None:
            raise Absent(f"no audit {audit_id}; `registry audits list` shows those there are")
        return self._at(audit_id, code)

    def list(self, sez_code: str | None, most: int) -> list[State]:
        """The newest audits, of a system or of all."""
        codes = [one.code for one in self.systems() if sez_code in (None, one.code)]
        return listing.audits(self.log, self.environment, codes, most)

    def resume(self, audit_id: UUID) -> State:
        """Let an audit that waits for a person go on from where it stopped."""
        at = self.find(audit_id)
        code = at.key.sez_code
        state = self._asked(audit_id, code, ResumeAudit(self.clock())).state
        with self._guard:
            self._opened()[audit_id] = code
        return state

    def end(self, audit_id: UUID, reason: str) -> State:
        """End an audit before all was obtained; what was obtained stays."""
        at = self.find(audit_id)
        return self._asked(audit_id, at.key.sez_code, EndAudit(reason, self.clock())).state

    def duty(self) -> Duty:
        """The look at the audits that are open; each says by itself how it stands."""
        return every("audits", LOOK, self.step, vital=False)

    def step(self) -> int:
        """Take the pages that are due now; how many were taken."""
        taken = 0
        for audit_id, code in list(self._opened().items()):
            taken += self._go_on(audit_id, code)
        return taken

    def _go_on(self, audit_id: UUID, code: str) -> int:
        for taken in range(AT_ONCE):
            at = self._at(audit_id, code)
            if not isinstance(at.state, RunningAudit):
                with self._guard:
                    self._opened().pop(audit_id, None)
                return taken
            due = at.state.next_attempt_at
            if due is not None and due > self.clock():
                return taken
            if not self._advance(at, at.state):
                return taken
        return AT_ONCE

    def _advance(self, at: AggregateState[State], audit: RunningAudit) -> bool:
        """Whether a page was taken; what keeps it from that is recorded."""
        try:
            reached = audit.place[1]
            if reached is not None and reached.pages >= PAGES:
                raise NotTheCounterpart(f"{PAGES} pages did not reach the end")
            page, request, answer = self.obtaining.page(audit, self._entry(at.key.sez_code))
        except (UpstreamFailed, BadInput, Absent, NeedsPerson) as problem:
            self._append(at, _failed(audit, problem, self.clock()), ())
            return False
        return self._append(at, page, (("request", request), ("answer", answer)))

    def _append(
        self, at: AggregateState[State], command: Command, beside: tuple[tuple[str, bytes], ...]
    ) -> bool:
        """Whether it was recorded: not, if somebody decided otherwise meanwhile."""
        with self.log.locks([at.key]):
            now = self._at(at.key.object_id, at.key.sez_code)
            if now.version != at.version:
                return False
            self._record(now, command, beside)
            return True

    def _asked(self, audit_id: UUID, code: str, command: Command) -> AggregateState[State]:
        key = self._key(audit_id, code)
        with self.log.locks([key]):
            return self._record(self._at(audit_id, code), command, ())

    def _record(
        self, at: AggregateState[State], command: Command, beside: tuple[tuple[str, bytes], ...]
    ) -> AggregateState[State]:
        events = decide(at.state, command)
        facts, after = at.facts(events), at.after(events)
        place = (facts[0].originator_id, facts[0].version)
        evidence = tuple(Evidence(*place, *one) for one in beside)
        self.log.append(Commit(facts, (after.head(),), evidence))
        return after

    def _key(self, audit_id: UUID, code: str) -> HeadKey:
        return HeadKey(self.environment, code, AUDIT.name, audit_id)

    def _at(self, audit_id: UUID, code: str) -> AggregateState[State]:
        key = self._key(audit_id, code)
        return current_state(AUDIT, key, self.log.heads([key]).get(key), uuid7)

    def _entry(self, code: str) -> SystemRegistered:
        found = next((one for one in self.systems() if one.code == code), None)
        if found is None:
            raise Absent(f"no system {code} in the register")
        return found

    def _check_authority(self, given: str) -> None:
        if self.authority_bin is None:
            raise RefusedByRule(
                "who may order an audit is not set: give the BIN of the authority for solid "
                "minerals in REGISTRY_SOLID_AUTHORITY and start the Registry anew"
            )
        if given != self.authority_bin:
            raise RefusedByRule(
                f"authority_bin {given}: only the authority for solid minerals, BIN "
                f"{self.authority_bin}, orders an audit (S216-12)"
            )

    def _opened(self) -> dict[UUID, str]:
        """The audits that are not over, read from the log when first asked for."""
        if self._open is None:
            codes = [one.code for one in self.systems()]
            known = listing.audits(self.log, self.environment, codes, 2**31)
            self._open = {
                one.order.audit_id: one.order.sez_code
                for one in known
                if isinstance(one, RunningAudit)
            }
        return self._open


def _failed(audit: RunningAudit, problem: Diagnosed, at: datetime) -> AuditAttemptFailed:
    """The attempt, and when the next is; none where the same would fail again, or often did."""
    attempt = audit.attempts + 1
    wait = min(LONGEST, PAUSE * 2 ** min(attempt - 1, 30))
    again = _is_temporary(problem) and attempt < ATTEMPTS
    return AuditAttemptFailed(
        audit_id=audit.order.audit_id,
        attempt=attempt,
        reason=getattr(problem, "code", _reason(problem)),
        detail=str(problem)[:NAME],
        next_attempt_at=at + wait if again else None,
        failed_at=at,
    )


def _reason(problem: Diagnosed) -> str:
    if isinstance(problem, UpstreamFailed):
        return "UNREACHABLE"
    return "ANSWER_NOT_BELIEVED" if isinstance(problem, NotTheCounterpart) else "NOT_ASKED"


def _is_temporary(problem: Diagnosed) -> bool:
    """Whether the same request may be answered later."""
    code = getattr(problem, "code", None)
    if code is not None:
        return code in RETRYABLE
    return isinstance(problem, UpstreamFailed | NotProvenYet)
