"""Step 3: who may not sign is refused, with the verdict's own words (S216-A2.1.3, S216-3)."""

import re
from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from lxml import etree

from registry.systems.entry import RegisterEntry
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.messages.receipt import Finding
from shared_contracts.signing.report import VERDICTS, Reason
from shared_contracts.signing.sign import sign_person
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec
from shared_contracts.xml.codec import Element
from shared_contracts.xml.envelope import SoapVersion, enclose
from tests import samples
from tests.registry.intake.test_accepted import accepted
from tests.shared_contracts.signing.forms import FORMS
from tests.story import Answer, Signed, Story, former, record

pytestmark = pytest.mark.clause("S216-A2.1.3", "S216-A2.1.7", "S216-3")
NO_LEAF = "what nobody can be held to stands outside the log"
OUT_OF_BOUNDS = ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE")
REVOKED = ("INDETERMINATE", "REVOKED_NO_POE")
NO_CHAIN = ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")


def verdict(finding: Finding) -> tuple[str, str | None, str | None]:
    """The rule and the indications of EN 319 102-1."""
    return finding.rule_id, finding.indication, finding.sub_indication


def turned_away(shared: Story, package: bytes, stage: str = "CERTIFICATE") -> Answer:
    """The answer to a package of nobody: signed and full, but the log does not know of it."""
    before = shared.position()
    answer = shared.post(package)
    assert answer.outcome == ("REFUSED", stage)
    assert (shared.events(before), answer.receipt.log.leaf_hash) == ([], None), NO_LEAF
    return answer


def refused(shared: Story, *documents: Signed) -> Answer:
    """The answer to documents that were signed by the wrong people: it stands in the log."""
    before = shared.position()
    answer = shared.tell(*documents)
    assert answer.outcome == ("REFUSED", "CERTIFICATE")
    assert shared.events(before) == ["package-refused.1", "receipt-issued.1"]
    return answer


