"""Order: versions, numbers of the sequence, repeated identifiers, lateness (wire.md 6 to 10)."""

from datetime import timedelta

from shared_contracts import astana_time
from shared_contracts.conformance.case import Deviation
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_cases.changing import announced, changed
from shared_contracts.conformance.registry_exam import RegistryExam, accepted, refused, told
from shared_contracts.faults import Fault
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.package import VoidSequence
from shared_contracts.messages.receipt import Receipt, Stage

PAST = timedelta(hours=2)


@BOOK.case("R-PREDECESSOR")
def predecessor(exam: RegistryExam) -> None:
    """A version whose predecessor has not come waits: PREDECESSOR_MISSING, and then it is taken."""
    first = announced(exam)
    second = changed(exam, first)
    third = changed(exam, second)
    exam.prepared(first)
    body = exam.sealed(exam.package(third))
    exam.fault(exam.post("TransferRecords", body), Fault.PREDECESSOR_MISSING)
    exam.prepared(second)
    accepted(exam.read(exam.post("TransferRecords", body), Receipt))


@BOOK.case("R-TOGETHER")
def versions_together(exam: RegistryExam) -> None:
    """Two versions of an object in one package are taken in their order."""
    first = announced(exam)
    receipt = exam.transfer(exam.package(first, changed(exam, first)))
    accepted(receipt)
    if [one.version for one in receipt.records] != [1, 2]:
        raise Deviation("Version 1, Version 2", told(receipt))


@BOOK.case("R-CHAIN")
def broken_chain(exam: RegistryExam) -> None:
    """A version that does not follow the one on record is refused by F-HDR-1."""
    first = announced(exam)
    exam.prepared(first)
    other = exam.writer.changed(first.document, "ab" * 32)
    receipt = exam.transfer(exam.package(exam.signed(other)))
    refused(receipt, Stage.FORMAT_LOGIC, "F-HDR-1", record=1)


@BOOK.case("R-ID-TAKEN")
def identifier_taken(exam: RegistryExam) -> None:
    """Other content under an identifier that was used is refused by I-06."""
    first = exam.package(announced(exam))
    accepted(exam.transfer(first))
    other = exam.package(announced(exam), message_id=first.message_id)
    refused(exam.transfer(other), Stage.INTEGRITY, "I-06")


@BOOK.case("R-NUMBER-TAKEN")
def number_taken(exam: RegistryExam) -> None:
    """A number that another package has used is refused by I-08."""
    first = exam.package(announced(exam))
    accepted(exam.transfer(first))
    other = exam.package(announced(exam), sequence=first.sequence)
    refused(exam.transfer(other), Stage.INTEGRITY, "I-08")


@BOOK.case("R-VOID")
def void(exam: RegistryExam) -> None:
    """A number that was never sent is closed by a signed statement; then no package has it."""
    number = exam.numbers.take()
    statement = VoidSequence(
        message_id=uuid7(),
        sez_code=exam.sez_code,
        environment=exam.environment,
        sequence=number,
        created_at=astana_time.now(),
        reason="Пакет не отправлялся",
    )
    accepted(exam.answer("VoidSequence", statement, Receipt))
    refused(exam.transfer(exam.package(announced(exam), sequence=number)), Stage.INTEGRITY)


@BOOK.case("R-LATE")
def late(exam: RegistryExam) -> None:
    """A record that comes after the hour is recorded, and told to be late (S216-18.3)."""
    at = astana_time.now() - PAST
    record = exam.signed(exam.writer.single_source(uuid7(), at), formed_at=at)
    receipt = exam.transfer(exam.package(record))
    accepted(receipt)
    one = receipt.records[0]
    if not one.late or one.seconds_after_forming < int(PAST.total_seconds()):
        raise Deviation(
            f"Late=true after {PAST.total_seconds():.0f} s",
            f"Late={one.late} after {one.seconds_after_forming} s",
        )
