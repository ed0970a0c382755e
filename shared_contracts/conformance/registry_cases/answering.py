"""What a Registry says of itself, and that its answers are signed, whole and repeated."""

from datetime import timedelta

from shared_contracts import astana_time
from shared_contracts.conformance.case import Deviation
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_exam import RegistryExam, accepted, shown
from shared_contracts.conformance.wire import HttpSeen
from shared_contracts.identifiers import uuid7
from shared_contracts.messages import published
from shared_contracts.messages.receipt import Receipt
from shared_contracts.messages.time import (
    Capabilities,
    CapabilitiesRequest,
    TimeAnswer,
    TimeRequest,
)
from shared_contracts.messages.versions import VERSIONS
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.roles import INFORMATION_SYSTEM
from shared_contracts.signing.subject import subject_of
from shared_contracts.signing.verify import verify_system
from shared_contracts.soap.abilities import LIMITS
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion

CLOCKS = timedelta(minutes=5)
"""By how much the clocks of the kit and of the Registry may differ."""


@BOOK.case("R-TIME")
def time(exam: RegistryExam) -> None:
    """GetTime tells when the question came and when the answer left."""
    question = TimeRequest(message_id=uuid7(), client_sent_at=astana_time.now())
    seen = exam.post("GetTime", codec.to_bytes(codec.write(question)))
    answer = exam.read(seen, TimeAnswer)
    if (answer.message_id, answer.client_sent_at) != (
        question.message_id,
        question.client_sent_at,
    ):
        raise Deviation("TimeAnswer with the id and the clock of the question", "another one")
    if not answer.server_received_at <= answer.server_sent_at:
        raise Deviation("ServerReceivedAt ≤ ServerSentAt", f"{answer.server_sent_at} before it")
    off = abs(answer.server_sent_at - astana_time.now())
    if off > CLOCKS:
        raise Deviation(f"a clock within {CLOCKS} of the kit's", f"{off}")


@BOOK.case("R-CAPABILITIES")
def capabilities(exam: RegistryExam) -> None:
    """GetCapabilities tells versions, operations and limits of the contract."""
    question = CapabilitiesRequest(message_id=uuid7())
    seen = exam.post("GetCapabilities", codec.to_bytes(codec.write(question)))
    answer = exam.read(seen, Capabilities)
    lacking = sorted(set(exam.service.documents) - set(answer.operations))
    if lacking:
        raise Deviation("all operations of the contract", f"without {', '.join(lacking)}")
    if not set(VERSIONS) <= set(answer.contract_versions):
        raise Deviation(f"contract {', '.join(VERSIONS)}", ", ".join(answer.contract_versions))
    if answer.environment is not exam.environment:
        raise Deviation(f"environment {exam.environment}", answer.environment)
    if answer.limits != LIMITS:
        raise Deviation(f"{LIMITS}", f"{answer.limits}")


@BOOK.case("R-DESCRIPTION")
def description(exam: RegistryExam) -> None:
    """The WSDL is served with every operation, and the schemas are those of the contract."""
    wsdl = _fetched(exam, "/soap/?wsdl")
    text = wsdl.body.decode("utf-8", "replace")
    lacking = [name for name in exam.service.documents if f'name="{name}"' not in text]
    if lacking:
        raise Deviation("a WSDL with all operations", f"without {', '.join(lacking)}")
    for version in VERSIONS:
        for name in published.schemas(version):
            found = _fetched(exam, f"/soap/schemas/{version}/{name}.xsd")
            if schema.parse(found.body).get("targetNamespace") is None:
                raise Deviation(f"schema {version}/{name}", "another document")


def _fetched(exam: RegistryExam, path: str) -> HttpSeen:
    seen = exam.caller.send("GET", path)
    exam.note(f"GET {path}", b"", seen, f"HTTP {seen.status}, {len(seen.body)} B")
    if seen.status != 200:  # noqa: PLR2004  # HTTP's OK
        raise Deviation(f"HTTP 200 for {path}", f"HTTP {seen.status}")
    return seen


@BOOK.case("R-SIGNED")
def signed(exam: RegistryExam) -> None:
    """The receipt is signed by an information system, and the signature covers it whole."""
    record = exam.signed(exam.writer.single_source(uuid7(), astana_time.now()))
    seen = exam.post("TransferRecords", exam.sealed(exam.package(record)))
    try:
        proven = verify_system(schema.parse(seen.document))
    except SignatureRefused as refused:
        raise Deviation("a signature of the profile SYSTEM that holds", str(refused)) from refused
    subject = subject_of(proven.certificates[0])
    if INFORMATION_SYSTEM not in subject.roles:
        raise Deviation("signed by an information system", f"signed by {subject.common_name}")


@BOOK.case("R-SAME-ANSWER")
def same_answer(exam: RegistryExam) -> None:
    """The same bytes again get the same receipt, byte for byte."""
    record = exam.signed(exam.writer.single_source(uuid7(), astana_time.now()))
    body = exam.sealed(exam.package(record))
    first, again = exam.post("TransferRecords", body), exam.post("TransferRecords", body)
    if first.document != again.document:
        raise Deviation("the same receipt byte for byte", f"another: {shown(again)}")


@BOOK.case("R-SOAP12")
def soap_12(exam: RegistryExam) -> None:
    """A package over SOAP 1.2 is answered over SOAP 1.2."""
    record = exam.signed(exam.writer.single_source(uuid7(), astana_time.now()))
    seen = exam.post("TransferRecords", exam.sealed(exam.package(record)), SoapVersion.V12)
    accepted(exam.read(seen, Receipt))
    if SoapVersion.V12.namespace.encode() not in seen.body[:4096]:
        raise Deviation("an envelope of SOAP 1.2", "another envelope")


@BOOK.case("R-RECEIPT")
def receipt_is_whole(exam: RegistryExam) -> None:
    """The receipt repeats what was sent, and tells the moments, the delay and the place."""
    record = exam.signed(exam.writer.single_source(uuid7(), astana_time.now()))
    package = exam.package(record)
    receipt = exam.transfer(package)
    accepted(receipt)
    [one] = receipt.records
    stated = (receipt.message_id, receipt.sequence, one.object_id, one.version, one.document_hash)
    sent = (package.message_id, package.sequence, record.object_id, 1, record.hash)
    if stated != sent:
        raise Deviation(f"{sent}", f"{stated}")
    if one.registry_id is None or receipt.log.leaf_hash is None:
        raise Deviation("RegistryId and LeafHash", "none")
    if not receipt.first_received_at <= receipt.received_at <= receipt.processed_at:
        raise Deviation("FirstReceivedAt ≤ ReceivedAt ≤ ProcessedAt", "another order")