SYSTEMS: dict[str, tuple[str, list[str]]] = {
    "an expired certificate": ("sez-expired", ["C-04"]),
    "a revoked certificate": ("sez-revoked", ["C-05"]),
    "the certificate of another system": ("sez2", ["C-07", "I-12"]),
    "the certificate of a person": ("customer1-head", ["C-06", "I-12"]),
    "a certificate of an unknown authority": ("stranger-head", ["C-03", "C-06", "I-12"]),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_package_under_the_wrong_certificate_is_refused(shared: Story, name: str) -> None:
    signer, rules = SYSTEMS[name]
    package = shared.package(record(shared.sign(shared.tender())))
    answer = turned_away(shared, shared.seal(package, signer))
    assert answer.rules == rules
    assert {finding.path for finding in answer.receipt.findings} == {"/Package/Signature"}


def test_a_package_of_a_system_that_nobody_registered_is_refused(shared: Story) -> None:
    answer = turned_away(shared, shared.packed(shared.tender(), sez_code="SEZ99"), "INTEGRITY")
    assert [(f.rule_id, f.path, f.value) for f in answer.receipt.findings] == [
        ("I-11", "/Package/SezCode", "SEZ99")
    ]


def test_a_system_with_the_right_number_but_another_identifier_is_refused(story: Story) -> None:
    known = story.registry.register.get("SEZ01")
    assert known is not None
    names = [name for name in RegisterEntry.__struct_fields__ if name != "system_uid"]
    given = {name: getattr(known, name) for name in names}
    story.registry.register.add(RegisterEntry(**given, system_uid="1.2.398.5.216.1.9"))
    answer = turned_away(story, story.packed(story.tender()))
    assert [(f.rule_id, f.value) for f in answer.receipt.findings] == [
        ("I-12", "1.2.398.5.216.1.1")
    ]


def test_a_package_without_a_canonical_form_is_nobodys(story: Story) -> None:
    package = story.packed(story.tender()).replace(b"<Records>", b'<Records xmlns:x="relative">')
    answer = turned_away(story, package)
    assert answer.rules == ["C-02"]


PERSONS: dict[str, tuple[str, list[tuple[str, str | None, str | None]]]] = {
    "an expired certificate": ("customer1-expired", [("C-04", *OUT_OF_BOUNDS)]),
    "a revoked certificate": ("customer1-revoked", [("C-05", *REVOKED)]),
    "an employee without the right": ("customer1-employee", [("C-06", None, None)]),
    "the head of another organisation": ("customer2-head", [("C-07", None, None)]),
    "a person of his own": ("person", [("C-06", None, None)]),
    "a system": ("sez", [("C-06", None, None)]),
    "the head by an unknown authority": (
        "stranger-head",
        [("C-03", *NO_CHAIN), ("C-07", None, None)],
    ),
    "a certificate for signing in only": (
        "customer1-auth",
        [("C-03", "INDETERMINATE", "CHAIN_CONSTRAINTS_FAILURE")],
    ),
    "a certificate for signing in only with a system's role beside": (
        "customer1-both",
        [("C-03", "INDETERMINATE", "CHAIN_CONSTRAINTS_FAILURE")],
    ),
}


@pytest.mark.clause("S95-4")
@pytest.mark.parametrize("name", PERSONS)
def test_a_document_under_the_wrong_certificate_is_refused(shared: Story, name: str) -> None:
    signer, findings = PERSONS[name]
    answer = refused(
        shared,
        shared.sign(shared.tender()),
        shared.sign(shared.tender(), signer),
    )
    assert list(map(verdict, answer.receipt.findings)) == findings
    assert {(f.record, f.path) for f in answer.receipt.findings} == {(2, "/Purchase/Signature")}


def test_each_of_several_signatures_must_hold(shared: Story) -> None:
    both = shared.sign(shared.tender(), "customer1-head", "customer2-head")
    answer = refused(shared, both)
    assert [(f.rule_id, f.path) for f in answer.receipt.findings] == [
        ("C-07", "/Purchase/Signature[2]")
    ]


def test_a_certificate_revoked_after_it_was_believed_is_refused_once_asked_again(
    story: Story,
) -> None:
    with story.pki.revoked("customer1-signer"):
        answer = refused(story, story.sign(story.tender(), "customer1-signer"))
        assert list(map(verdict, answer.receipt.findings)) == [("C-05", *REVOKED)]
    accepted(story.tell(story.sign(story.tender(), "customer1-signer")))


def _unsigned(signed: Signed) -> bytes:
    root = etree.fromstring(signed.data)
    root.remove(root[-1])
    return etree.tostring(root)


def _commented(signed: Signed) -> bytes:
    return signed.data.replace(b"<LotCount>2", b"<LotCount><!-- 1 -->2")


def _instructed(signed: Signed) -> bytes:
    return signed.data.replace(b"<LotCount>", b"<?x y?><LotCount>")


def _tampered(signed: Signed) -> bytes:
    return signed.data.replace(b"OT-2026-0417", b"OT-2026-0418")


def _with_id(signed: Signed) -> bytes:
    return signed.data.replace(b"<Purchase ", b'<Purchase Id="p" ', 1)


def _wrapped(signed: Signed) -> bytes:
    return signed.data.replace(b"</Purchase>", signed.data + b"</Purchase>")


ALTERATIONS: dict[str, tuple[Callable[[Signed], bytes], str, Reason]] = {
    "without a signature": (_unsigned, "C-01", Reason.NO_SIGNATURE),
    "with a comment in it": (_commented, "C-02", Reason.COMMENT),
    "with an instruction in it": (_instructed, "C-02", Reason.COMMENT),
    "changed after it was signed": (_tampered, "C-02", Reason.DIGEST),
    "with an Id on its root": (_with_id, "C-02", Reason.PROFILE),
    "with itself inside": (_wrapped, "C-02", Reason.COVERAGE),
}


@pytest.mark.clause("S216-13a", "S95-4")
@pytest.mark.parametrize("name", ALTERATIONS)
def test_a_document_that_is_not_what_was_signed_is_refused(shared: Story, name: str) -> None:
    alter, rule, reason = ALTERATIONS[name]
    signed = shared.sign(shared.tender())
    answer = refused(shared, replace(signed, data=alter(signed)))
    [finding] = answer.receipt.findings
    assert (finding.rule_id, finding.record) == (rule, 1)
    assert finding.indication == VERDICTS[reason][0]
    assert finding.sub_indication == VERDICTS[reason][1]


def test_a_signed_package_in_a_record_is_no_business_document(shared: Story) -> None:
    signed = shared.sign(shared.tender())
    answer = refused(shared, replace(signed, data=shared.packed(shared.tender())))
    assert answer.rules[0] == "C-02"


def _sent(shared: Story, package: bytes) -> Answer:
    """Send a package, altered on the way, in an envelope."""
    return shared.deliver(enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", package))


@pytest.mark.clause("S216-12a", "S216-13a")
def test_one_changed_letter_anywhere_in_a_package_is_noticed(shared: Story) -> None:
    package = shared.packed(shared.tender())
    [bytes_at] = [package.index(b"<Bytes>") + 4000]
    places = [
        package.index(b"<MessageId>") + 12,
        package.index(b"<Sequence>") + 10,
        package.index(b"<CreatedAt>") + 14,
        package.index(b"<FormedAt>") + 13,
        bytes_at,
        package.index(b"<DocumentHash>") + 15,
    ]
    for at in places:
        letter = b"1" if package[at : at + 1] != b"1" else b"2"
        before = shared.position()
        answer = _sent(shared, package[:at] + letter + package[at + 1 :])
        assert answer.outcome[0] == "REFUSED"
        assert answer.receipt.log.leaf_hash is None
        assert shared.events(before) == []
    accepted(shared.post(package))


def _twice_the_id(root: Element) -> None:
    root[-2][0].set("Id", root.get("Id") or "")


def _comment(root: Element) -> None:
    root.insert(1, etree.Comment("x"))


def _no_signature(root: Element) -> None:
    root.remove(root[-1])


def _two_signatures(root: Element) -> None:
    root.append(etree.fromstring(etree.tostring(root[-1])))


def _signature_first(root: Element) -> None:
    root.insert(0, root[-1])


def _original_in_an_object(root: Element) -> None:
    original = etree.fromstring(etree.tostring(root))
    root.set("Id", "evil")
    root[1].text = "SEZ02"
    etree.SubElement(root[-1], f"{root[-1].tag.rpartition('}')[0]}}}Object").append(original)


def _original_beside(root: Element) -> None:
    original = etree.fromstring(etree.tostring(root))
    signature = original[-1]
    root.remove(root[-1])
    root.set("Id", "evil")
    root.append(original)
    root.append(signature)


ATTACKS: dict[str, tuple[Callable[[Element], None], str]] = {
    "its Id given to another element": (_twice_the_id, "C-02"),
    "a comment": (_comment, "C-02"),
    "no signature": (_no_signature, "C-01"),
    "two signatures": (_two_signatures, "C-02"),
    "its signature first": (_signature_first, "C-02"),
    "the signed original in an object": (_original_in_an_object, "C-02"),
    "the signed original beside its signature": (_original_beside, "C-02"),
}


@pytest.mark.clause("S216-19")
@pytest.mark.parametrize("name", ATTACKS)
def test_a_package_wrapped_around_a_real_signature_is_never_taken_in(
    shared: Story, name: str
) -> None:
    attack, rule = ATTACKS[name]
    root = etree.fromstring(shared.packed(shared.tender()))
    attack(root)
    before = shared.position()
    answer = _sent(shared, etree.tostring(root))
    assert answer.outcome[0] == "REFUSED"
    assert answer.outcome[1] == "INTEGRITY" or answer.rules == [rule]
    assert (shared.events(before), answer.receipt.log.leaf_hash) == ([], None)


def test_a_package_without_a_signature_is_told_so_and_not_as_a_fault_of_its_form(
    shared: Story,
) -> None:
    root = etree.fromstring(shared.packed(shared.tender()))
    _no_signature(root)
    answer = _sent(shared, etree.tostring(root))
    assert (answer.outcome, answer.rules) == (("REFUSED", "CERTIFICATE"), ["C-01"])


def test_a_signature_without_key_info_is_told_to_lack_a_certificate(shared: Story) -> None:
    root = etree.fromstring(shared.packed(shared.tender()))
    root[-1].remove(root[-1][-1])
    [finding] = _sent(shared, etree.tostring(root)).receipt.findings
    assert "the signature holds no certificate" in str(finding.text.en)


def test_transforms_outside_the_profile_are_told_with_those_that_are_wanted(
    shared: Story,
) -> None:
    root = etree.fromstring(shared.packed(shared.tender()))
    [transforms] = root.iter("{http://www.w3.org/2000/09/xmldsig#}Transforms")
    transforms.remove(transforms[-1])
    [finding] = _sent(shared, etree.tostring(root)).receipt.findings
    assert "enveloped-signature ≠ http" in str(finding.text.en)
    assert "xml-exc-c14n" in str(finding.text.en)


@pytest.mark.clause("S216-19")
def test_an_id_beside_the_package_in_the_envelope_is_refused(shared: Story) -> None:
    package = shared.packed(shared.tender())
    identifier = etree.fromstring(package).get("Id") or ""
    body = enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", package)
    header = f'<soap:Header><x Id="{identifier}"/></soap:Header><soap:Body>'.encode()
    answer = shared.deliver(body.replace(b"<soap:Body>", header))
    assert (answer.outcome, answer.rules) == (("REFUSED", "CERTIFICATE"), ["C-02"])
    accepted(shared.post(package))


@pytest.mark.parametrize("form", ["SHA-1 digest", "RSA-SHA1", "XSLT", "HMAC", "no certificate"])
def test_a_form_of_signature_outside_the_profile_is_refused(shared: Story, form: str) -> None:
    forgery, _ = FORMS[form]
    package = etree.fromstring(shared.packed(shared.tender()))
    package.remove(package[-1])
    package.set("Id", "p-1")
    forged = forgery.sign(etree.tostring(package), shared.pki.signer("sez"))
    answer = turned_away(shared, forged)
    assert answer.rules[0] in {"C-02", "C-09"}


def test_integrity_is_told_before_the_certificate_and_that_before_the_content(
    shared: Story,
) -> None:
    bad_content = shared.tender(lot_count=3)
    everything = shared.sign(bad_content, "customer2-head")
    first = shared.tell(everything, record_count=9)
    assert (first.outcome, first.rules) == (("REFUSED", "INTEGRITY"), ["I-05"])
    second = shared.tell(everything)
    assert (second.outcome, second.rules) == (("REFUSED", "CERTIFICATE"), ["C-07"])
    third = shared.tell(shared.sign(bad_content))
    assert third.outcome == ("REFUSED", "FORMAT_LOGIC")


def test_integrity_is_told_first_even_where_the_sender_is_not_proven(shared: Story) -> None:
    package = shared.package(record(shared.sign(shared.tender())), record_count=9)
    answer = shared.post(shared.seal(package, "sez2"))
    assert (answer.outcome, answer.rules) == (("REFUSED", "INTEGRITY"), ["I-05"])


Change = Callable[[str], str]
BIN = samples.CUSTOMER_BIN
UNREADABLE: dict[str, tuple[Change, str, str | None, str]] = {
    "no namespace": (
        lambda text: text.replace(f' xmlns="{NAMESPACE}"', ""),
        "/Purchase",
        None,
        "F-XSD-1",
    ),
    "another namespace": (
        lambda text: text.replace(NAMESPACE, "urn:other"),
        "/Purchase",
        None,
        "F-XSD-1",
    ),
    "no customer": (
        lambda text: re.sub("<Customer>.*?</Customer>", "", text),
        "/Purchase/Customer/Bin",
        None,
        "F-XSD-1",
    ),
    "no number": (
        lambda text: text.replace(f"<Bin>{BIN}</Bin>", ""),
        "/Purchase/Customer/Bin",
        None,
        "F-ID-3",
    ),
    "an empty number": (
        lambda text: text.replace(BIN, ""),
        "/Purchase/Customer/Bin",
        None,
        "F-ID-1",
    ),
    "blanks around": (
        lambda text: text.replace(BIN, f" {BIN} "),
        "/Purchase/Customer/Bin",
        f" {BIN} ",
        "F-ID-1",
    ),
    "a line feed": (
        lambda text: text.replace(BIN, f"{BIN}\n"),
        "/Purchase/Customer/Bin",
        f"{BIN}\\u000a",
        "F-ID-1",
    ),
    "digits of another script": (
        lambda text: text.replace(BIN, "٠٥٠٢٤٠٠١٥٣٣٠"),
        "/Purchase/Customer/Bin",
        "٠٥٠٢٤٠٠١٥٣٣٠",
        "F-ID-1",
    ),
}


@pytest.mark.clause("S216-13c")
@pytest.mark.parametrize("name", UNREADABLE)
def test_whoever_cannot_be_read_is_told_so_with_the_field_and_the_cause(
    shared: Story, name: str
) -> None:
    change, path, value, beside = UNREADABLE[name]
    document = shared.tender()
    data = change(codec.to_bytes(codec.write(document)).decode()).encode()
    data = sign_person(data, shared.pki.signer("customer1-head"))
    answer = refused(shared, Signed(document, data, shared.now, former("customer1-head")))
    [first, *others] = answer.receipt.findings
    assert (first.rule_id, first.path, first.value) == ("C-11", path, value)
    assert NAMESPACE in str(first.cure.en)
    assert beside in {finding.rule_id for finding in others}
    assert {finding.record for finding in answer.receipt.findings} == {1}


@pytest.mark.clause("S216-13c")
def test_a_wrong_check_digit_is_told_beside_the_number_of_another(shared: Story) -> None:
    customer = msgspec.structs.replace(samples.customer(), bin="050240015331")
    answer = refused(shared, shared.sign(shared.tender(customer=customer)))
    assert [(f.rule_id, f.path) for f in answer.receipt.findings] == [
        ("C-07", "/Purchase/Signature"),
        ("F-ID-1", "/Purchase/Customer/Bin"),
    ]
