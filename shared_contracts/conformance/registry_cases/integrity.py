"""Step 2 of scheme 1: a package that is not whole is refused, and the finding names the rule."""

import msgspec

from shared_contracts import astana_time
from shared_contracts.conformance.case import Deviation
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_cases.changing import announced
from shared_contracts.conformance.registry_exam import KitRecord, RegistryExam, refused, told
from shared_contracts.conformance.wire import digest
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.messages.purchase import Purchase
from shared_contracts.messages.receipt import Receipt, Stage
from shared_contracts.signing.sign import sign_system
from shared_contracts.xml import codec


def _restated(record: KitRecord[Purchase], hash_: str) -> KitRecord[Purchase]:
    header = msgspec.structs.replace(record.record.header, document_hash=hash_)
    return KitRecord(record.document, msgspec.structs.replace(record.record, header=header))


@BOOK.case("R-HASH")
def wrong_hash(exam: RegistryExam) -> None:
    """A document whose hash is another than stated is refused by I-04."""
    record = _restated(announced(exam), digest(b"something else"))
    refused(exam.transfer(exam.package(record)), Stage.INTEGRITY, "I-04", record=1)


@BOOK.case("R-COUNT")
def wrong_count(exam: RegistryExam) -> None:
    """A package that counts its records wrongly is refused by I-05."""
    package = exam.package(announced(exam), record_count=2)
    refused(exam.transfer(package), Stage.INTEGRITY, "I-05")


@BOOK.case("R-SCHEMA")
def against_the_schema(exam: RegistryExam) -> None:
    """A signed package that its schema does not allow is refused by I-XSD-1."""
    element = codec.write(exam.package(announced(exam)), root_id=f"package-{uuid7()}")
    element.append(element.makeelement(f"{{{element.nsmap[None]}}}Unheard"))
    body = sign_system(element, exam.keys.signer)
    refused(exam.read(exam.post("TransferRecords", body), Receipt), Stage.INTEGRITY, "I-XSD-1")


@BOOK.case("R-ENVIRONMENT")
def other_environment(exam: RegistryExam) -> None:
    """A package for the other environment is refused by I-09, and uses no number up."""
    other = next(one for one in Environment if one is not exam.environment)
    number = exam.numbers.next_number
    package = exam.package(announced(exam), environment=other, sequence=number)
    refused(exam.transfer(package), Stage.INTEGRITY, "I-09")


@BOOK.case("R-BROKEN-DOCUMENT")
def broken_document(exam: RegistryExam) -> None:
    """A document that is no XML is a finding on its record, and no fault (I-01)."""
    whole = announced(exam)
    broken = exam.recorded(whole.document, b"<Purchase><unclosed></Purchase>")
    receipt = exam.transfer(exam.package(announced(exam), broken))
    refused(receipt, Stage.INTEGRITY, "I-01", record=2)


@BOOK.case("R-WHOLE")
def refused_whole(exam: RegistryExam) -> None:
    """A package with one bad record of two is refused whole, and the bad one is named."""
    good, bad = announced(exam), _restated(announced(exam), digest(b"other"))
    receipt = exam.transfer(exam.package(good, bad))
    refused(receipt, Stage.INTEGRITY, "I-04", record=2)
    if any(one.record == 1 for one in receipt.findings):
        raise Deviation("no finding on record 1", told(receipt))


@BOOK.case("R-FINDINGS")
def all_findings(exam: RegistryExam) -> None:
    """All that is wrong with a document is told at once, with path, text and cure in kk, ru, en."""
    at = astana_time.now()
    wrong = exam.writer.single_source(uuid7(), at, lot_count=7, currency="ZZZ")
    receipt = exam.transfer(exam.package(exam.signed(wrong)))
    refused(receipt, Stage.FORMAT_LOGIC, record=1)
    paths = {one.path.rpartition("/")[2] for one in receipt.findings}
    if not {"LotCount", "Currency"} <= paths:
        raise Deviation("findings at LotCount and at Currency", f"at {', '.join(sorted(paths))}")
    for one in receipt.findings:
        if not all((*_worded(one.text), *_worded(one.cure))):
            raise Deviation(f"{one.rule_id} with text and cure in kk, ru, en", "without one")


def _worded(text: object) -> tuple[object, ...]:
    return tuple(getattr(text, language) for language in ("kk", "ru", "en"))
