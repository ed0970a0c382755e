"""What the Registry asks of the log of this SEZ: its newest checkpoint, or a proof (S216-12b)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sez.audits.answered import AnsweredQuestions
from sez.audits.proven import proven_request
from sez.records.owner import Owner
from shared_contracts.counterpart import Counterpart
from shared_contracts.event_log.prover import Prover
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.messages.log_proof import CheckpointRequest, ProofRequest
from shared_contracts.process.log_answers import checkpoint_answer, proof_answer
from shared_contracts.signing.sign import Signer, sign_message
from shared_contracts.xml.codec import Element

Q = TypeVar("Q", CheckpointRequest, ProofRequest)


@dataclass(frozen=True, slots=True)
class LogAnswers:
    """Answers the Registry, and nobody else; safe for all threads."""

    prover: Prover
    owner: Owner
    counterpart: Counterpart
    signer: Signer
    clock: Callable[[], datetime]
    answered: AnsweredQuestions = field(default_factory=AnsweredQuestions)

    def checkpoint(self, element: Element) -> bytes:
        """The signed answer with the newest checkpoint; ``Unprocessed`` to anybody else."""
        now = self.clock()
        request = self._proven(element, CheckpointRequest, now)
        answer = checkpoint_answer(self.prover, request, now)
        return sign_message(answer, f"checkpoint-{request.message_id}", self.signer)

    def proof(self, element: Element) -> bytes:
        """The signed answer with the proof; ``Unprocessed`` to anybody else."""
        now = self.clock()
        request = self._proven(element, ProofRequest, now)
        if request.named not in (("old_size",), ("position",)):
            raise Unprocessed(Fault.PROOF_REFUSED, f"named: {', '.join(request.named) or 'none'}")
        answer = proof_answer(self.prover, request, request.position, now)
        return sign_message(answer, f"proof-{request.message_id}", self.signer)

    def _proven(self, element: Element, kind: type[Q], now: datetime) -> Q:
        """The question of the Registry, put just now and not answered often (reading R132)."""
        request = proven_request(element, kind, self.owner, self.counterpart, now)
        self.answered.check(request, now)
        return request
