"""What a SEZ asks of the Registry's log: its newest checkpoint, or a proof (S216-12, S216-13b)."""

from registry.intake.context import MESSAGE, IntakeContext
from registry.intake.identity import message_key
from registry.intake.light_message import received_question
from registry.intake.steps import Proven
from registry.messages import message
from shared_contracts.event_log.decider import current_state
from shared_contracts.event_log.prover import Prover
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.log_proof import CheckpointRequest, ProofRequest
from shared_contracts.process.log_answers import checkpoint_answer, proof_answer
from shared_contracts.signing.sign import sign_message
from shared_contracts.soap.peer import NOBODY, Peer
from shared_contracts.xml.codec import Element

VERDICTS = (message.PackageAccepted, message.PackageRefused, message.SequenceVoided)


def get_checkpoint(
    context: IntakeContext, element: Element, body: bytes, peer: Peer = NOBODY
) -> bytes:
    """The newest checkpoint in a signed answer, to a registered system alone."""
    asked = received_question(context, CheckpointRequest, element, body, peer)
    if isinstance(asked, bytes):
        return asked
    received, _proven, request = asked
    answer = checkpoint_answer(Prover(context.checkpointer), request, received.at)
    return sign_message(answer, f"checkpoint-{request.message_id}", context.signer)


def get_proof(context: IntakeContext, element: Element, body: bytes, peer: Peer = NOBODY) -> bytes:
    """The proof in a signed answer, to a registered system alone.

    ``Unprocessed`` says that nothing, or too much, is asked, or that the asking system sent no
    such message.
    """
    asked = received_question(context, ProofRequest, element, body, peer)
    if isinstance(asked, bytes):
        return asked
    received, proven, request = asked
    if len(request.named) != 1:
        raise Unprocessed(Fault.PROOF_REFUSED, f"named: {', '.join(request.named) or 'none'}")
    position = request.position
    if request.about_message is not None:
        position = _position(context, proven, request)
    answer = proof_answer(Prover(context.checkpointer), request, position, received.at)
    return sign_message(answer, f"proof-{request.message_id}", context.signer)


def _position(context: IntakeContext, proven: Proven, request: ProofRequest) -> int:
    """Where the verdict on the system's own message stands."""
    key = message_key(request.environment, proven, request.about_message)
    at = current_state(MESSAGE, key, context.log.heads([key]).get(key), uuid7)
    for recorded in context.log.stream(at.originator_id):
        if isinstance(recorded.event, VERDICTS):
            return recorded.position
    raise Unprocessed(Fault.RECEIPT_UNKNOWN, f"AboutMessage {request.about_message}")
