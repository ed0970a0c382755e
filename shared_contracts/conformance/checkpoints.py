"""The newest checkpoint of an examined system's log (wire.md 20)."""

from shared_contracts.conformance.case import Deviation
from shared_contracts.conformance.soap_exam import SoapExam
from shared_contracts.errors import BadInput
from shared_contracts.event_log.proofs.checkpoint import Checkpoint, parse
from shared_contracts.messages.log_proof import GET_CHECKPOINT, CheckpointAnswer, CheckpointRequest


def newest(exam: SoapExam) -> Checkpoint:
    """What the system answers to a question for it; ``Deviation`` where that is none."""
    question = exam.question(CheckpointRequest)
    return parsed(exam.answer(GET_CHECKPOINT, question, CheckpointAnswer).checkpoint)


def parsed(note: str) -> Checkpoint:
    """A checkpoint as its note says; ``Deviation`` where it says none."""
    try:
        return parse(note)
    except BadInput as flaw:
        raise Deviation("a checkpoint", str(flaw)) from flaw
