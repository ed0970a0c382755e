"""A question to the Registry before a version is sent: put, and answered (S216-A2.8.1, 3, 4).

There is one chain of questions for each object. What was put and not answered is put again by the
same bytes, so that the Registry answers it once.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from sez.records.version import RecordEvent
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.programme_change import ChangeOutcome
from shared_contracts.messages.receipt import Finding

# What can happen


@topic("version-question-put.1")
class VersionQuestionPut(RecordEvent, frozen=True, kw_only=True):
    """It was signed what the Registry is asked about a version; the question is kept beside it."""

    version: int
    document_hash: str
    message_id: UUID
    question_sha256: str
    put_at: datetime


@topic("version-question-answered.1")
class VersionQuestionAnswered(RecordEvent, frozen=True, kw_only=True):
    """The Registry's proven answer came; its bytes are kept beside it.

    ``registry_hash`` is that of the last document which the Registry has.
    """

    version: int
    document_hash: str
    message_id: UUID
    result: ChangeOutcome
    registry_id: UUID | None = None
    registry_hash: str | None = None
    findings: tuple[Finding, ...] = ()
    answer_sha256: str
    answered_at: datetime
    received_at: datetime


# What it is meanwhile


class NoQuestion(msgspec.Struct, frozen=True, tag="NONE"):
    """No question is open."""


class OpenQuestion(msgspec.Struct, frozen=True, kw_only=True, tag="OPEN"):
    """A question waits for its answer."""

    document_hash: str
    message_id: UUID
    put_at: datetime


State = NoQuestion | OpenQuestion


def evolve(_question: State, event: Event) -> State:
    """What is open after ``event``."""
    match event:
        case VersionQuestionPut():
            return OpenQuestion(
                document_hash=event.document_hash,
                message_id=event.message_id,
                put_at=event.put_at,
            )
        case VersionQuestionAnswered():
            return NoQuestion()
        case _:
            return _question


def question_named(event: Event) -> str | None:
    """The SHA-256 of the question beside an event."""
    return event.question_sha256 if isinstance(event, VersionQuestionPut) else None


FIRST_QUESTION: ObjectKind[State] = ObjectKind("FIRST_QUESTION", NoQuestion(), evolve, State)
"""Questions about versions, by the id of the object."""
