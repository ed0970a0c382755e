"""What a SEZ transmits to the stand's Registry, seen by the relay between them (S216-A2.1, S216-9).

Each case has the SEZ announce something new, and waits for the package in which it comes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared_contracts import astana_time
from shared_contracts.conformance.case import Deviation, NotExamined, words
from shared_contracts.conformance.relay import Accident, Relay, RelayedCall, Response
from shared_contracts.conformance.sez_exam import SEZ_BOOK, SezExam
from shared_contracts.conformance.wire import digest
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.kinds.programme import LOAD
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.package import Package, Record
from shared_contracts.messages.programme import PROGRAMME
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    REVIEW_PROTOCOL,
    SINGLE_SOURCE_PROTOCOL,
)
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.rules.hour import delay, hour, is_late
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.verify import verify_person, verify_system
from shared_contracts.soap.fault import write_fault
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion, open_envelope, payload_of

TRANSFER = "TransferRecords"
MARK = b"<ReceiptId>"


@dataclass(frozen=True, slots=True)
class SeenPackage:
    """A package that came by the relay, opened and proven."""

    passed: RelayedCall
    package: Package

    def record_of(self, object_type: str, object_id: UUID | None) -> Record | None:
        """The record of an object; of any of its type where no id is known."""
        for record in self.package.records:
            header = record.header
            if header.object_type == object_type and object_id in (None, header.object_id):
                return record
        return None


@SEZ_BOOK.case("Z-OBJECT-1")
def announcement(exam: SezExam) -> None:
    """An announced purchase comes within the hour, signed by a person and by the system."""
    _transmits(exam, "Z-OBJECT-1", PURCHASE)


@SEZ_BOOK.case("Z-OBJECT-2")
def review(exam: SezExam) -> None:
    """The protocol of the review of bids comes (S216-9.2)."""
    _transmits(exam, "Z-OBJECT-2", REVIEW_PROTOCOL)


@SEZ_BOOK.case("Z-OBJECT-3")
def single_source(exam: SezExam) -> None:
    """The protocol of a purchase from a single source comes (S216-9.3)."""
    _transmits(exam, "Z-OBJECT-3", SINGLE_SOURCE_PROTOCOL)


@SEZ_BOOK.case("Z-OBJECT-4")
def results(exam: SezExam) -> None:
    """The protocol of the results of a tender comes (S216-9.4)."""
    _transmits(exam, "Z-OBJECT-4", RESULTS_PROTOCOL)


@SEZ_BOOK.case("Z-OBJECT-8-ANNUAL")
def annual_programme(exam: SezExam) -> None:
    """A programme of one year comes by LoadProgramme (S216-9.8, S216-A2.7.1)."""
    _transmits(exam, "Z-OBJECT-8-ANNUAL", PROGRAMME, operation=LOAD, years=1)


@SEZ_BOOK.case("Z-OBJECT-8-MEDIUM")
def medium_term_programme(exam: SezExam) -> None:
    """A programme of five years comes by LoadProgramme (S216-9.8, S216-A2.7.1)."""
    _transmits(exam, "Z-OBJECT-8-MEDIUM", PROGRAMME, operation=LOAD, years=5)


@SEZ_BOOK.case("Z-BUSY")
def busy(exam: SezExam) -> None:
    """After a retryable fault the same bytes come again (S216-18.7)."""

    def accident(_body: bytes, _deliver: Callable[[], Response]) -> Response:
        problem = Unprocessed(Fault.BUSY, retry_after=1)
        status, body = write_fault(SoapVersion.V11, problem, uuid7(), fault_wording)
        return Response(body, status, media_type="text/xml; charset=utf-8")

    _comes_again(exam, "Z-BUSY", accident)


@SEZ_BOOK.case("Z-ANSWER-LOST")
def answer_lost(exam: SezExam) -> None:
    """If the answer is lost on its way, the same bytes come again (S216-18.7)."""

    def accident(_body: bytes, deliver: Callable[[], Response]) -> Response:
        deliver()
        return Response("gateway timeout", 504, media_type="text/plain")

    _comes_again(exam, "Z-ANSWER-LOST", accident)


@SEZ_BOOK.case("Z-FORGED-RECEIPT")
def forged_receipt(exam: SezExam) -> None:
    """A receipt whose signature does not hold is not believed: the same bytes come again."""

    def accident(_body: bytes, deliver: Callable[[], Response]) -> Response:
        genuine = deliver()
        forged = bytes(genuine.body).replace(MARK, b"\n" + MARK)
        return Response(forged, genuine.status_code, media_type="text/xml; charset=utf-8")

    _comes_again(exam, "Z-FORGED-RECEIPT", accident)


def _transmits(
    exam: SezExam, case_id: str, object_type: str, operation: str = TRANSFER, **what: int
) -> None:
    """Have an object of a type announced, and demand the package in which it comes."""
    found = announced(exam, case_id, object_type, operation, **what)
    formed, now = found.record.header.formed_at, astana_time.now()
    if is_late(formed, now):
        raise Deviation(f"within {hour(formed)} of FormedAt", f"{delay(formed, now)}")
    _check_document(found.record)
    if b">ACCEPTED<" not in found.seen.passed.reply:
        raise Deviation("a package that the stand's Registry records", "one that it does not")


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record, and the package in which it came."""

    seen: SeenPackage
    record: Record


