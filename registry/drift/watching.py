"""Each admitted system is asked each hour what it can do; what differs is kept (S216-11a, S95-17).

Nothing is stopped by a difference: what the gate refuses it refuses by itself, and whether a
system is stopped is decided by the authority.
"""

import math
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
import structlog

from registry.drift.asking import CapabilityQuestions, SystemLook
from registry.drift.difference import (
    DRIFT,
    ConditionsSaid,
    DifferenceOpened,
    DriftEvent,
    DriftKind,
    EndDifference,
    SystemDrift,
    decide,
)
from registry.drift.telling import about
from registry.notices.forming import FormedNotices, NoticeDesk
from registry.outgoing.addressee import NoAcknowledgement
from registry.outgoing.rounds import BELIEVED, Retrying, Rounds
from registry.systems.register import Register
from registry.systems.system import SystemRegistered, system_id
from shared_contracts.errors import Absent, Diagnosed
from shared_contracts.event_log.decider import AggregateState, load
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.process.duties import Duty
from shared_contracts.process.health import Gauge

journal = structlog.get_logger(__name__)

OFTEN: Final = 3600.0
"""Seconds between two questions to one system that answers."""

SILENT: Final = 4 * 3600.0
"""Seconds without an answer after which a system is shown as UNANSWERED."""

AGAIN: Final = Retrying(60.0, OFTEN)
"""Pauses of one that does not answer."""


class DriftShown(msgspec.Struct, frozen=True, kw_only=True):
    """A system for those who look: ``problem`` is why it was not seen lately.

    ``status`` is AS_FIXED, DIFFERS, NOT_ASKED (is asked again), UNANSWERED (for four hours) or
    NEEDS_PERSON (it gave answers that are none, or refused the question for good).
    """

    sez_code: str
    status: str
    drift: SystemDrift
    problem: str | None = None


