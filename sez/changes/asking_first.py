"""The Registry is asked whether it needs a version before that is sent (S216-A2.8.1, 3, 4, 7)."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import NamedTuple
from uuid import UUID

import structlog

from sez.changes import listing
from sez.publication.questions import Questions, sha256
from sez.records.kind import AnyKind, FirstQuestion, PartHashes
from sez.records.parts import parts_kept
from sez.records.version import VersionSigned
from sez.synchronisation.delivery_problem import DeliveryProblem, Pauses
from sez.synchronisation.first_question import (
    FIRST_QUESTION,
    OpenQuestion,
    State,
    VersionQuestionAnswered,
    VersionQuestionPut,
    question_named,
)
from sez.synchronisation.package_contents import pause
from sez.time_sync.drift import ClockOff
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.following.followers import Follower
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.faults import CertificateNotInForce
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.programme_change import ProgrammeChangeAnswer

journal = structlog.get_logger(__name__)

AT_ONCE = 100
"""Most versions that are asked about in one go."""

STALE = timedelta(hours=12)
"""After this a question is put anew: the Registry takes none that is a day old (F-SUP-12)."""

HINDRANCES = (
    *(DeliveryProblem, RefusedByRule, NotTheCounterpart, ClockOff, CertificateNotInForce),
)
"""Why a question has no answer for now; it is put again after a pause."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why there is no answer about an object: the last cause, how often, when it is asked again."""

    why: str
    times: int
    again: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestionRow:
    """A version that waits to be asked about: how often in vain, and why the last time."""

    object_id: UUID
    version: int
    times: int
    why: str | None


class _Version(NamedTuple):
    """A signed version, and the hashes of its parts where they are kept beside its event."""

    signed: VersionSigned
    parts: PartHashes


