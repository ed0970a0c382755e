"""Objects 5 to 7 of clause 9, which a SEZ gives when it is audited, and proofs of its log."""

from shared_contracts.conformance.case import Deviation, NotExamined
from shared_contracts.conformance.checkpoints import newest, parsed
from shared_contracts.conformance.sez_exam import SEZ_BOOK, SezExam
from shared_contracts.errors import BadInput
from shared_contracts.event_log.leaf import GENESIS, chain
from shared_contracts.event_log.proofs.checkpoint import Checkpoint
from shared_contracts.event_log.proofs.extension import Extension, extension
from shared_contracts.event_log.proofs.proof import InclusionProof, read_proof
from shared_contracts.messages.audit import AuditContent, LoggedEvent
from shared_contracts.messages.log_proof import (
    GET_PROOF,
    ProofAnswer,
    ProofRequest,
)


@SEZ_BOOK.case("Z-OBJECT-5")
def changed_objects(exam: SezExam) -> None:
    """Changed objects are told with identifiers, moments and changed properties (S216-9.5)."""
    pages = list(exam.audited(AuditContent.CHANGED_OBJECTS))
    told = [one for page in pages for one in page.changed_objects]
    if not told:
        raise NotExamined("the SEZ has signed nothing yet: announce an object, and begin again")
    hashes = {(one.object_id, one.version): one.document_hash for one in told}
    for one in told:
        before = hashes.get((one.object_id, one.version - 1))
        if one.version == 1 and one.previous_hash is not None:
            raise Deviation("no PreviousHash of a first version", one.previous_hash)
        if before is not None and before != one.previous_hash:
            raise Deviation(f"PreviousHash {before}", f"{one.previous_hash}")
        if not one.changes and not one.more_changes:
            raise Deviation(f"changed properties of {one.object_id}", "none")


@SEZ_BOOK.case("Z-OBJECT-6")
def event_log(exam: SezExam) -> None:
    """The log of events has no gap, and its chain can be calculated anew (S216-9.6)."""
    pages = list(exam.audited(AuditContent.EVENT_LOG))
    entries = [one for page in pages for one in page.logged_events]
    if [one.position for one in entries] != list(range(1, pages[0].position + 1)):
        raise Deviation(f"positions 1 to {pages[0].position}", f"{len(entries)} entries")
    value = GENESIS
    for one in entries:
        value = chain(value, one.position, bytes.fromhex(one.leaf_hash))
        if value.hex() != one.chain_hash:
            raise Deviation(f"ChainHash {value.hex()} at {one.position}", one.chain_hash)
    if entries and value.hex() != pages[0].chain_hash:
        raise Deviation(f"ChainHash {value.hex()}", pages[0].chain_hash)


@SEZ_BOOK.case("Z-OBJECT-7")
def checksums(exam: SezExam) -> None:
    """Checksums are those of the documents that are kept (S216-9.7)."""
    pages = list(exam.audited(AuditContent.CHECKSUMS))
    told = [one for page in pages for one in page.checksums]
    if not told:
        raise NotExamined("the SEZ has signed nothing yet: announce an object, and begin again")
    if len({(one.object_type, one.object_id) for one in told}) != len(told):
        raise Deviation("each object once", "one of them twice")
    for one in told:
        if one.stored_hash != one.document_hash:
            raise Deviation(f"StoredHash {one.document_hash}", f"{one.stored_hash}")


@SEZ_BOOK.case("Z-CHECKPOINT")
def checkpoint(exam: SezExam) -> None:
    """The log of the SEZ has a newest checkpoint, under the name of its system."""
    first, again = newest(exam), newest(exam)
    if again.origin != first.origin or again.size < first.size:
        raise Deviation(f"{first.origin} of {first.size} or more", f"{again}")


@SEZ_BOOK.case("Z-EXTENSION-PROOF")
def extends(exam: SezExam) -> None:
    """The log begins with what it was, by a proof."""
    known = _sealing(exam)
    question = exam.question(ProofRequest, old_size=known.size)
    answer = exam.answer(GET_PROOF, question, ProofAnswer)
    if (found := extension(known, parsed(answer.checkpoint), answer.proof)) is not (
        Extension.EXTENDS
    ):
        raise Deviation(Extension.EXTENDS, found)


@SEZ_BOOK.case("Z-INCLUSION-PROOF")
def includes(exam: SezExam) -> None:
    """An entry of the log that an audit told stands under the checkpoint, by a proof."""
    size = _sealing(exam).size
    entry = _entry(exam, size)
    answer = exam.answer(GET_PROOF, exam.question(ProofRequest, position=size), ProofAnswer)
    try:
        proof = read_proof(answer.proof or "")
    except BadInput as flaw:
        raise Deviation("a proof of inclusion", str(flaw)) from flaw
    if not isinstance(proof, InclusionProof) or not proof.holds(bytes.fromhex(entry.leaf_hash)):
        raise Deviation(f"a proof for the leaf {entry.leaf_hash}", "another")


def _sealing(exam: SezExam) -> Checkpoint:
    """The newest checkpoint of a log that has entries."""
    found = newest(exam)
    if not found.size:
        raise NotExamined("the newest checkpoint is of the empty log: wait for the next hour")
    return found


def _entry(exam: SezExam, position: int) -> LoggedEvent:
    for page in exam.audited(AuditContent.EVENT_LOG):
        for one in page.logged_events:
            if one.position == position:
                return one
    raise Deviation(f"an entry at position {position}", "none")
