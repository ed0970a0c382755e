"""Following versions of an object: change, extension, deletion (S216-A3.1c, h, i)."""

from datetime import timedelta

from shared_contracts import astana_time
from shared_contracts.conformance.case import Deviation
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_cases.tenders import tender_of
from shared_contracts.conformance.registry_exam import KitRecord, RegistryExam, accepted
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.purchase import Purchase

NAME = LocalizedText(kk="Жұмыс киімі, өзгертілген", ru="Рабочая одежда, изменено")


def announced(exam: RegistryExam) -> KitRecord[Purchase]:
    """A purchase of the kit, signed and not sent."""
    return exam.signed(exam.writer.single_source(uuid7(), astana_time.now()))


def changed(exam: RegistryExam, before: KitRecord[Purchase]) -> KitRecord[Purchase]:
    """Its next version, under another name."""
    document = exam.writer.changed(before.document, before.hash, name=NAME)
    return exam.signed(document)


@BOOK.case("R-CHANGE")
def change(exam: RegistryExam) -> None:
    """A change of a purchase is recorded as its second version (S216-A3.1h)."""
    first = announced(exam)
    exam.prepared(first)
    receipt = exam.transfer(exam.package(changed(exam, first)))
    accepted(receipt)
    if receipt.records[0].version != 2:  # noqa: PLR2004  # the second
        raise Deviation("Version 2", f"Version {receipt.records[0].version}")


@BOOK.case("R-EXTENSION")
def extension(exam: RegistryExam) -> None:
    """A later end of bidding is recorded (S216-A3.1c)."""
    first = tender_of(exam, astana_time.now(), timedelta(days=20))
    exam.prepared(first)
    later = exam.writer.extension(first.document, first.hash, timedelta(days=1))
    accepted(exam.transfer(exam.package(exam.signed(later))))


@BOOK.case("R-DELETION")
def deletion(exam: RegistryExam) -> None:
    """The deletion of a purchase is recorded (S216-A3.1i)."""
    first = announced(exam)
    exam.prepared(first)
    gone = exam.writer.deletion(first.document.act, first.hash, astana_time.now())
    accepted(exam.transfer(exam.package(exam.signed(gone))))
