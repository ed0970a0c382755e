"""Each system is asked each hour to prove that its log only grew; what does not fit is an alarm.

A system whose store was restored from an older copy is noticed here (S216-12b).
"""

import hashlib
import math
import threading
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import structlog

from registry.outgoing.rounds import Rounds
from registry.sez_logs.asking import LogQuestions
from registry.sez_logs.watched import (
    SEZ_LOG,
    SezLogAlarmEnded,
    SezLogEvent,
    SezLogNotProven,
    SezLogProven,
)
from registry.systems.register import Register
from registry.systems.system import SystemRegistered, system_id
from shared_contracts.errors import Absent, Diagnosed, RefusedByRule
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.proofs.checkpoint import Checkpoint
from shared_contracts.event_log.proofs.extension import Extension, extension
from shared_contracts.event_log.proofs.merkle import EMPTY_ROOT
from shared_contracts.event_log.proofs.watched_log import SILENT, SeenCheckpoint, WatchedLog
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.process.duties import Duty
from shared_contracts.process.health import Gauge

journal = structlog.get_logger(__name__)

OFTEN = 3600.0
"""Seconds between two questions to one system."""

NOTHING = Checkpoint("", 0, EMPTY_ROOT)
"""The empty log, with which every log begins."""


class SezLogShown(msgspec.Struct, frozen=True, kw_only=True):
    """The log of a system for those who look: ``problem`` is why it was not asked lately."""

    sez_code: str
    status: str
    log: WatchedLog
    problem: str | None = None