@dataclass(slots=True)
class FirstQuestions:
    """Asks about versions that wait to be asked for, keeps the answers; safe for all threads.

    ``follower`` keeps the outbox, in which the versions are found.
    """

    log: EventLog
    kinds: Mapping[str, AnyKind]
    questions: Questions
    follower: Follower
    pauses: Pauses
    _unanswered: dict[UUID, Unanswered] = field(default_factory=dict)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> list[OpenQuestionRow]:
        """The versions that wait to be asked about, and why there is no answer about them."""
        self.follower.catch_up()
        unanswered = dict(self._unanswered)
        return [
            OpenQuestionRow(
                object_id=row.object_id,
                version=row.version,
                times=told.times if (told := unanswered.get(row.object_id)) else 0,
                why=told.why if told else None,
            )
            for row in listing.to_ask(self.log, AT_ONCE)
        ]

    def ask_at_once(self) -> int:
        """The same as ``ask_due``, also about those whose pause is not over."""
        with self._mutex:
            self._unanswered.clear()
        return self.ask_due()

    def ask_due(self) -> int:
        """Ask about each version whose turn it is, once; how many questions were answered.

        One that has no answer does not hold up the others, unless the Registry is away.
        """
        answered = 0
        with self._mutex:
            self.follower.catch_up()
            for row in listing.to_ask(self.log, AT_ONCE):
                before = self._unanswered.get(row.object_id)
                if before is not None and before.again > monotonic():
                    continue
                try:
                    self._ask(row)
                except HINDRANCES as hindrance:
                    self._put_off(row, hindrance)
                    if isinstance(hindrance, DeliveryProblem) and hindrance.reason == "UNREACHABLE":
                        break
                else:
                    self._unanswered.pop(row.object_id, None)
                    answered += 1
            self.follower.catch_up()
        return answered

    def _put_off(self, row: listing.AskingRow, hindrance: Exception) -> None:
        before = self._unanswered.get(row.object_id)
        times = 1 if before is None else before.times + 1
        again = monotonic() + pause(times, self.pauses.first, self.pauses.longest)
        why = f"{type(hindrance).__name__}: {hindrance}"[:500]
        self._unanswered[row.object_id] = Unanswered(why, times, again)
        if times == 1:
            journal.warning("no answer about a version", object_id=str(row.object_id), why=why)

    def _ask(self, row: listing.AskingRow) -> None:
        versions = self._version(row, row.before), self._version(row, row.log_version)
        object_type = versions[1].signed.document.act.object_type
        asking = self.kinds[object_type].first_question
        if asking is None:
            raise TypeError(f"nobody said what is asked about {object_type}")
        at = self._current(row.object_id)
        body = self._open_question(at, row)
        if body is None:
            at, body = self._put(at, row, asking, versions)
        answer, data = self.questions.put(body, asking.operation, asking.answer)
        self._ensure_about(at, row, answer)
        self._append(at, self._answered(row, answer, data), ("answer", data))

    def _version(self, row: listing.AskingRow, log_version: int) -> _Version:
        [recorded, *_] = self.log.stream(row.originator_id, after_version=log_version - 1)
        if not isinstance(recorded.event, VersionSigned):
            raise TypeError(f"no signed version of {row.object_id} at {log_version}")
        kind = self.kinds[recorded.event.document.act.object_type]
        return _Version(recorded.event, parts_kept(kind, self.log, recorded))

    def _current(self, object_id: UUID) -> AggregateState[State]:
        owner = self.questions.owner
        key = HeadKey(owner.environment, owner.sez_code, FIRST_QUESTION.name, object_id)
        return current_state(FIRST_QUESTION, key, self.log.heads([key]).get(key), uuid7)

    def _open_question(self, at: AggregateState[State], row: listing.AskingRow) -> bytes | None:
        """The question that waits for its answer, as it was signed; None if one is to be made."""
        opened = at.state
        if not isinstance(opened, OpenQuestion) or opened.document_hash != row.document_hash:
            return None
        if self.questions.clock() - opened.put_at > STALE:
            return None
        stream = self.log.stream(at.originator_id, after_version=at.version - 1)
        return proven_evidence(self.log, stream, "question", question_named)

    def _put(
        self,
        at: AggregateState[State],
        row: listing.AskingRow,
        asking: FirstQuestion,
        versions: tuple[_Version, _Version],
    ) -> tuple[AggregateState[State], bytes]:
        now = self.questions.clock()
        head, (before, after) = self.questions.owner.question_head(now), versions
        question = asking.form(head, before.signed, after.signed, (before.parts, after.parts))
        body = self.questions.signed(question, f"question-{question.message_id}")
        event = VersionQuestionPut(
            object_id=row.object_id,
            version=row.version,
            document_hash=row.document_hash,
            message_id=question.message_id,
            question_sha256=sha256(body),
            put_at=now,
        )
        return self._append(at, event, ("question", body)), body

    def _ensure_about(
        self, at: AggregateState[State], row: listing.AskingRow, answer: ProgrammeChangeAnswer
    ) -> None:
        asked = at.state.message_id if isinstance(at.state, OpenQuestion) else None
        if (answer.message_id, answer.document_hash) != (asked, row.document_hash):
            raise NotTheCounterpart(
                f"it answers {answer.message_id} about {answer.document_hash}, "
                f"not {asked} about {row.document_hash}"
            )

    def _answered(
        self, row: listing.AskingRow, answer: ProgrammeChangeAnswer, data: bytes
    ) -> VersionQuestionAnswered:
        return VersionQuestionAnswered(
            object_id=row.object_id,
            version=row.version,
            document_hash=row.document_hash,
            message_id=answer.message_id,
            result=answer.result,
            registry_id=answer.registry_id,
            registry_hash=answer.registry_hash,
            findings=answer.findings,
            answer_sha256=sha256(data),
            answered_at=answer.answered_at,
            received_at=self.questions.clock(),
        )

    def _append(
        self, at: AggregateState[State], event: Event, beside: tuple[str, bytes]
    ) -> AggregateState[State]:
        [fact], following = at.facts([event]), at.after([event])
        evidence = Evidence(fact.originator_id, fact.version, *beside)
        self.log.append(Commit((fact,), (following.head(),), (evidence,)))
        return following