@dataclass(slots=True)
class DriftWatch:
    """Watches the systems that have an endpoint and are not stopped; safe for all threads.

    Each is asked by a thread of its own, and nothing is locked while an answer is awaited.
    """

    log: EventLog
    register: Register
    questions: CapabilityQuestions
    desk: NoticeDesk
    rounds: Rounds[SystemRegistered] = field(init=False)
    _due_at: dict[str, float] = field(default_factory=dict)
    _failed: Counter[str] = field(default_factory=Counter)
    _final: Counter[str] = field(default_factory=Counter)
    _silent: dict[str, float] = field(default_factory=dict)
    _problems: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Each system has a thread of its own."""
        self.rounds = Rounds(self._due, self._attempt, self._put_off, time.sleep)

    def shown(self) -> Sequence[DriftShown]:
        """All systems that are watched, and those that still have an open difference."""
        keys = {self._key(entry.code): entry for entry in self.register.all()}
        found = load(self.log, DRIFT, keys, uuid7)
        watched = {entry.code for entry in self._watched()}
        return [
            self._shown(entry.code, found[key].state)
            for key, entry in keys.items()
            if entry.code in watched or found[key].state.open
        ]

    def round(self) -> None:
        """Ask each system now; one that gives no answer is told by ``shown``, and asked again."""
        self._due_at.clear()
        self.rounds.step()

    def compare(self, code: str) -> DriftShown:
        """Ask a system now, and compare; ``Absent``, or what says why there is no answer.

        What another comparison or a person recorded while this one waited for its answer stands.
        """
        entry = self._entry(code)
        try:
            self._look(entry)
        except Exception as problem:
            self._note_problem(code, problem)
            raise
        self._answered(code)
        return self._shown(code, self._at(code).state)

    def end(self, code: str, kind: DriftKind, reason: str) -> DriftShown:
        """End a difference: a person looked into it; raises Absent, RefusedByRule."""
        entry, key = self._entry(code), self._key(code)
        with self.log.locks([key]):
            at = self._at(code)
            ended = EndDifference(kind, reason, self.questions.clock())
            after = self._append(at, decide(at.state, entry, ended), {})
        return self._shown(code, after.state)

    def duty(self) -> Duty:
        """What asks by the hour."""
        return Duty("watch over conditions of systems", self.rounds.run, longest=10.0, vital=False)

    def gauge(self) -> Gauge:
        """How many systems stand how."""
        return Gauge(
            "registry_drift",
            "Systems that are watched for differences from their act, by status",
            lambda: dict(Counter(one.status for one in self.shown())),
            "status",
        )

    def _watched(self) -> list[SystemRegistered]:
        return [
            entry
            for entry in self.register.all()
            if entry.endpoint is not None and self.register.stop_of(entry.code) is None
        ]

    def _due(self, busy: Collection[str]) -> dict[str, SystemRegistered]:
        now = time.monotonic()
        return {
            entry.code: entry
            for entry in self._watched()
            if entry.code not in busy and self._due_at.get(entry.code, now) <= now
        }

    def _attempt(self, code: str, _: SystemRegistered) -> None:
        try:
            self.compare(code)
        except Diagnosed as problem:
            journal.warning("a system did not tell what it can do", system=code, why=str(problem))

    def _look(self, entry: SystemRegistered) -> None:
        """Ask a system, and write down what was found; also what is seen without an answer."""
        look: SystemLook | None = None
        try:
            look = self.questions.look(entry, self._at(entry.code).state)
        finally:
            self._record(entry, self.questions.unasked(entry) if look is None else look)

    def _answered(self, code: str) -> None:
        for known in (self._problems, self._silent, self._failed, self._final):
            known.pop(code, None)
        self._due_at[code] = time.monotonic() + OFTEN

    def _note_problem(self, code: str, problem: Exception) -> None:
        """Why there is no answer, and since when; a defect here is told by its kind alone."""
        told = str(problem) if isinstance(problem, Diagnosed) else type(problem).__name__
        self._problems[code] = told
        self._silent.setdefault(code, time.monotonic())
        if _is_final(problem):
            self._final[code] += 1
        else:
            self._final.pop(code, None)
        self._failed_again(code)

    def _put_off(self, code: str) -> None:
        """Put off a system that could not be asked; what ``compare`` raised is counted already."""
        if self._due_at.get(code, 0.0) <= time.monotonic():
            self._failed_again(code)

    def _failed_again(self, code: str) -> None:
        self._failed[code] += 1
        self._due_at[code] = time.monotonic() + AGAIN.pause(self._failed[code])

    def _entry(self, code: str) -> SystemRegistered:
        entry = self.register.get(code)
        if entry is None:
            raise Absent(f"no system {code} in the register")
        return entry

    def _key(self, code: str) -> HeadKey:
        return HeadKey(self.register.environment, code, DRIFT.name, system_id(code))

    def _at(self, code: str) -> AggregateState[SystemDrift]:
        key = self._key(code)
        return load(self.log, DRIFT, [key], uuid7)[key]

    def _shown(self, code: str, drift: SystemDrift) -> DriftShown:
        problem = self._problems.get(code)
        if drift.open:
            status = "DIFFERS"
        elif self._final[code] >= BELIEVED:
            status = "NEEDS_PERSON"
        elif time.monotonic() - self._silent.get(code, math.inf) >= SILENT:
            status = "UNANSWERED"
        elif problem is not None or drift.said is None:
            status = "NOT_ASKED"
        else:
            status = "AS_FIXED"
        return DriftShown(sez_code=code, status=status, drift=drift, problem=problem)

    def _record(self, entry: SystemRegistered, look: SystemLook) -> None:
        """Write what a look found, unless the entry of the system changed meanwhile."""
        with self.log.locks([self._key(entry.code)]):
            if self.register.get(entry.code) == entry:
                at = self._at(entry.code)
                self._append(at, decide(at.state, entry, look.looked), look.shown)

    def _append(
        self,
        at: AggregateState[SystemDrift],
        events: Sequence[DriftEvent],
        shown: Mapping[str, bytes],
    ) -> AggregateState[SystemDrift]:
        """Write events with what shows them, and tell the system, in one transaction."""
        if not events:
            return at
        facts, after = at.facts(events), at.after(events)
        beside = tuple(
            Evidence(fact.originator_id, fact.version, "answer", shown[event.answer_sha256])
            for fact, event in zip(facts, events, strict=True)
            if isinstance(event, ConditionsSaid | DifferenceOpened)
        )
        commit, notices = Commit(facts, (after.head(),), beside), self._notices(at.key, events)
        if notices is not None:
            commit = commit.beside(notices.commit)
        self.log.append(commit)
        if notices is not None:
            notices.committed()
        return after

    def _notices(self, key: HeadKey, events: Sequence[DriftEvent]) -> FormedNotices | None:
        opened = [one.seen for one in events if isinstance(one, DifferenceOpened)]
        for one in opened:
            journal.error("a system differs", system=key.sez_code, what=one.kind, found=one.found)
        return self.desk.about(key.sez_code, about(opened)) if opened else None


def _is_final(problem: Exception) -> bool:
    """Whether it does not pass by itself: no answer to be believed, or a refusal for good."""
    return isinstance(problem, NoAcknowledgement) and (
        problem.final or problem.reason == "ANSWER_INVALID"
    )
