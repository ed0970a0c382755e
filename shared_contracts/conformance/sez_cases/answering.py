"""What a SEZ says of itself, that it takes notices, and believes its Registry alone."""

from shared_contracts.conformance.case import Deviation
from shared_contracts.conformance.sez_exam import SEZ_BOOK, SezExam
from shared_contracts.conformance.wire import digest
from shared_contracts.faults import Fault
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.audit import AuditContent
from shared_contracts.messages.notice import NoticeTaken
from shared_contracts.messages.time import Capabilities, CapabilitiesRequest
from shared_contracts.messages.versions import VERSIONS
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.roles import INFORMATION_SYSTEM
from shared_contracts.signing.subject import subject_of
from shared_contracts.signing.verify import verify_system
from shared_contracts.soap.services import SEZ
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion

STRANGER = "sez2"
"""Name of the key of a system that is not the Registry."""


@SEZ_BOOK.case("Z-CAPABILITIES")
def capabilities(exam: SezExam) -> None:
    """GetCapabilities tells versions and operations of the contract."""
    question = CapabilitiesRequest(message_id=uuid7())
    seen = exam.post("GetCapabilities", codec.to_bytes(codec.write(question)))
    answer = exam.read(seen, Capabilities)
    lacking = sorted(set(SEZ.documents) - set(answer.operations))
    if lacking or not set(VERSIONS) <= set(answer.contract_versions):
        raise Deviation("all operations and versions of the contract", f"without {lacking}")
    if (answer.environment, answer.message_id) != (exam.environment, question.message_id):
        raise Deviation(f"{exam.environment} {question.message_id}", f"{answer.environment}")


@SEZ_BOOK.case("Z-SIGNED")
def signed(exam: SezExam) -> None:
    """What a SEZ answers is signed by an information system, in SOAP 1.2 too."""
    question = CapabilitiesRequest(message_id=uuid7())
    document = codec.to_bytes(codec.write(question))
    seen = exam.post("GetCapabilities", document, SoapVersion.V12)
    try:
        proven = verify_system(schema.parse(seen.document))
    except SignatureRefused as refused:
        raise Deviation("a signature of the profile SYSTEM that holds", str(refused)) from refused
    if INFORMATION_SYSTEM not in subject_of(proven.certificates[0]).roles:
        raise Deviation("signed by an information system", "signed by another")


@SEZ_BOOK.case("Z-NOTICE")
def notice(exam: SezExam) -> None:
    """A notice is taken, and the answer names its SHA-256 (S216-13b)."""
    told = exam.notice()
    body = exam.sealed(told)
    answer = exam.read(exam.post("Notify", body), NoticeTaken)
    if (answer.notice_id, answer.notice_sha256) != (told.notice_id, digest(body)):
        raise Deviation(f"NoticeSha256 {digest(body)}", answer.notice_sha256)


@SEZ_BOOK.case("Z-NOTICE-AGAIN")
def notice_again(exam: SezExam) -> None:
    """The same notice again gets the same answer: it is taken once."""
    body = exam.sealed(exam.notice())
    first = exam.read(exam.post("Notify", body), NoticeTaken)
    again = exam.read(exam.post("Notify", body), NoticeTaken)
    if first.taken_at != again.taken_at:
        raise Deviation(f"TakenAt {first.taken_at}", f"{again.taken_at}")


@SEZ_BOOK.case("Z-NOTICE-STRANGER")
def notice_of_a_stranger(exam: SezExam) -> None:
    """A notice that another system signed is not taken."""
    body = exam.sealed(exam.notice(), exam.keys.named(STRANGER))
    exam.fault(exam.post("Notify", body), Fault.NOT_THE_REGISTRY)


@SEZ_BOOK.case("Z-NOTICE-ALTERED")
def altered_notice(exam: SezExam) -> None:
    """A notice that was changed after it was signed is not taken."""
    body = exam.sealed(exam.notice()).replace("Проверочное".encode(), "Подменённое".encode())
    exam.fault(exam.post("Notify", body), Fault.NOT_THE_REGISTRY, Fault.NOTICE_REFUSED)


@SEZ_BOOK.case("Z-AUDIT-STRANGER")
def audit_of_a_stranger(exam: SezExam) -> None:
    """Who is not the Registry obtains nothing by an audit (S216-13a)."""
    body = exam.sealed(exam.audit_request(AuditContent.EVENT_LOG), exam.keys.named(STRANGER))
    exam.fault(exam.post("Audit", body), Fault.NOT_THE_REGISTRY)


@SEZ_BOOK.case("Z-AUDIT-OTHER-SEZ")
def audit_of_another(exam: SezExam) -> None:
    """An audit of another SEZ is refused."""
    request = exam.audit_request(AuditContent.EVENT_LOG, sez_code="SEZ99")
    exam.fault(exam.post("Audit", exam.sealed(request)), Fault.AUDIT_REFUSED)
