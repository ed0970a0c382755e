"""Step 2: what is not whole is refused, and nothing but the refusal is recorded (S216-A2.1.2)."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from uuid import uuid4

import msgspec
import pytest
from lxml import etree

from shared_contracts.limits import FILE_BYTES
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import FileRef, Package
from shared_contracts.signing.sign import sign_system
from shared_contracts.xml import codec
from tests.story import Answer, Story, record

pytestmark = pytest.mark.clause("S216-A2.1.2", "S216-A2.1.7", "S216-13a", "S216-13b")


def refused(shared: Story, package: bytes) -> Answer:
    """The answer to a package, once it is a refusal for integrity and nothing else was recorded."""
    before = shared.position()
    answer = shared.post(package)
    assert answer.outcome == ("REFUSED", "INTEGRITY")
    assert shared.events(before) == ["package-refused.1", "receipt-issued.1"]
    judged = shared.registry.log.read(before)[-2]
    assert shared.registry.log.evidence(judged.originator_id, judged.version, "package") == (
        answer.body
    )
    assert all(record.registry_id is None for record in answer.receipt.records)
    return answer


def found(answer: Answer) -> list[tuple[str, int | None, str, str | None]]:
    """The findings: rule, record, path, value."""
    return [(f.rule_id, f.record, f.path, f.value) for f in answer.receipt.findings]


def test_a_wrong_hash_of_a_document_is_named_with_the_record(shared: Story) -> None:
    first, second = (
        shared.sign(shared.tender()),
        shared.sign(shared.tender()),
    )
    wrong = sha256(b"another").hexdigest()
    package = shared.package(record(first), record(second, document_hash=wrong))
    answer = refused(shared, shared.seal(package))
    path = "/Package/Records/Record[2]/Header/DocumentHash"
    assert found(answer) == [("I-04", 2, path, wrong)]
    assert second.sha256 in (answer.receipt.findings[0].text.en or "")


def test_a_tampered_document_no_longer_has_its_hash(shared: Story) -> None:
    signed = shared.sign(shared.tender())
    tampered = signed.data.replace(b"OT-2026-0417", b"OT-2026-0418")
    sent = record(replace(signed, data=tampered), document_hash=signed.sha256)
    answer = refused(shared, shared.seal(shared.package(sent)))
    assert answer.rules == ["I-04"]


def test_a_wrong_count_of_records_is_named(shared: Story) -> None:
    answer = refused(shared, shared.packed(shared.tender(), record_count=2))
    assert found(answer) == [("I-05", None, "/Package/RecordCount", "2")]


def test_a_package_for_production_is_refused_on_the_stand(shared: Story) -> None:
    package = shared.packed(shared.tender(), environment=Environment.PRODUCTION)
    assert found(refused(shared, package))[0] == (
        "I-09",
        None,
        "/Package/Environment",
        "PRODUCTION",
    )


def test_a_version_of_the_contract_that_is_not_served_is_refused(shared: Story) -> None:
    answer = refused(shared, shared.packed(shared.tender(), contract_version="9.9"))
    assert found(answer) == [("I-03", None, "/Package/ContractVersion", "9.9")]


def test_every_breach_of_integrity_is_told_at_once(shared: Story) -> None:
    wrong = sha256(b"another").hexdigest()
    broken = record(shared.sign(shared.tender()), document_hash=wrong)
    package = shared.package(
        broken, broken, record_count=3, environment=Environment.PRODUCTION, contract_version="2.0"
    )
    answer = refused(shared, shared.seal(package))
    assert answer.rules == ["I-09", "I-03", "I-05", "I-04", "I-04"]


UNREADABLE: dict[str, bytes] = {
    "no XML": b"%PDF-1.7",
    "cut short": b"<Purchase",
    "a document type": b"<!DOCTYPE x><x/>",
    "an entity bomb": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
    "256 deep": b"<a>" * 256 + b"</a>" * 256,
    "another charset": "<?xml version='1.0' encoding='UTF-16'?><a/>".encode("utf-16"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_document_that_is_no_readable_xml_is_a_finding_and_never_a_fault(
    shared: Story, name: str
) -> None:
    signed = shared.sign(shared.tender())
    package = shared.package(record(signed), record(replace(signed, data=UNREADABLE[name])))
    answer = refused(shared, shared.seal(package))
    assert found(answer) == [("I-01", 2, "/Package/Records/Record[2]/Document", None)]


def _cut(xml: bytes, name: str) -> bytes:
    start = xml.index(f"<{name}>".encode())
    end = xml.index(f"</{name}>".encode()) + len(name) + 3
    return xml[:start] + xml[end:]


def _changed(shared: Story, package: Package, change: Callable[[bytes], bytes]) -> bytes:
    """The package, changed after it was written and before it was signed."""
    written = codec.to_bytes(codec.write(package, root_id="p-1"))
    return sign_system(etree.fromstring(change(written)), shared.pki.signer("sez"))


FORMS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no time of creation": (lambda xml: _cut(xml, "CreatedAt"), "/Package"),
    "no number": (lambda xml: _cut(xml, "Sequence"), "/Package"),
    "no records": (lambda xml: _cut(xml, "Records"), "/Package"),
    "an unknown element": (
        lambda xml: xml.replace(b"<Records>", b"<Extra>x</Extra><Records>"),
        "/Package/Extra",
    ),
    "a number of the sequence that is none": (
        lambda xml: xml.replace(b"<Sequence>", b"<Sequence>x"),
        "/Package/Sequence",
    ),
    "number zero": (
        lambda xml: (
            xml[: xml.index(b"<Sequence>")]
            + b"<Sequence>0</Sequence>"
            + xml[xml.index(b"</Sequence>") + 11 :]
        ),
        "/Package/Sequence",
    ),
    "a document that is no base64": (
        lambda xml: xml.replace(b"<Bytes>", b"<Bytes>*"),
        "/Package/Records/Record[1]/Document/Bytes",
    ),
    "a package in a record": (
        lambda xml: xml.replace(b"<Document>", b"<Document><Package/>"),
        "/Package/Records/Record[1]/Document",
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_package_that_is_not_as_its_schema_says_is_refused_with_the_path(
    shared: Story, name: str
) -> None:
    change, path = FORMS[name]
    package = shared.package(record(shared.sign(shared.tender())))
    answer = refused(shared, _changed(shared, package, change))
    assert set(answer.rules) == {"I-XSD-1"}
    assert any(finding.path.startswith(path) for finding in answer.receipt.findings)


def test_a_package_without_an_id_is_answered_and_stands_outside_the_log(
    shared: Story,
) -> None:
    package = shared.package(record(shared.sign(shared.tender())))
    before = shared.position()
    answer = shared.post(_changed(shared, package, lambda xml: _cut(xml, "MessageId")))
    assert answer.outcome == ("REFUSED", "INTEGRITY")
    assert (answer.receipt.message_id, answer.receipt.log.leaf_hash) == (None, None)
    assert shared.events(before) == []


def test_a_document_beside_the_package_must_have_the_size_stated(shared: Story) -> None:
    signed = shared.sign(shared.tender())
    shared.put(signed.data)
    ref = FileRef(sha256=signed.sha256, size=len(signed.data) + 1)
    beside = msgspec.structs.replace(record(signed), document=None, file_ref=ref)
    answer = refused(shared, shared.seal(shared.package(beside)))
    path = "/Package/Records/Record[1]/Document/FileRef/Size"
    assert found(answer) == [("I-07", 1, path, str(len(signed.data) + 1))]
    right = FileRef(sha256=signed.sha256, size=len(signed.data))
    sent = shared.seal(shared.package(msgspec.structs.replace(beside, file_ref=right)))
    assert shared.post(sent).outcome == ("ACCEPTED", "RECORDED")


@pytest.mark.parametrize("size", [FILE_BYTES + 1, 2**62])
def test_a_file_that_would_never_be_taken_is_not_asked_for(shared: Story, size: int) -> None:
    signed = shared.sign(shared.tender())
    ref = FileRef(sha256="ab" * 32, size=size)
    beside = msgspec.structs.replace(record(signed), document=None, file_ref=ref)
    answer = refused(shared, shared.seal(shared.package(beside)))
    assert found(answer) == [
        ("I-16", 1, "/Package/Records/Record[1]/Document/FileRef/Size", str(size))
    ]


@pytest.mark.parametrize("size", [FILE_BYTES + 1, 2**62])
def test_nor_is_one_that_a_document_names(shared: Story, size: int) -> None:
    tender = shared.tender()
    large = msgspec.structs.replace(tender.documents[0], size=size, sha256="ab" * 32)
    named = msgspec.structs.replace(tender, documents=(large, *tender.documents[1:]))
    answer = shared.tell(named)
    assert (answer.outcome[0], answer.rules) == ("REFUSED", ["F-DOC-9"])


def test_a_refusal_names_only_the_records_that_are_wrong(shared: Story) -> None:
    good, bad = shared.sign(shared.tender()), shared.sign(shared.tender())
    wrong = record(bad, document_hash=sha256(b"another").hexdigest())
    answer = refused(shared, shared.seal(shared.package(record(good), wrong)))
    assert {finding.record for finding in answer.receipt.findings} == {2}
    assert [one.number for one in answer.receipt.records] == [1, 2]
    assert shared.tell(good).outcome == ("ACCEPTED", "RECORDED")


@pytest.mark.clause("S216-A2.1.8")
def test_what_was_put_right_is_accepted_when_it_is_sent_again(shared: Story) -> None:
    signed = shared.sign(shared.tender())
    refused(shared, shared.packed(signed, record_count=2))
    assert shared.tell(signed, message_id=uuid4()).outcome == ("ACCEPTED", "RECORDED")


def test_base64_may_be_broken_into_lines(shared: Story) -> None:
    signed = shared.sign(shared.tender())
    lines = b"\n".join(
        b64encode(signed.data)[at : at + 76] for at in range(0, len(signed.data) * 4 // 3 + 4, 76)
    )
    package = shared.package(record(signed))
    sent = _changed(shared, package, lambda xml: _bytes(xml, lines))
    assert shared.post(sent).outcome == ("ACCEPTED", "RECORDED")


def _bytes(xml: bytes, data: bytes) -> bytes:
    start, end = xml.index(b"<Bytes>") + 7, xml.index(b"</Bytes>")
    return xml[:start] + data + xml[end:]
