"""Notices and receipts that the Registry sends to a SEZ, good and bad (S216-A2.5, S216-18.1)."""

import msgspec

from shared_contracts.conformance.case import Deviation, NotExamined
from shared_contracts.conformance.sez_cases.transmitting import announced
from shared_contracts.conformance.sez_exam import SEZ_BOOK, SezExam
from shared_contracts.faults import Fault
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import PUSH, ReceiptDelivered
from shared_contracts.messages.notice import NoticeKind, NoticeTaken
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.receipt import Receipt, Result
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import open_envelope, payload_bytes, payload_of

_KEPT = "receipt"


@SEZ_BOOK.case("Z-NOTICE-OTHER-SEZ")
def notice_of_another(exam: SezExam) -> None:
    """A notice to another SEZ is not taken."""
    body = exam.sealed(exam.notice(sez_code="SEZ99"))
    exam.fault(exam.post("Notify", body), Fault.NOTICE_REFUSED)


@SEZ_BOOK.case("Z-NOTICE-ID-TAKEN")
def notice_under_a_used_id(exam: SezExam) -> None:
    """Another notice under the id of one that was taken is not taken."""
    first = exam.notice()
    exam.answer("Notify", first, NoticeTaken)
    other = msgspec.structs.replace(first, kind=NoticeKind.SYNC_ERROR)
    exam.fault(exam.post("Notify", exam.sealed(other)), Fault.NOTICE_REFUSED)


@SEZ_BOOK.case("Z-RECEIPT-DELIVERED")
def receipt_delivered(exam: SezExam) -> None:
    """A receipt that the Registry delivers is taken, and the answer names its SHA-256."""
    data = _receipt(exam)
    element = schema.parse(data)
    receipt, sha256 = codec.read(element, Receipt), verify_system(element).canonical_sha256
    taken = exam.read(exam.post(PUSH, data), ReceiptDelivered)
    said = (taken.message_id, taken.receipt_id, taken.receipt_sha256)
    if said != (receipt.message_id, receipt.receipt_id, sha256):
        raise Deviation(f"{receipt.message_id} {receipt.receipt_id} {sha256}", f"{said}")


@SEZ_BOOK.case("Z-RECEIPT-AGAIN")
def receipt_again(exam: SezExam) -> None:
    """The same receipt again gets the answer that was given before."""
    data = _receipt(exam)
    first = exam.read(exam.post(PUSH, data), ReceiptDelivered)
    again = exam.read(exam.post(PUSH, data), ReceiptDelivered)
    if first.taken_at != again.taken_at:
        raise Deviation(f"TakenAt {first.taken_at}", f"{again.taken_at}")


@SEZ_BOOK.case("Z-RECEIPT-UNKNOWN")
def receipt_of_another(exam: SezExam) -> None:
    """A receipt of a package that the SEZ never sent is not taken."""
    receipt = codec.read(schema.parse(_receipt(exam)), Receipt)
    other = msgspec.structs.replace(receipt, message_id=uuid7(), receipt_id=uuid7())
    exam.fault(exam.post(PUSH, exam.sealed(other)), Fault.RECEIPT_REFUSED)


@SEZ_BOOK.case("Z-RECEIPT-ALTERED")
def altered_receipt(exam: SezExam) -> None:
    """A receipt that was changed after it was signed is not taken."""
    data = _receipt(exam).replace(b">ACCEPTED<", b">REFUSED<")
    exam.fault(exam.post(PUSH, data), Fault.NOT_THE_REGISTRY, Fault.RECEIPT_REFUSED)


def _receipt(exam: SezExam) -> bytes:
    """The Registry's receipt of a package of this SEZ, as it passed by the relay."""
    if _KEPT not in exam.established:
        reply = announced(exam, "Z-RECEIPT-DELIVERED", PURCHASE).seen.passed.reply
        if f">{Result.ACCEPTED}<".encode() not in reply:
            raise NotExamined("the stand's Registry did not record what the SEZ sent")
        exam.established[_KEPT] = payload_bytes(reply, payload_of(open_envelope(reply, None)))
    kept: bytes = exam.established[_KEPT]
    return kept
