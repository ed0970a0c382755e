"""Applications at work: filed, asked, told of their terms; the register follows from their acts.

What an act, a change or a stop means for the register is recorded in the same transaction.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

import msgspec

from registry.admission import listing
from registry.admission.asked import (
    AdmissionCommand,
    AdmissionFacts,
    ConcludeStage,
    FileApplication,
    OpenCommand,
)
from registry.admission.case import ADMISSION, ENDED, AdmissionCase, AdmissionState, AdmissionStatus
from registry.admission.deciding import decide
from registry.admission.events import (
    AdmissionEvent,
    AdmissionOpened,
    AdmissionTermTold,
    ConditionsChangeDecided,
    SynchronisationStopped,
)
from registry.admission.form import ApplicationForm
from registry.admission.regulations import Regulations
from registry.admission.running_terms import StandingTerm, standing_terms
from registry.admission.sessions import SESSION
from registry.admission.telling import untold
from registry.encryption.key_ring import KeyRing
from registry.systems.register import PreparedEntry, Register
from registry.systems.system import Enter, StopSystem, SystemStopped
from shared_contracts.astana_time import to_astana
from shared_contracts.calendar.working_days import WorkingCalendar
from shared_contracts.errors import BadInput, NeedsPerson, RefusedByRule
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.process import health
from shared_contracts.process.duties import Duty, every

LATE = timedelta(seconds=10)
"""How far the clock may be behind a step after a start, which is told nobody."""

LOOK = 60.0
"""Seconds between two looks at the terms."""


@dataclass(slots=True)
class Admissions:
    """All applications of this Registry; safe for all threads."""

    log: EventLog
    environment: Environment
    clock: Callable[[], datetime]
    register: Register
    regulations: Regulations
    calendar: WorkingCalendar
    ring: KeyRing
    known: dict[UUID, AdmissionCase] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)
    """One step at a time: what no two systems may share (S95-15.7) is looked up before it."""

    def load(self) -> None:
        """Read the applications, when the process begins."""
        self.known = {one.admission_id: one for one in listing.cases(self.log, self.environment)}

    def find(self, admission_id: UUID) -> AdmissionCase:
        """An application (``Absent``)."""
        found = self.known.get(admission_id)
        if found is None:
            raise listing.unknown(admission_id)
        return found

    def page(self, after: UUID | None, limit: int) -> list[AdmissionCase]:
        """Applications in the order of their filing, ``after`` one, at most ``limit``."""
        ids = sorted(one for one in list(self.known) if after is None or one > after)
        return [self.known[one] for one in ids[:limit]]

    def file(self, form: ApplicationForm, previous: UUID | None = None) -> AdmissionCase:
        """File an application under the regulation of today (``BadInput``, ``RefusedByRule``)."""
        if len(self.known) >= listing.MOST:
            raise RefusedByRule(f"{listing.MOST} applications are kept: no more are taken")
        before = None if previous is None else self.find(previous)
        admission_id = uuid7()
        return self._asked(admission_id, FileApplication(admission_id, form, before))

    def ask(self, admission_id: UUID, command: OpenCommand) -> AdmissionCase:
        """Have a step done (``Absent``, ``RefusedByRule`` with field, value, rule and clause)."""
        self.find(admission_id)
        return self._asked(admission_id, command)

    def terms(self, admission_id: UUID) -> list[StandingTerm]:
        """The terms of an application, with every day of each."""
        case = self.find(admission_id)
        law = self.regulations.get(case.regulation)
        return standing_terms(case, law, self.calendar.newest, self.clock())

    def history(self, admission_id: UUID, after: int, most: int) -> list[dict[str, object]]:
        """What happened to an application after one event, by their number (``Absent``)."""
        self.find(admission_id)
        at = self._at(self._key(admission_id))
        stream = self.log.stream(at.originator_id, after_version=after)[:most]
        return [
            {
                "number": one.version,
                "topic": one.topic,
                "recorded_at": one.recorded_at,
                "event": one.event,
            }
            for one in stream
        ]

    def watch(self) -> None:
        """Remind of terms before their end, and tell those that are overdue, each once.

        ``NeedsPerson`` where the calendar ends before a term does, or the clock is behind a step.
        """
        problems = []
        for admission_id in list(self.known):
            try:
                self._tell(admission_id)
            except BadInput as problem:
                problems.append(f"admission {admission_id}: {problem}")
        if problems:
            raise NeedsPerson("; ".join(problems[:5]))

    def duty(self) -> Duty:
        """The watch over terms; what it cannot count holds up nobody who exchanges messages."""
        return every("terms of admissions", LOOK, self.watch, vital=False)

    def gauge(self) -> health.Gauge:
        """How many applications there are in each state."""
        return health.Gauge(
            "registry_admissions", "Applications for synchronisation, by state", self.count, "state"
        )

    def count(self) -> Mapping[str, float]:
        """How many applications stand where."""
        counted = Counter(str(one.status) for one in list(self.known.values()))
        return {str(status): float(counted[status]) for status in AdmissionStatus}

    def platforms(self) -> frozenset[str]:
        """The hardware platforms of systems in operation, or with their act (S95-15.7)."""
        forms = [one.form for one in self._with_act()]
        return frozenset(one.platform.id for one in forms if one.platform is not None)

    def _with_act(self) -> list[AdmissionCase]:
        stands = {AdmissionStatus.ACT_DRAWN_UP, AdmissionStatus.IN_OPERATION}
        return [one for one in list(self.known.values()) if one.status in stands]

    def _codes(self) -> Mapping[str, str]:
        """Whose system has a code: by the register, by acts that are not delivered yet.

        And by sessions on which protocols of open applications rest: a session is of one system.
        """
        known = {one.code: one.bin for one in self.register.all()}
        acts = [one.entry for one in self._with_act() if one.entry is not None]
        cases = sorted(self.known.values(), key=lambda one: one.admission_id, reverse=True)
        examined = {
            one.examined: one.form.applicant.number
            for one in cases
            if one.examined is not None and one.status not in ENDED
        }
        return examined | known | {one.code: one.bin for one in acts}

    def _facts(self, state: AdmissionState) -> AdmissionFacts:
        at = to_astana(self.clock())
        if isinstance(state, AdmissionCase):
            law = self.regulations.get(state.regulation)
        else:
            law = self.regulations.on(at.date())
        newest, where = self.calendar.newest, self.environment
        return AdmissionFacts(law, at, newest, where, self.platforms(), self._codes())

    def _asked(self, admission_id: UUID, command: AdmissionCommand) -> AdmissionCase:
        with self._turn:
            return self._taken(admission_id, command)

    def _taken(self, admission_id: UUID, command: AdmissionCommand) -> AdmissionCase:
        key, entries = self._key(admission_id), self._entries(admission_id, command)
        with self.log.locks([key, *entries]):
            at = self._at(key)
            events = decide(at.state, command, self._facts(at.state))
            session = command.session if isinstance(command, ConcludeStage) else None
            return self._record(at, events, session.data if session else None)

    def _record(
        self, at: AggregateState[AdmissionState], events: Sequence[Event], file: bytes | None = None
    ) -> AdmissionCase:
        """Write what was decided, and what follows for the register, in one transaction.

        ``file`` is the signed session on which the last of the events rests.
        """
        after = at.after(events)
        if not isinstance(after.state, AdmissionCase):
            raise listing.unknown(at.key.object_id)
        beside = (Evidence(at.originator_id, after.version, SESSION, file),) if file else ()
        commit = Commit(at.facts(events), (after.head(),), beside)
        taken = [one for event in events for one in self._registered(after.state, event)]
        for one in taken:
            commit = commit.beside(one.commit)
        self.log.append(commit)
        for one in taken:
            self.register.took(one)
        self.known[at.key.object_id] = after.state
        return after.state

    def _registered(self, case: AdmissionCase, event: Event) -> Iterator[PreparedEntry]:
        """What the register says from now on: by an act, a granted change, a stop."""
        entry = case.entry
        if entry is None:
            return
        match event:
            case AdmissionOpened() | ConditionsChangeDecided(granted=True):
                fact = self.register.fact(entry)
                yield self.register.prepare(Enter(fact, by_act=True), entry.code)
            case SynchronisationStopped(clause=clause, ground=ground, at=at):
                stop = SystemStopped(
                    code=entry.code,
                    environment=self.environment,
                    admission_id=case.admission_id,
                    clause=clause,
                    ground=ground,
                    stopped_at=at,
                )
                yield self.register.prepare(StopSystem(stop), entry.code)
            case _:
                return

    def _entries(self, admission_id: UUID, command: AdmissionCommand) -> list[HeadKey]:
        """The keys of the register which a command may change."""
        case = self.known.get(admission_id)
        if isinstance(command, FileApplication) or case is None or case.entry is None:
            return []
        return [self.register.key(case.entry.code)]

    def _tell(self, admission_id: UUID) -> None:
        case = self.known[admission_id]
        law = self.regulations.get(case.regulation)
        now, days = self.clock(), self.calendar.newest
        if case.status not in ENDED and now + LATE < case.happened[-1].at:
            newest = case.happened[-1].at.isoformat()
            raise BadInput(f"the clock is behind its step of {newest}; set it right")
        if not untold(case, standing_terms(case, law, days, now), now):
            return
        key = self._key(admission_id)
        with self._turn, self.log.locks([key]):
            at = self._at(key)
            if not isinstance(at.state, AdmissionCase):
                return
            due = untold(at.state, standing_terms(at.state, law, days, now), now)
            if due:
                self._record(at, [_event(one, now, overdue=late) for one, late in due])

    def _key(self, admission_id: UUID) -> HeadKey:
        return HeadKey(self.environment, "", ADMISSION.name, admission_id)

    def _at(self, key: HeadKey) -> AggregateState[AdmissionState]:
        return current_state(ADMISSION, key, self.log.heads([key]).get(key), uuid7)


def _event(term: StandingTerm, now: datetime, *, overdue: bool) -> AdmissionEvent:
    return AdmissionTermTold(
        admission_id=UUID(term.admission_id),
        clause=term.clause,
        at=now,
        term=term.term,
        since=term.counted.since,
        until=term.counted.until,
        who=term.who,
        overdue=overdue,
    )


def short(case: AdmissionCase) -> dict[str, object]:
    """An application as a line of a list."""
    last = case.last
    return {
        "admission_id": case.admission_id,
        "regulation": case.regulation,
        "applicant": case.form.applicant.name,
        "sez_name": case.form.sez_name,
        "status": case.status,
        "stage": last and last.stage,
        "round": last and last.round,
        "filed_at": case.filed_at,
        "flaws": sum(not one.warning for one in case.flaws),
        "previous": msgspec.to_builtins(case.previous),
    }
