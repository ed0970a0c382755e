"""Notices leave, acknowledgements come; one system's trouble never holds up another (S216-A2.5.1).

A notice is tried until it is acknowledged, with pauses that grow to a bound.
"""

import hashlib
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from registry.notices.notice import (
    NOTICE,
    WAITING,
    FormedNotice,
    NoticeChange,
    NoticeDelivered,
    NoticeFormed,
    NoticeNotDelivered,
    State,
    decide,
)
from registry.notices.queue import NoticeQueue
from registry.outgoing.addressee import (
    BYTES_NOT_HERE,
    DEFECT_HERE,
    Addressee,
    Call,
    NoAcknowledgement,
    believed,
)
from registry.outgoing.rounds import BELIEVED, Retrying, Rounds
from shared_contracts.counterpart import SignerChecker
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.proven_evidence import EvidenceDiffers, proven_evidence
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.notice import NoticeTaken

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Mailing:
    """Sends what is queued, each system by a thread of its own; safe for all threads.

    ``addressee`` gives a system as it is entered, None where it has no endpoint: its notices wait.
    """

    log: EventLog
    queue: NoticeQueue
    addressee: Callable[[str], Addressee | None]
    notify: Call
    checker: SignerChecker
    clock: Callable[[], datetime]
    retrying: Retrying
    _rounds: Rounds[HeadKey] = field(init=False)

    def __post_init__(self) -> None:
        """Each system has a thread of its own."""
        self._rounds = Rounds(self._due, self._send, self._rest, self.queue.wait)

    def run(self, stopped: threading.Event) -> None:
        """Send until stopped; what is under way then goes again when the process is back."""
        self._rounds.run(stopped)

    def step(self) -> int:
        """Try the notice of each system that is due, once; how many were tried."""
        return self._rounds.step()

    def _due(self, busy: Collection[str]) -> dict[str, HeadKey]:
        due = self.queue.due(self.clock(), busy)
        return {code: key for code, key in due.items() if self.addressee(code) is not None}

    def _rest(self, sez_code: str) -> None:
        self.queue.rest(sez_code, self.retrying.longest)

    def settle(self, key: HeadKey, wanted: NoticeChange) -> bool:
        """Record what happened to a notice; False where it stands otherwise."""
        with self.log.locks([key]):
            at = self.current_state(key)
            events = decide(at.state, wanted)
            if events:
                self._append(at, events, ())
        return bool(events)

    def current_state(self, key: HeadKey) -> AggregateState[State]:
        """Where the notice stands."""
        return current_state(NOTICE, key, self.log.heads([key]).get(key), uuid7)

    def _append(
        self, at: AggregateState[State], events: Collection[Event], evidence: tuple[Evidence, ...]
    ) -> None:
        after = at.after(list(events))
        self.log.append(Commit(at.facts(list(events)), (after.head(),), evidence))
        self.queue.add([(at.key, after.state)])

    def _send(self, code: str, key: HeadKey) -> None:
        try:
            self._attempt(key)
        except Exception as defect:
            log.exception("notice", sez_code=code, notice_id=str(key.object_id))
            self._note_defect(key, defect)

    def _note_defect(self, key: HeadKey, defect: Exception) -> None:
        """Say of the notice that the Registry itself failed; the system rests if that fails too."""
        try:
            state = self.current_state(key).state
            attempts = state.attempts if isinstance(state, FormedNotice) else 0
            problem = NoAcknowledgement(DEFECT_HERE, f"{type(defect).__name__}: {defect}")
            self._not_delivered(key, attempts + 1, problem)
        except Exception:
            log.exception("notice not recorded", sez_code=key.sez_code)
            self._rest(key.sez_code)

    def _attempt(self, key: HeadKey) -> None:
        at, addressee = self.current_state(key), self.addressee(key.sez_code)
        if addressee is None or not isinstance(state := at.state, FormedNotice):
            return
        if state.status not in WAITING:
            return
        try:
            answer = self.notify(addressee, self._body(at))
            taken = self._believed(answer, addressee, state)
        except NoAcknowledgement as problem:
            self._not_delivered(key, state.attempts + 1, problem)
        else:
            self.queue.rests.answered(key.sez_code)
            self._delivered(key, state.attempts + 1, taken, answer)

    def _body(self, at: AggregateState[State]) -> bytes:
        """The bytes beside the event that formed the notice, which names their hash."""
        formed = self.log.stream(at.originator_id)[:1]
        try:
            body = proven_evidence(self.log, formed, "notice", named)
        except EvidenceDiffers as differs:
            raise NoAcknowledgement(BYTES_NOT_HERE, str(differs)) from differs
        if body is None:
            raise NoAcknowledgement(BYTES_NOT_HERE, "no bytes beside the notice")
        return body

    def _believed(self, answer: bytes, addressee: Addressee, state: FormedNotice) -> NoticeTaken:
        taken = believed(answer, NoticeTaken, addressee, self.checker, self.clock())
        notice = state.notice
        meant = (notice.notice_id, notice.environment, notice.sez_code, state.notice_sha256)
        if (taken.notice_id, taken.environment, taken.sez_code, taken.notice_sha256) != meant:
            raise NoAcknowledgement("ANSWER_INVALID", f"it acknowledges {taken.notice_id}")
        return taken

    def _delivered(self, key: HeadKey, attempt: int, taken: NoticeTaken, answer: bytes) -> None:
        with self.log.locks([key]):
            at = self.current_state(key)
            event = NoticeDelivered(
                notice_id=key.object_id,
                attempt=attempt,
                taken_at=taken.taken_at,
                delivered_at=self.clock(),
                acknowledgement_sha256=hashlib.sha256(answer).hexdigest(),
            )
            if decide(at.state, event):
                place = (at.originator_id, at.version + 1)
                self._append(at, [event], (Evidence(*place, "acknowledgement", answer),))

    def _not_delivered(self, key: HeadKey, attempt: int, problem: NoAcknowledgement) -> None:
        now, code, told = self.clock(), key.sez_code, problem.detail[:500]
        seconds = max(self.retrying.pause(attempt), problem.retry_after or 0)
        if problem.reason == "UNREACHABLE":
            self.queue.rests.silent(code, self.retrying)
        wait = timedelta(seconds=min(seconds, self.retrying.longest))
        final = problem.final and attempt >= BELIEVED and self._is_believed(key)
        event = NoticeNotDelivered(
            notice_id=key.object_id,
            attempt=attempt,
            reason=problem.reason,
            detail=told,
            failed_at=now,
            next_attempt_at=None if final else now + wait,
        )
        log.warning("notice not delivered", sez_code=code, reason=problem.reason, detail=told)
        self.settle(key, event)

    def _is_believed(self, key: HeadKey) -> bool:
        """Whether the notice failed for good as often as it takes to believe it."""
        at = self.current_state(key)
        before = self.log.events(at.originator_id, after_version=at.version - BELIEVED + 1)
        failed = [
            isinstance(one, NoticeNotDelivered) and NoAcknowledgement(one.reason, "").final
            for one in before
        ]
        return failed == [True] * (BELIEVED - 1)


def named(event: Event) -> str | None:
    """The SHA-256 by which an event names the bytes of its notice."""
    return event.notice_sha256 if isinstance(event, NoticeFormed) else None
