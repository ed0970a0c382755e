"""Audits as they are ordered, go on by themselves, wait for a person, and end (S216-12b)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from uuid import UUID

import msgspec
import structlog

from registry.audits import listing
from registry.audits.attempts import failed
from registry.audits.audit import (
    AUDIT,
    Command,
    EndAudit,
    OrderAudit,
    ResumeAudit,
    Taken,
    decide,
)
from registry.audits.bounds import ensure_ends
from registry.audits.events import AuditObjectExamined
from registry.audits.examining import Examining
from registry.audits.obtaining import Obtaining
from registry.audits.order import AuditWanted, check_order
from registry.audits.remembered import RememberedLogs
from registry.audits.states import (
    AuditOrder,
    AuditState,
    EndedAudit,
    RunningAudit,
    State,
    WaitingAudit,
)
from registry.audits.turns import OpenAudit, Turns
from registry.systems.system import SystemRegistered
from shared_contracts.errors import (
    Absent,
    Defect,
    Diagnosed,
    RefusedByRule,
)
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.process import health
from shared_contracts.process.duties import Duty, every

log = structlog.get_logger(__name__)

AT_ONCE = 20
"""Pages of one audit that are taken before another has its turn."""

LOOK = 2.0
"""Seconds between two looks at the audits that are open."""

OPEN = 200
"""Most audits that may be open at once, those that wait for a person too."""

SYSTEMS = 8
"""Most systems that are audited at the same time, each in a thread of its own."""


Beside = tuple[tuple[str, bytes], ...]
"""What stands beside an event as evidence, by name."""


class ObjectShown(msgspec.Struct, frozen=True):
    """A page about an object, under the number of the event by which it was taken."""

    number: int
    found: AuditObjectExamined


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
    examining: Examining
    remembered: RememberedLogs
    clock: Callable[[], datetime]
    _open: dict[UUID, OpenAudit] = field(default_factory=dict)
    _turns: Turns = field(default_factory=lambda: Turns(SYSTEMS))
    _guard: Lock = field(default_factory=Lock)

    def load(self) -> None:
        """Read the audits that are not over, when the process begins."""
        codes = [one.code for one in self.systems()]
        for state in listing.unfinished(self.log, self.environment, codes):
            self._note(state)

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
        if len(self._open) >= OPEN:
            raise RefusedByRule(f"{OPEN} audits are open: end one, or wait until one has ended")
        told = msgspec.structs.asdict(wanted)
        order = AuditOrder(audit_id=uuid7(), environment=self.environment, **told)
        return self._asked(order.audit_id, order.sez_code, OrderAudit(order, self.clock())).state

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

    def objects(self, audit_id: UUID, after: int, most: int) -> Sequence[ObjectShown]:
        """What was found of the objects that differ, page by page, each under its number."""
        at = self.find(audit_id)
        pages = listing.examined(self.log, at.originator_id, after, most)
        return [
            ObjectShown(number=one.version, found=one.event)
            for one in pages
            if isinstance(one.event, AuditObjectExamined)
        ]

    def resume(self, audit_id: UUID) -> State:
        """Let an audit that waits for a person go on from where it stopped."""
        code = self.find(audit_id).key.sez_code
        return self._asked(audit_id, code, ResumeAudit(self.clock())).state

    def end(self, audit_id: UUID, reason: str) -> State:
        """End an audit before all was obtained; what was obtained stays."""
        at = self.find(audit_id)
        return self._asked(audit_id, at.key.sez_code, EndAudit(reason, self.clock())).state

    def by_state(self) -> Mapping[str, float]:
        """How many audits are not over, by state."""
        with self._guard:
            counted = Counter(one.status for one in self._open.values())
        return {one: float(counted[one]) for one in (RunningAudit.status, WaitingAudit.status)}

    def gauge(self) -> health.Gauge:
        """How many audits are not over, by state, when somebody asks for figures."""
        told = "Audits of systems that are not over, by state"
        return health.Gauge("registry_audits", told, self.by_state, "state")

    def duty(self) -> Duty:
        """The look at the audits that are open; each says by itself how it stands."""
        return every("audits", LOOK, self.begin, vital=False)

    def begin(self) -> None:
        """Have the pages taken that are due, each system by a thread of its own."""
        self._turns.begin(self._running(), self._take)

    def step(self) -> int:
        """Take the pages that are due now, of one system after another; how many were taken."""
        return sum(self._take(code) for code in self._running())

    def _running(self) -> Sequence[str]:
        """The systems that are audited."""
        with self._guard:
            ones = [one.code for one in self._open.values() if one.status == RunningAudit.status]
        return list(dict.fromkeys(ones))

    def _take(self, code: str) -> int:
        """Take the pages that are due of one system, until it gives none."""
        with self._guard:
            audits = [one for one, opened in self._open.items() if opened.code == code]
        taken = 0
        for audit_id in audits:
            pages, silent = self._go_on(audit_id, code)
            taken += pages
            if silent:  # its other audits wait for their turn, those of other systems do not
                break
        return taken

    def _go_on(self, audit_id: UUID, code: str) -> tuple[int, bool]:
        """How many pages of an audit were taken, and whether the system did not answer."""
        for taken in range(AT_ONCE):
            at = self._at(audit_id, code)
            if not isinstance(at.state, RunningAudit):
                return taken, False
            due = at.state.next_attempt_at
            if due is not None and due > self.clock():
                return taken, False
            if not self._advance(at, at.state):
                after = self._at(audit_id, code).state
                return taken, isinstance(after, RunningAudit) and after.attempts > 0
        return AT_ONCE, False

    def _advance(self, at: AggregateState[State], audit: RunningAudit) -> bool:
        """Whether a page was taken; what keeps it from that is recorded."""
        try:
            ensure_ends(audit, self.clock())
            page, beside = self._next(audit, self._entry(at.key.sez_code))
        except Exception as problem:
            if not isinstance(problem, Diagnosed) or isinstance(problem, Defect):
                log.exception("audit", audit_id=str(audit.order.audit_id))
            self._append(at, failed(audit, problem, self.clock()), ())
            return False
        return self._append(at, page, beside)

    def _next(self, audit: RunningAudit, entry: SystemRegistered) -> tuple[Taken, Beside]:
        """What comes next: the log against what is remembered, then pages, then objects."""
        if isinstance(audit.log, msgspec.UnsetType):
            return self.remembered.compare(audit), ()
        wanted = audit.next_object
        page, request, answer = (
            self.obtaining.page(audit, entry)
            if wanted is None
            else self.examining.page(audit, entry, wanted)
        )
        return page, (("request", request), ("answer", answer))

    def _append(self, at: AggregateState[State], command: Command, beside: Beside) -> bool:
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
        self, at: AggregateState[State], command: Command, beside: Beside
    ) -> AggregateState[State]:
        events = decide(at.state, command)
        facts, after = at.facts(events), at.after(events)
        place = (facts[0].originator_id, facts[0].version)
        evidence = tuple(Evidence(*place, *one) for one in beside)
        self.log.append(Commit(facts, (after.head(),), evidence))
        self._note(after.state)
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
                f"{self.authority_bin}, orders an audit (S216-12b)"
            )

    def _note(self, state: State) -> None:
        """Keep in mind where an audit stands that is not over."""
        if isinstance(state, AuditState):
            with self._guard:
                if isinstance(state, EndedAudit):
                    self._open.pop(state.order.audit_id, None)
                else:
                    opened = OpenAudit(state.order.sez_code, state.status)
                    self._open[state.order.audit_id] = opened
