"""A question that is recorded with its answer: the same question gets the same answer."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from registry.intake.context import IntakeContext
from registry.intake.steps import Proven, Received
from registry.intake.supplier_question import unlawful
from shared_contracts.event_log.decider import AggregateState, ObjectKind, current_state
from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.event_log.log import HeadKey
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.system_message import SystemMessage, SystemQuestion
from shared_contracts.signing.sign import sign_message
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.xml.codec import Element

S = TypeVar("S")


@contextmanager
def answering(
    context: IntakeContext, kind: ObjectKind[S], proven: Proven, object_id: UUID, message_id: UUID
) -> Iterator[AggregateState[S]]:
    """Where an object of the SEZ that asks stands, held until the question about it is answered.

    ``Unprocessed`` while another question about it is.
    """
    key = HeadKey(context.environment, proven.sez_code, kind.name, object_id)
    lock = context.log.try_lock(key)
    if lock is None:
        raise Unprocessed(Fault.IN_PROGRESS, str(message_id), retry_after=2)
    with lock:
        yield standing(context, kind, key)


def standing(context: IntakeContext, kind: ObjectKind[S], key: HeadKey) -> AggregateState[S]:
    """Where the object under ``key`` stands."""
    return current_state(kind, key, context.log.heads([key]).get(key), uuid7)


def unlawful_question(
    context: IntakeContext, received: Received, proven: Proven, question: SystemQuestion
) -> tuple[Breach, ...]:
    """What is wrong with a question by what the register says of the system."""
    sender = context.admission.sender(proven.sez_code)
    return tuple(unlawful(question, context.environment, sender, received.at))


def signed_alone(received: Received, element: Element) -> Received:
    """The message without what stands around the signed element: nobody's, and no evidence."""
    return replace(received, body=canonical(element, exclusive=True))


def signed_answer(context: IntakeContext, answer: SystemMessage) -> bytes:
    """The answer, signed by the Registry."""
    return sign_message(answer, f"answer-{answer.message_id}", context.signer)


def keep(
    context: IntakeContext,
    at: AggregateState[S],
    event: Event,
    question: tuple[str, bytes],
    answer: bytes,
) -> None:
    """Record that a question was answered, with both as evidence; the question by its name."""
    [fact], after = at.facts([event]), at.after([event])
    place = (fact.originator_id, fact.version)
    evidence = (Evidence(*place, *question), Evidence(*place, "answer", answer))
    context.log.append(Commit((fact,), (after.head(),), evidence))


def given_before(
    context: IntakeContext,
    stream: Iterable[Recorded],
    named: Callable[[Event], str | None],
    question: str,
) -> bytes:
    """The answer to a ``question`` that an event of ``stream`` names, byte for byte."""
    found = proven_evidence(context.log, stream, "answer", named)
    if found is None:
        raise LookupError(f"no answer beside {question}")
    return found
