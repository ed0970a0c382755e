"""What a system answers of its log, whoever asks: the newest checkpoint, or a proof (S216-12)."""

from datetime import datetime

from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.proofs.checkpoint import parse
from shared_contracts.event_log.proofs.proof import ConsistencyProof, InclusionProof
from shared_contracts.event_log.prover import Prover
from shared_contracts.messages.log_proof import (
    CheckpointAnswer,
    CheckpointRequest,
    ProofAnswer,
    ProofRequest,
)


def checkpoint_answer(prover: Prover, request: CheckpointRequest, at: datetime) -> CheckpointAnswer:
    """The newest checkpoint."""
    return CheckpointAnswer(
        message_id=request.message_id,
        sez_code=request.sez_code,
        environment=request.environment,
        answered_at=to_astana(at),
        checkpoint=prover.note(),
    )


def proof_answer(
    prover: Prover, request: ProofRequest, position: int | None, at: datetime
) -> ProofAnswer:
    """The proof that is asked for, of the event at ``position`` where it is one of inclusion."""
    proof = _proof(prover, request.old_size, position)
    return ProofAnswer(
        message_id=request.message_id,
        sez_code=request.sez_code,
        environment=request.environment,
        answered_at=to_astana(at),
        checkpoint=proof.note if proof else prover.note(),
        proof=proof.text if proof else None,
    )


def _proof(
    prover: Prover, old_size: int | None, position: int | None
) -> InclusionProof | ConsistencyProof | None:
    """None where the newest checkpoint does not reach what is asked for."""
    size = parse(prover.note()).size
    if old_size is not None:
        return prover.consistency(old_size) if old_size <= size else None
    return prover.inclusion(position) if position is not None and position <= size else None
