"""Step 3 of scheme 1: signatures and certificates of the system and of persons (S216-A2.1.3)."""

from shared_contracts import astana_time
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_cases.changing import announced
from shared_contracts.conformance.registry_exam import RegistryExam, refused
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.receipt import Receipt, Stage
from shared_contracts.signing.xml.profile import SIGNATURE
from shared_contracts.xml import codec, schema


def _signed_by(exam: RegistryExam, name: str, *rules: str) -> None:
    """A purchase that the person ``name`` signed is refused by these rules."""
    document = exam.writer.single_source(uuid7(), astana_time.now())
    record = exam.signed(document, exam.keys.named(name))
    refused(exam.transfer(exam.package(record)), Stage.CERTIFICATE, *rules, record=1)


@BOOK.case("R-CERT-REVOKED")
def revoked(exam: RegistryExam) -> None:
    """A revoked certificate of a person is refused by C-05."""
    _signed_by(exam, "customer1-revoked", "C-05")


@BOOK.case("R-CERT-EXPIRED")
def expired(exam: RegistryExam) -> None:
    """An expired certificate of a person is refused by C-04."""
    _signed_by(exam, "customer1-expired", "C-04")


@BOOK.case("R-CERT-STRANGER")
def stranger(exam: RegistryExam) -> None:
    """A certificate of an unknown authority is refused by C-03."""
    _signed_by(exam, "stranger-head", "C-03")


@BOOK.case("R-CERT-ROLE")
def role(exam: RegistryExam) -> None:
    """An employee without the right to sign is refused by C-06."""
    _signed_by(exam, "customer1-employee", "C-06")


@BOOK.case("R-CERT-BIN")
def of_another(exam: RegistryExam) -> None:
    """The head of another organisation is refused by C-07."""
    _signed_by(exam, "customer2-head-rsa", "C-07")


@BOOK.case("R-UNSIGNED-DOCUMENT")
def unsigned_document(exam: RegistryExam) -> None:
    """A document without a signature is refused by C-01."""
    document = announced(exam).document
    record = exam.recorded(document, codec.to_bytes(codec.write(document)))
    refused(exam.transfer(exam.package(record)), Stage.CERTIFICATE, "C-01", record=1)


@BOOK.case("R-ALTERED-DOCUMENT")
def altered_document(exam: RegistryExam) -> None:
    """A document that was changed after it was signed is refused by C-02."""
    record = announced(exam)
    data = (record.record.document or b"").replace(b"HYDROCARBONS", b"URANIUM", 1)
    altered = exam.recorded(record.document, data)
    refused(exam.transfer(exam.package(altered)), Stage.CERTIFICATE, "C-02", record=1)


@BOOK.case("R-UNSIGNED-PACKAGE")
def unsigned_package(exam: RegistryExam) -> None:
    """A package without a signature is refused, and nothing of it is recorded (C-01)."""
    root = schema.parse(exam.sealed(exam.package(announced(exam))))
    for signature in root.findall(SIGNATURE):
        root.remove(signature)
    seen = exam.post("TransferRecords", codec.to_bytes(root))
    receipt = exam.read(seen, Receipt)
    stage = receipt.stage if receipt.stage is Stage.INTEGRITY else Stage.CERTIFICATE
    refused(receipt, stage, "C-01")


@BOOK.case("R-SYSTEM-UNKNOWN")
def unknown_system(exam: RegistryExam) -> None:
    """A package that a person signed instead of the system is refused (C-06)."""
    body = exam.sealed(exam.package(announced(exam)), exam.head.signer)
    receipt = exam.read(exam.post("TransferRecords", body), Receipt)
    refused(receipt, Stage.CERTIFICATE, "C-06")
