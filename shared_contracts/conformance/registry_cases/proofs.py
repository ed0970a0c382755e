"""Checkpoints and proofs of the Registry's log (S216-12, wire.md 19, 20)."""

from shared_contracts.conformance.case import Deviation, NotExamined, words
from shared_contracts.conformance.checkpoints import newest, parsed
from shared_contracts.conformance.log_cases import LOG_CASES
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_cases.changing import announced
from shared_contracts.conformance.registry_exam import RegistryExam, accepted
from shared_contracts.conformance.wire import digest
from shared_contracts.errors import BadInput
from shared_contracts.event_log.proofs.checkpoint import Checkpoint
from shared_contracts.event_log.proofs.extension import Extension, extension
from shared_contracts.event_log.proofs.proof import InclusionProof, read_proof
from shared_contracts.messages.attestation import AttestReceipt, ReceiptAttested
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.log_proof import (
    GET_PROOF,
    ProofAnswer,
    ProofRequest,
)
from shared_contracts.messages.package import Package
from shared_contracts.messages.receipt import Receipt
from shared_contracts.xml.envelope import SoapVersion

for name, perform in LOG_CASES.items():
    BOOK.case(f"R-{name}")(perform)


@BOOK.case("R-CHECKPOINT")
def checkpoint(exam: RegistryExam) -> None:
    """The log has a newest checkpoint, and it grows with what is recorded."""
    before = newest(exam)
    exam.prepared(announced(exam))
    if not before.size <= (after := newest(exam)).size or after.origin != before.origin:
        raise Deviation(f"{before.origin} of {before.size} or more", f"{after}")


@BOOK.case("R-EXTENSION-PROOF")
def extends(exam: RegistryExam) -> None:
    """A newer log begins with the older one, by a proof."""
    known = _sealing(exam)
    if known is None:
        exam.prepared(announced(exam))
        exam.driver.act(_operator(), "checkpoint")
        known = exam.driver.wait("a checkpoint of a log with entries", lambda: _sealing(exam))
    exam.prepared(announced(exam))
    answer = exam.answer(GET_PROOF, exam.question(ProofRequest, old_size=known.size), ProofAnswer)
    found = extension(known, parsed(answer.checkpoint), answer.proof)
    if found is not Extension.EXTENDS:
        raise Deviation(Extension.EXTENDS, found)


@BOOK.case("R-INCLUSION-PROOF")
def includes(exam: RegistryExam) -> None:
    """The verdict on a package stands in the log: the receipt's leaf, by a proof."""
    package = exam.package(announced(exam))
    receipt = exam.transfer(package)
    accepted(receipt)
    exam.driver.act(_operator(), "checkpoint")
    answer = exam.driver.wait(
        "a checkpoint that reaches the package", lambda: _proven(exam, package, receipt)
    )
    if answer.proof is None or receipt.log.leaf_hash is None:
        raise Deviation("a proof of inclusion and a leaf", "none")
    try:
        proof = read_proof(answer.proof)
    except BadInput as flaw:
        raise Deviation("a proof of inclusion", str(flaw)) from flaw
    leaf = bytes.fromhex(receipt.log.leaf_hash)
    if not isinstance(proof, InclusionProof) or not proof.holds(leaf):
        raise Deviation("a proof that leads from the receipt's leaf to the root", "another")


@BOOK.case("R-ATTEST")
def attest(exam: RegistryExam) -> None:
    """The Registry attests a receipt that it issued (S216-13b)."""
    package = exam.package(announced(exam))
    seen = exam.post("TransferRecords", exam.sealed(package), SoapVersion.V12)
    receipt = exam.read(seen, Receipt)
    if receipt.message_id is None:
        raise NotExamined("the receipt names no message")
    sha256 = digest(seen.document)
    question = exam.question(
        AttestReceipt,
        message_id=receipt.message_id,
        package_hash=receipt.package_hash,
        receipt_sha256=sha256,
    )
    answer = exam.answer("AttestReceipt", question, ReceiptAttested)
    if answer.receipt_sha256 != sha256:
        raise Deviation(f"ReceiptSha256 {sha256}", answer.receipt_sha256)


def _sealing(exam: RegistryExam) -> Checkpoint | None:
    """The newest checkpoint; None of a young Registry, which has signed one of the empty log."""
    found = newest(exam)
    return found if found.size else None


def _operator() -> LocalizedText:
    """What the Registry's operator does for a newer checkpoint."""
    return words(BOOK.side)["R-INCLUSION-PROOF"].operator or LocalizedText()


def _proven(exam: RegistryExam, package: Package, receipt: Receipt) -> ProofAnswer | None:
    """The proof, once the checkpoint has grown beyond what the receipt named."""
    question = exam.question(ProofRequest, about_message=package.message_id)
    answer = exam.answer(GET_PROOF, question, ProofAnswer)
    newest = parsed(answer.checkpoint).size
    if answer.proof is None and newest <= parsed(receipt.log.checkpoint).size:
        return None
    return answer
