"""The Registry is asked to prove that its log only grew; what does not fit is an alarm.

What was seen are the checkpoints in its receipts and in its answers; each is kept until the log is
proven to begin with it (S216-12a, S216-13b).
"""

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from sez.publication.questions import Questions, sha256
from sez.registry_log.asking import ask
from sez.registry_log.watched import (
    REGISTRY_LOG,
    REGISTRY_LOG_ID,
    RegistryLogAlarmEnded,
    RegistryLogEvent,
    RegistryLogNotProven,
    RegistryLogProven,
)
from sez.synchronisation.seen_notes import SeenNotes, receipts_back
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.auditing.quoted import quoted_note
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.proofs.checkpoint import Checkpoint, parse
from shared_contracts.event_log.proofs.extension import Extension, extension
from shared_contracts.event_log.proofs.merkle import EMPTY_ROOT
from shared_contracts.event_log.proofs.watched_log import SILENT, SeenCheckpoint, WatchedLog
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7

journal = structlog.get_logger(__name__)

OFTEN = 3600.0
"""Seconds after which the log is asked about, also where nothing new was seen."""

AT_ONCE = 20
"""Most proofs that are asked for in one round; the next round asks for the rest."""

NOTHING = Checkpoint("", 0, EMPTY_ROOT)
"""The empty log, with which every log begins."""


@dataclass(slots=True)
class LogWatch:
    """Watches the Registry's log; safe for all threads, one round at a time.

    ``seen`` are the checkpoints of receipts that were not held against the log yet.
    """

    log: EventLog
    questions: Questions
    seen: SeenNotes
    _compared: float = -math.inf
    _proven: float = field(default_factory=time.monotonic)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def current(self) -> AggregateState[WatchedLog]:
        """What is known of the Registry's log."""
        owner = self.questions.owner
        key = HeadKey(owner.environment, owner.sez_code, REGISTRY_LOG.name, REGISTRY_LOG_ID)
        return current_state(REGISTRY_LOG, key, self.log.heads([key]).get(key), uuid7)

    def due(self) -> None:
        """Compare where something new was seen, or the last comparison is an hour ago."""
        new = self.seen.pending() or self.seen.unreadable()
        if new or time.monotonic() - self._compared >= OFTEN:
            self.compare()

    def compare(self) -> WatchedLog:
        """Have the log proven to begin with all that was seen; what is known then.

        While an alarm is not ended nothing is asked. ``DeliveryProblem``, ``RefusedByRule``,
        ``NotTheCounterpart`` where there is no answer to be believed.
        """
        with self._mutex:
            at = self.current()
            if at.state.alarm is None:
                self._compare(at)
                self._compared = self._proven = time.monotonic()
            return self.current().state

    def end(self, reason: str) -> WatchedLog:
        """End the alarm: a person looked into it; raises RefusedByRule where there is none.

        The log is watched anew, from its next checkpoint on.
        """
        with self._mutex:
            at = self.current()
            if at.state.alarm is None:
                raise RefusedByRule("there is no alarm about the Registry's log to be ended")
            self._record(at, RegistryLogAlarmEnded(reason=reason, ended_at=self._now()))
            self.seen.settle(self.seen.pending())
            self.seen.settle_unreadable()
            self._compared = -math.inf
            return self.current().state

    def unproven(self) -> float:
        """Seconds since the Registry last answered as a log needs, or this process began."""
        return time.monotonic() - self._proven

    def in_words(self) -> dict[str, Any]:
        """What `/readyz` says: how far the log is proven, and what did not fit."""
        state = self.current().state
        return {
            "status": self._status(state),
            "proven_events": state.seen.size if state.seen else None,
            "proven_at": state.proven_at,
            "alarm": state.alarm.why if state.alarm else None,
        }

    def _status(self, state: WatchedLog) -> str:
        if state.alarm is not None:
            return "ALARM"
        if self.unproven() >= SILENT:
            return "UNPROVEN"
        return "PROVEN" if state.seen else "NOT_ASKED"

    def _compare(self, at: AggregateState[WatchedLog]) -> None:
        if (receipt := self.seen.unreadable()) is not None:
            known = at.state.seen.checkpoint if at.state.seen else NOTHING
            self._alarm(at, Extension.UNREADABLE, (known, NOTHING), receipt)
            self.seen.settle_unreadable()
            return
        told: Checkpoint | None = None
        answer = b""
        for known, notes in self._wanted(at.state):
            now, proof, data = ask(self.questions, known.size)
            found = extension(known, now, proof) if known.size else Extension.EXTENDS
            if found is not Extension.EXTENDS:
                self._alarm(at, found, (known, now), data)
                return
            if told not in (None, now):
                break  # a newer checkpoint came in between: the rest is asked in the next round
            told, answer = now, data
            self.seen.settle(notes)
        if told is not None and SeenCheckpoint.of(told) != at.state.seen:
            proven = RegistryLogProven(
                seen=SeenCheckpoint.of(told), answer_sha256=sha256(answer), proven_at=self._now()
            )
            self._record(at, proven, answer)

    def _wanted(self, state: WatchedLog) -> Sequence[tuple[Checkpoint, Sequence[str]]]:
        """With what the log shall begin: what is known, then what was seen, with its notes."""
        found: dict[Checkpoint, list[str]] = {}
        if state.seen is not None:
            found[state.seen.checkpoint] = []
        for note in self.seen.pending():
            found.setdefault(parse(note), []).append(note)
        return list(found.items())[:AT_ONCE] or [(NOTHING, ())]

    def _alarm(
        self,
        at: AggregateState[WatchedLog],
        why: Extension,
        logs: tuple[Checkpoint, Checkpoint],
        data: bytes,
    ) -> None:
        known, told = (SeenCheckpoint.of(one) for one in logs)
        journal.error("the Registry's log is not proven", why=why, known=known, told=told)
        event = RegistryLogNotProven(
            why=why, known=known, told=told, answer_sha256=sha256(data), found_at=self._now()
        )
        self._record(at, event, data)

    def _record(
        self, at: AggregateState[WatchedLog], event: RegistryLogEvent, answer: bytes | None = None
    ) -> None:
        [fact], after = at.facts([event]), at.after([event])
        beside = (
            ()
            if answer is None
            else (Evidence(fact.originator_id, fact.version, "answer", answer),)
        )
        self.log.append(Commit((fact,), (after.head(),), beside))

    def _now(self) -> datetime:
        return self.questions.clock()


def open_watch(log: EventLog, questions: Questions, seen: SeenNotes) -> LogWatch:
    """The watch, with what the newest receipts quote: it may not have been compared before."""
    for receipt in reversed(receipts_back(log)):
        if note := quoted_note(receipt):
            seen.note(note, receipt)
    return LogWatch(log, questions, seen)
