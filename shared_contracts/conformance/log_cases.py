"""Checkpoints and proofs of either system, which must agree (S216-12, wire.md 20)."""

from collections.abc import Callable
from functools import partial

from shared_contracts.conformance.case import Deviation, NotExamined
from shared_contracts.conformance.checkpoints import newest, parsed
from shared_contracts.conformance.soap_exam import SoapExam
from shared_contracts.errors import BadInput
from shared_contracts.event_log.proofs.checkpoint import Checkpoint, verified
from shared_contracts.event_log.proofs.proof import InclusionProof, read_proof
from shared_contracts.faults import Unprocessed
from shared_contracts.messages.log_proof import (
    GET_CHECKPOINT,
    GET_PROOF,
    CheckpointAnswer,
    CheckpointRequest,
    ProofAnswer,
    ProofRequest,
)
from shared_contracts.signing.note import certified_key, is_note_signature
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import schema

FAR = 10**15
"""More events than any log of a stand has."""


def signed_checkpoint(exam: SoapExam) -> None:
    """The note of the newest checkpoint is signed by the key of the system that answers."""
    seen = exam.post(GET_CHECKPOINT, exam.sealed(exam.question(CheckpointRequest)))
    note = exam.read(seen, CheckpointAnswer).checkpoint
    name = parsed(note).origin
    try:
        certificate = verify_system(schema.parse(seen.document)).certificates[0]
        spki = certified_key(certificate)
        verified(note, name, spki, partial(is_note_signature, spki))
    except (Unprocessed, SignatureRefused, BadInput, ValueError) as flaw:
        raise Deviation(f"a note that the key of {name} signed", str(flaw)) from flaw


def proofs_agree(exam: SoapExam) -> None:
    """A proof rests on the checkpoint that is told with it, and no checkpoint goes back."""
    before = newest(exam)
    if not before.size:
        raise NotExamined("the newest checkpoint is of the empty log: wait for the next hour")
    question = exam.question(ProofRequest, position=before.size)
    answer = exam.answer(GET_PROOF, question, ProofAnswer)
    told, proof = parsed(answer.checkpoint), _inclusion(answer)
    if _sealed(proof) != told or proof.index != before.size - 1:
        raise Deviation(f"a proof of leaf {before.size - 1} under {told}", f"leaf {proof.index}")
    if told.origin != before.origin or told.size < before.size:
        raise Deviation(f"a checkpoint of {before.size} or more", f"{told}")
    if told.size == before.size and told.root != before.root:
        raise Deviation(f"one root of {before.size} events", "two")


def proof_beyond(exam: SoapExam) -> None:
    """Nothing is proven of what the log does not have."""
    for asked in ({"old_size": FAR}, {"position": FAR}):
        seen = exam.post(GET_PROOF, exam.sealed(exam.question(ProofRequest, **asked)))
        if seen.fault is None and exam.read(seen, ProofAnswer).proof is not None:
            raise Deviation(f"no proof for {asked}", "a proof")


def _inclusion(answer: ProofAnswer) -> InclusionProof:
    try:
        proof = read_proof(answer.proof or "")
    except BadInput as flaw:
        raise Deviation("a proof of inclusion", str(flaw)) from flaw
    if not isinstance(proof, InclusionProof):
        raise Deviation("a proof of inclusion", "one of consistency")
    return proof


def _sealed(proof: InclusionProof) -> Checkpoint:
    return parsed(proof.note)


LOG_CASES: dict[str, Callable[[SoapExam], None]] = {
    "CHECKPOINT-SIGNED": signed_checkpoint,
    "PROOFS-AGREE": proofs_agree,
    "PROOF-BEYOND": proof_beyond,
}
"""All of them, by the last part of the id of their case."""
