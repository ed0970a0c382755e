"""Requests to change a programme, to which a later supply is held (S216-A2.8.1-6)."""

from datetime import datetime
from uuid import UUID

from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.programme_change import ChangeOutcome

# What can happen


@topic("programme-change-answered.1")
class ProgrammeChangeAnswered(Event, frozen=True, kw_only=True):
    """A request of a proven system to change a programme was answered (S216-A2.8.3, S216-A2.8.4).

    ``request_hash`` is SHA-256 over the exclusive C14N of the signed request: that and the answer
    are kept beside it. ``object_id`` is the programme's, ``document_hash`` that of the version
    which is asked about.
    """

    environment: str
    sez_code: str
    message_id: UUID
    object_id: UUID
    version: int
    document_hash: str
    request_hash: str
    answer_sha256: str
    result: ChangeOutcome
    answered_at: datetime


# What it is meanwhile


class UnaskedChange(ObjectState, frozen=True, tag="UNASKED"):
    """Nobody asked to change the programme."""


class AskedChange(ObjectState, frozen=True, kw_only=True, tag="ASKED"):
    """The version last asked for by the Registry; none where no request needed a supply."""

    version: int | None = None
    document_hash: str | None = None


State = UnaskedChange | AskedChange


def evolve(change: State, event: Event) -> State:
    """What is asked for after ``event``; a request that needs no supply leaves it as it is."""
    match event:
        case ProgrammeChangeAnswered(result=ChangeOutcome.SUPPLEMENT_REQUIRED):
            return AskedChange(version=event.version, document_hash=event.document_hash)
        case ProgrammeChangeAnswered():
            return change if isinstance(change, AskedChange) else AskedChange()
        case _:
            return change


def answer_named(event: Event) -> str | None:
    """The SHA-256 of the answer beside an event."""
    return event.answer_sha256 if isinstance(event, ProgrammeChangeAnswered) else None


CHANGE: ObjectKind[State] = ObjectKind("PROGRAMME_CHANGE", UnaskedChange(), evolve, State)
"""Requests to change programmes, by the id of the programme."""