@dataclass(slots=True)
class SezLogWatch:
    """Watches the logs of the systems that have an endpoint; safe for all threads.

    Each system is asked by a thread of its own, and nothing is locked while an answer is awaited.
    """

    log: EventLog
    register: Register
    questions: LogQuestions
    rounds: Rounds[SystemRegistered] = field(init=False)
    _silent: dict[str, float] = field(default_factory=dict)
    _problems: dict[str, str] = field(default_factory=dict)
    _proven: dict[str, float] = field(default_factory=dict)
    _asked: dict[str, float] = field(default_factory=dict)
    _recording: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Each system has a thread of its own."""
        self.rounds = Rounds(self._due, self._attempt, self._note_asked, time.sleep)

    def current(self, code: str) -> AggregateState[WatchedLog]:
        """What is known of the log of a system."""
        key = HeadKey(self.register.environment, code, SEZ_LOG.name, system_id(code))
        return current_state(SEZ_LOG, key, self.log.heads([key]).get(key), uuid7)

    def shown(self) -> Sequence[SezLogShown]:
        """The logs of all systems that have an endpoint."""
        return [self._shown(entry.code) for entry in self._watched()]

    def round(self) -> None:
        """Ask each system now; one that gives no answer is told by ``shown``, and asked again."""
        self._asked.clear()
        self.rounds.step()

    def compare(self, code: str) -> SezLogShown:
        """Have the log of a system proven to begin with what is known of it.

        While an alarm is not ended nothing is asked. Raises Absent, or what says why there is no
        answer to be believed. What another comparison or a person recorded while this one waited
        for its answer stands.
        """
        at = self.current(code)
        if at.state.alarm is None:
            try:
                self._compare(self._entry(code), at)
            except Exception as problem:
                self._note_problem(code, problem)
                raise
            self._proven[code] = time.monotonic()
            self._problems.pop(code, None)
            self._silent.pop(code, None)
        return self._shown(code)

    def known(self, code: str) -> WatchedLog:
        """What is known of the log of a system, without asking it."""
        return self.current(code).state

    def compared(self, code: str) -> WatchedLog:
        """What is known of it after ``compare``."""
        return self.compare(code).log

    def lately(self, code: str) -> WatchedLog | None:
        """What is known of a log that was proven within the hour; None of any other."""
        known = self.known(code)
        fresh = time.monotonic() - self._proven.get(code, -math.inf) < OFTEN
        return known if fresh and known.alarm is None else None

    def end(self, code: str, reason: str) -> SezLogShown:
        """End the alarm: a person looked into it; raises Absent, RefusedByRule."""
        with self._recording:
            at = self.current(self._entry(code).code)
            if at.state.alarm is None:
                raise RefusedByRule(f"there is no alarm about the log of {code} to be ended")
            ended = SezLogAlarmEnded(sez_code=code, reason=reason, ended_at=self._now())
            self._record(at, ended)
            return self._shown(code)

    def duty(self) -> Duty:
        """What asks by the hour."""
        return Duty("watch over the logs of systems", self.rounds.run, longest=10.0, vital=False)

    def gauge(self) -> Gauge:
        """How many logs stand how."""
        return Gauge(
            "registry_sez_logs",
            "Logs of systems that have an endpoint, by status",
            lambda: dict(Counter(one.status for one in self.shown())),
            "status",
        )

    def _watched(self) -> list[SystemRegistered]:
        return [entry for entry in self.register.all() if entry.endpoint is not None]

    def _due(self, busy: Collection[str]) -> dict[str, SystemRegistered]:
        """Whoever was not asked within the hour."""
        before = time.monotonic() - OFTEN
        return {
            entry.code: entry
            for entry in self._watched()
            if entry.code not in busy and self._asked.get(entry.code, before) <= before
        }

    def _attempt(self, code: str, _: SystemRegistered) -> None:
        self._note_asked(code)
        try:
            self.compare(code)
        except Diagnosed as problem:
            journal.warning("a log was not proven", system=code, why=str(problem))
        except Exception as defect:  # noqa: BLE001  # told by `shown`, and the next hour asks again
            self._note_problem(code, defect)
            journal.exception("a log was not proven", system=code)

    def _note_problem(self, code: str, problem: Exception) -> None:
        """Why there is no proof, and since when; a defect here is told by its kind alone."""
        told = str(problem) if isinstance(problem, Diagnosed) else type(problem).__name__
        self._problems[code] = told
        self._silent.setdefault(code, time.monotonic())

    def _note_asked(self, code: str) -> None:
        self._asked[code] = time.monotonic()

    def _entry(self, code: str) -> SystemRegistered:
        entry = self.register.get(code)
        if entry is None:
            raise Absent(f"no system {code} in the register")
        return entry

    def _shown(self, code: str) -> SezLogShown:
        state, problem = self.current(code).state, self._problems.get(code)
        if state.alarm is not None:
            status = "ALARM"
        elif time.monotonic() - self._silent.get(code, math.inf) >= SILENT:
            status = "UNPROVEN"
        elif problem is not None or state.seen is None:
            status = "NOT_ASKED"
        else:
            status = "PROVEN"
        return SezLogShown(sez_code=code, status=status, log=state, problem=problem)

    def _compare(self, entry: SystemRegistered, at: AggregateState[WatchedLog]) -> None:
        known = at.state.seen.checkpoint if at.state.seen else NOTHING
        told, proof, data = self.questions.ask(entry, known.size)
        with self._recording:
            now = self.current(entry.code)
            if now.version == at.version:
                self._judge(entry, now, (known, told), (proof, data))

    def _judge(
        self,
        entry: SystemRegistered,
        at: AggregateState[WatchedLog],
        logs: tuple[Checkpoint, Checkpoint],
        answer: tuple[str | None, bytes],
    ) -> None:
        (known, told), (proof, data) = logs, answer
        found = extension(known, told, proof) if known.size else Extension.EXTENDS
        seen, sha256 = SeenCheckpoint.of(told), hashlib.sha256(data).hexdigest()
        if found is not Extension.EXTENDS:
            journal.error("the log of a system is not proven", system=entry.code, why=found)
            alarm = SezLogNotProven(
                sez_code=entry.code,
                why=found,
                known=SeenCheckpoint.of(known),
                told=seen,
                answer_sha256=sha256,
                found_at=self._now(),
            )
            self._record(at, alarm, data)
        elif seen != at.state.seen:
            proven = SezLogProven(
                sez_code=entry.code, seen=seen, answer_sha256=sha256, proven_at=self._now()
            )
            self._record(at, proven, data)

    def _record(
        self, at: AggregateState[WatchedLog], event: SezLogEvent, answer: bytes | None = None
    ) -> None:
        [fact], after = at.facts([event]), at.after([event])
        beside: tuple[Evidence, ...] = ()
        if answer is not None:
            beside = (Evidence(fact.originator_id, fact.version, "answer", answer),)
        self.log.append(Commit((fact,), (after.head(),), beside))

    def _now(self) -> datetime:
        return self.questions.clock()