def announced(
    exam: SezExam, case_id: str, object_type: str, operation: str = TRANSFER, **what: int
) -> FoundRecord:
    """Have an object of a type announced, and wait for the package with its record."""
    relay, operator = relay_of(exam), words(SEZ_BOOK.side)[case_id].operator or LocalizedText()
    before = relay.count
    told = exam.driver.act(operator, "transmit", object_type=object_type, **what)
    object_id = UUID(told["object_id"]) if "object_id" in told else None

    def look() -> FoundRecord | None:
        for passed in relay.since(before, operation):
            seen = _opened(passed)
            record = seen.record_of(object_type, object_id)
            if record is not None:
                return FoundRecord(seen, record)
        return None

    return exam.driver.wait(f"{object_type} by {operation}", look)


def _comes_again(exam: SezExam, case_id: str, accident: Accident) -> None:
    """Let the next package meet an accident, and demand the same bytes once more."""
    relay = relay_of(exam)
    relay.arrange(accident)
    try:
        found = announced(exam, case_id, PURCHASE)
    finally:
        relay.accidents.clear()
    first = found.seen
    if not first.passed.arranged:
        raise NotExamined("another package met the accident: begin again when none is under way")

    def look() -> RelayedCall | None:
        for passed in relay.since(first.passed.number, TRANSFER):
            package = _opened(passed).package
            if package.message_id == first.package.message_id:
                return passed
        return None

    again = exam.driver.wait("the same package once more", look)
    if _content(again) != _content(first.passed):
        raise Deviation(f"the same bytes, {digest(first.passed.body)}", digest(again.body))


def relay_of(exam: SezExam) -> Relay:
    """What stands before the SEZ's Registry; ``NotExamined`` where nothing does."""
    if exam.relay is None:
        raise NotExamined("the kit does not stand before the SEZ's Registry: give --behind")
    return exam.relay


def _opened(passed: RelayedCall) -> SeenPackage:
    """The package in a message, if its signature holds and its schema admits it."""
    try:
        element = payload_of(open_envelope(passed.body, None))
        verify_system(element)
        if breaches := schema.validate(element, "I-XSD-1"):
            raise Deviation("a package as its schema demands", breaches[0].path)
        return SeenPackage(passed, codec.read(element, Package))
    except (Unprocessed, SignatureRefused, ValueError) as problem:
        raise Deviation("a signed package", str(problem)) from problem


def _content(passed: RelayedCall) -> str:
    element: Any = payload_of(open_envelope(passed.body, None))
    return verify_system(element).canonical_sha256


def _check_document(record: Record) -> None:
    """Demand that the document is the one whose hash is stated, and that persons signed it."""
    if record.document is None:
        raise NotExamined("the document travels as a file; the kit reads those in packages")
    if digest(record.document) != record.header.document_hash:
        raise Deviation(f"DocumentHash {digest(record.document)}", record.header.document_hash)
    try:
        verify_person(schema.parse(record.document))
    except (Unprocessed, SignatureRefused) as problem:
        raise Deviation("signatures of persons that hold", str(problem)) from problem
