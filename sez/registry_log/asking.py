"""The Registry is asked for its newest checkpoint, with the proof that its log grew."""

from sez.publication.questions import Questions
from shared_contracts.counterpart import NotTheCounterpart, checkpoint_told
from shared_contracts.event_log.proofs.checkpoint import Checkpoint
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.log_proof import (
    GET_CHECKPOINT,
    GET_PROOF,
    CheckpointAnswer,
    CheckpointRequest,
    ProofAnswer,
    ProofRequest,
)


def ask(questions: Questions, old_size: int) -> tuple[Checkpoint, str | None, bytes]:
    """The newest checkpoint, the proof that it extends ``old_size`` events, the signed answer.

    Every log begins with the empty one: then nothing is proven. ``DeliveryProblem``,
    ``RefusedByRule``, ``NotTheCounterpart`` where there is no answer to be believed.
    """
    if old_size:
        answer, data = _proof(questions, old_size)
        proof = answer.proof
        note = answer.checkpoint
    else:
        newest, data = _checkpoint(questions)
        proof, note = None, newest.checkpoint
    return checkpoint_told(note, questions.clock()), proof, data


def _proof(questions: Questions, old_size: int) -> tuple[ProofAnswer, bytes]:
    owner = questions.owner
    request = ProofRequest(
        message_id=uuid7(),
        sez_code=owner.sez_code,
        environment=owner.environment,
        created_at=questions.clock(),
        old_size=old_size,
    )
    signed = questions.signed(request, f"proof-{request.message_id}")
    answer, data = questions.put(signed, GET_PROOF, ProofAnswer)
    _check(answer, request)
    return answer, data


def _checkpoint(questions: Questions) -> tuple[CheckpointAnswer, bytes]:
    owner = questions.owner
    request = CheckpointRequest(
        message_id=uuid7(),
        sez_code=owner.sez_code,
        environment=owner.environment,
        created_at=questions.clock(),
    )
    signed = questions.signed(request, f"checkpoint-{request.message_id}")
    answer, data = questions.put(signed, GET_CHECKPOINT, CheckpointAnswer)
    _check(answer, request)
    return answer, data


def _check(
    answer: ProofAnswer | CheckpointAnswer, request: ProofRequest | CheckpointRequest
) -> None:
    if answer.message_id != request.message_id or answer.sez_code != request.sez_code:
        raise NotTheCounterpart(f"it answers {answer.message_id}, not {request.message_id}")
