"""What an attacker tries: it is refused, and nothing of it is recorded (S216-18.6, S216-13a)."""

from uuid import uuid4

from shared_contracts.conformance.case import Deviation
from shared_contracts.conformance.hostile import HOSTILE, XML, message
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_cases.changing import announced
from shared_contracts.conformance.registry_exam import RegistryExam, refused, shown
from shared_contracts.faults import Fault
from shared_contracts.messages.receipt import Receipt, Result, Stage
from shared_contracts.signing.xml.profile import SIGNATURE
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion

for name, perform in HOSTILE.items():
    BOOK.case(f"S-{name}")(perform)


@BOOK.case("S-UNDERSTAND")
def must_understand(exam: RegistryExam) -> None:
    """A header that must be understood and is not known is refused."""
    soap = SoapVersion.V11.namespace
    header = f'<s:Header xmlns:s="{soap}"><x xmlns="urn:x" s:mustUnderstand="1"/></s:Header>'
    body = message(exam, exam.sealed(exam.package(announced(exam))))
    placed = body.replace(b"<soap:Body>", header.encode() + b"<soap:Body>", 1)
    exam.fault(exam.post_body("unknown header", placed, XML), Fault.MUST_UNDERSTAND)


@BOOK.case("S-WRAPPING")
def wrapping(exam: RegistryExam) -> None:
    """A signed package moved into another one is not taken for it (signature wrapping)."""
    genuine = schema.parse(exam.sealed(exam.package(announced(exam))))
    forged = codec.write(exam.package(announced(exam)), root_id=f"forged-{uuid4()}")
    [signature] = genuine.findall(SIGNATURE)
    holder = signature.makeelement(SIGNATURE.replace("}Signature", "}Object"))
    signature.append(holder)
    forged.append(signature)
    holder.append(genuine)
    _nothing_recorded(exam, codec.to_bytes(forged), "I-XSD-1", "C-02", "C-09")


@BOOK.case("S-TWO-IDS")
def two_ids(exam: RegistryExam) -> None:
    """An Id that stands twice leaves open what was signed: refused."""
    root = schema.parse(exam.sealed(exam.package(announced(exam))))
    root[0].set("Id", root.get("Id", ""))
    _nothing_recorded(exam, codec.to_bytes(root), "I-XSD-1", "C-02")


@BOOK.case("S-ALTERED")
def altered(exam: RegistryExam) -> None:
    """A package that was changed after it was signed is refused by C-02."""
    body = exam.sealed(exam.package(announced(exam)))
    number = b"<RecordCount>1</RecordCount>"
    _nothing_recorded(exam, body.replace(number, b"<RecordCount>01</RecordCount>"), "C-02")


@BOOK.case("S-COMMENT")
def comment(exam: RegistryExam) -> None:
    """A comment in a signed package, which some signatures pass over, is refused."""
    body = exam.sealed(exam.package(announced(exam)))
    inside = body.replace(b"<RecordCount>1<", b"<RecordCount>1<!-- x --><", 1)
    _nothing_recorded(exam, inside, "I-XSD-1", "C-02", "C-09")


@BOOK.case("S-WEAK")
def weak_algorithm(exam: RegistryExam) -> None:
    """A signature that names SHA-1 is refused, whatever its value."""
    body = exam.sealed(exam.package(announced(exam)))
    strong = b"http://www.w3.org/2001/04/xmlenc#sha256"
    weak = body.replace(strong, b"http://www.w3.org/2000/09/xmldsig#sha1", 1)
    _nothing_recorded(exam, weak, "C-09")


@BOOK.case("S-REPLAY")
def replay(exam: RegistryExam) -> None:
    """A package that was refused and is sent again is not recorded by it."""
    record = announced(exam)
    package = exam.package(record, record_count=2)
    body = exam.sealed(package)
    first, again = exam.post("TransferRecords", body), exam.post("TransferRecords", body)
    refused(exam.read(first, Receipt), Stage.INTEGRITY)
    if first.document != again.document:
        raise Deviation("the same refusal byte for byte", shown(again))


def _nothing_recorded(exam: RegistryExam, document: bytes, *rules: str) -> None:
    """Demand a refusal by one of these rules, at whatever stage it is found."""
    seen = exam.post("TransferRecords", document)
    receipt = exam.read(seen, Receipt)
    found = {one.rule_id for one in receipt.findings}
    if receipt.result is not Result.REFUSED or not found & set(rules):
        raise Deviation(f"Receipt REFUSED by {' or '.join(rules)}", shown(seen))
