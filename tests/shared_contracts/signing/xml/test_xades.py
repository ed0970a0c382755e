"""What a XAdES signature says of itself is believed only as far as it was signed."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from time import thread_time

import pytest
from lxml import etree

from shared_contracts.astana_time import now
from shared_contracts.signing.report import Reason, SignatureForm, SignatureRefused
from shared_contracts.signing.sign import FileSigner, sign_person
from shared_contracts.signing.verify import verify_person
from shared_contracts.signing.xml.vocabulary import DSIG, INCLUSIVE, XADES
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.signing.oracles import DS, parse, xmlsec_accepts
from tests.shared_contracts.signing.shapes import in_lines, resealed

X = f"{{{XADES}}}"
DOCUMENT = b'<Purchase xmlns="urn:x">\n<Title>x</Title><Part Id="p-1"/>\n</Purchase>'
SIGNERS = ("customer1-head", "sez", "customer2-head", "customer2-256")
TOKEN = b"a token, judged elsewhere"
SHA1 = f"{DSIG}sha1"

Change = Callable[[etree._Element], None]


@pytest.fixture(scope="module")
def head(pki: Pki) -> FileSigner:
    return pki.signer("customer1-head")


def stamped(signer: FileSigner) -> etree._Element:
    return parse(sign_person(DOCUMENT, signer, SignatureForm.XADES_T, lambda _: TOKEN))


def refusal(data: bytes | etree._Element) -> SignatureRefused:
    with pytest.raises(SignatureRefused) as refused:
        verify_person(parse(data) if isinstance(data, bytes) else data)
    return refused.value


def find(root: etree._Element, name: str) -> etree._Element:
    return next(root.iter(f"{X}{name}"))


@clause("S216-3")
@pytest.mark.parametrize("name", SIGNERS)
def test_level_b_tells_when_the_signer_says_to_have_signed(pki: Pki, name: str) -> None:
    signer = pki.signer(name)
    (signature,) = verify_person(
        parse(sign_person(DOCUMENT, signer, SignatureForm.XADES_B))
    ).signatures
    assert (signature.form, signature.algorithm) == (SignatureForm.XADES_B, signer.suite.name)
    assert signature.claimed_at is not None
    assert abs(now() - signature.claimed_at) < timedelta(minutes=2)
    assert signature.stamp is None


@clause("S216-3")
@pytest.mark.parametrize("name", SIGNERS)
def test_level_t_gives_the_token_and_the_octets_it_is_over(pki: Pki, name: str) -> None:
    asked: list[bytes] = []

    def token(octets: bytes) -> bytes:
        asked.append(octets)
        return TOKEN

    data = sign_person(DOCUMENT, pki.signer(name), SignatureForm.XADES_T, token)
    (signature,) = verify_person(parse(data)).signatures
    assert signature.form is SignatureForm.XADES_T
    assert signature.stamp is not None
    assert (signature.stamp.token, [signature.stamp.over]) == (TOKEN, asked)


def test_libxmlsec_proves_both_references(head: FileSigner) -> None:
    for form, stamp in ((SignatureForm.XADES_B, None), (SignatureForm.XADES_T, lambda _: TOKEN)):
        assert xmlsec_accepts(sign_person(DOCUMENT, head, form, stamp), head.certificates[0])


@clause("S95-4")
def test_signatures_of_all_forms_follow_one_another(pki: Pki) -> None:
    data = sign_person(DOCUMENT, pki.signer("customer2-head"), SignatureForm.XADES_B)
    data = sign_person(data, pki.signer("customer1-head"), SignatureForm.XADES_T, lambda _: TOKEN)
    data = in_lines(data, pki.signer("customer2-256"))
    forms = [one.form for one in verify_person(parse(data)).signatures]
    assert forms == [SignatureForm.XADES_B, SignatureForm.XADES_T, SignatureForm.XMLDSIG]


def test_what_a_later_signature_covers_includes_the_stamp_of_an_earlier_one(pki: Pki) -> None:
    data = sign_person(
        DOCUMENT, pki.signer("customer1-head"), SignatureForm.XADES_T, lambda _: TOKEN
    )
    root = parse(in_lines(data, pki.signer("customer2-head")))
    find(root, "EncapsulatedTimeStamp").text = "AAAA"
    assert refusal(root).reason is Reason.DIGEST


# Signed with the right key, in a form that is not read.


def _away(name: str) -> Change:
    def change(root: etree._Element) -> None:
        one = find(root, name)
        parent = one.getparent()
        assert parent is not None
        parent.remove(one)

    return change


def _text(name: str, text: str) -> Change:
    def change(root: etree._Element) -> None:
        find(root, name).text = text

    return change


def _set(name: str, attribute: str, value: str) -> Change:
    def change(root: etree._Element) -> None:
        find(root, name).set(attribute, value)

    return change


def _add(parent: str, text: str) -> Change:
    def change(root: etree._Element) -> None:
        find(root, parent).append(parse(f'<x:{text} xmlns:x="{XADES}"/>'.encode()))

    return change


def _second(attribute: str, value: str) -> Change:
    def change(root: etree._Element) -> None:
        root[-1][0][3].set(attribute, value)

    return change


def _no_type(root: etree._Element) -> None:
    del root[-1][0][3].attrib["Type"]


def _inclusive(root: etree._Element) -> None:
    root[-1][0][0].set("Algorithm", INCLUSIVE)


def _inclusive_first(root: etree._Element) -> None:
    root[-1][0][2][0][1].set("Algorithm", INCLUSIVE)


def _inclusive_second(root: etree._Element) -> None:
    root[-1][0][3][0][0].set("Algorithm", INCLUSIVE)


def _two_transforms(root: etree._Element) -> None:
    transforms = root[-1][0][3][0]
    transforms.append(deepcopy(transforms[0]))


def _one_reference(root: etree._Element) -> None:
    root[-1][0].remove(root[-1][0][3])


def _three_references(root: etree._Element) -> None:
    root[-1][0].append(deepcopy(root[-1][0][3]))


def _turned_round(root: etree._Element) -> None:
    root[-1][0].append(root[-1][0][2])


def _two_objects(root: etree._Element) -> None:
    root[-1].append(parse(f'<ds:Object xmlns:ds="{DSIG}"/>'.encode()))


def _object_with_more(root: etree._Element) -> None:
    root[-1][3].append(parse(b"<x/>"))


def _named_object(root: etree._Element) -> None:
    root[-1][3].set("Id", "o-1")


def _nameless(root: etree._Element) -> None:
    del root[-1].attrib["Id"]


def _weak_digest(root: etree._Element) -> None:
    root[-1][0][3][1].set("Algorithm", SHA1)


def _weak_certificate_digest(root: etree._Element) -> None:
    find(root, "CertDigest")[0].set("Algorithm", SHA1)


def _another_certificate(root: etree._Element) -> None:
    find(root, "CertDigest")[1].text = b64encode(bytes(32)).decode()


def _next_serial(root: etree._Element) -> None:
    serial = find(root, "IssuerSerialV2")
    der = b64decode(serial.text or "")
    serial.text = b64encode(der[:-1] + bytes([der[-1] ^ 1])).decode()


def _two_certificates(root: etree._Element) -> None:
    named = find(root, "SigningCertificateV2")
    named.append(deepcopy(named[0]))


def _format_of_none(root: etree._Element) -> None:
    root[-1][0][2].attrib.pop("Id", "")
    find(root, "DataObjectFormat").set("ObjectReference", "#None")


def _odd_name(root: etree._Element) -> None:
    find(root, "SignedProperties").set("Id", "a b")
    root[-1][0][3].set("URI", "#a b")


FORGED: dict[str, tuple[Change, Reason]] = {
    "no time": (_away("SigningTime"), Reason.PROFILE),
    "time without offset": (_text("SigningTime", "2026-01-01T00:00:00"), Reason.PROFILE),
    "a day that is none": (_text("SigningTime", "2026-02-30T00:00:00Z"), Reason.PROFILE),
    "a time before all times": (
        _text("SigningTime", "0001-01-01T00:00:00+14:00"),
        Reason.PROFILE,
    ),
    "a time after all times": (
        _text("SigningTime", "9999-12-31T23:59:59Z"),
        Reason.PROFILE,
    ),
    "a time in other digits": (
        _text("SigningTime", "٢٠٢٦-01-01T00:00:00Z"),
        Reason.PROFILE,
    ),
    "format of what has no name": (_format_of_none, Reason.COVERAGE),
    "a name that is no plain one": (_odd_name, Reason.COVERAGE),
    "no time at all": (_text("SigningTime", "yesterday"), Reason.PROFILE),
    "no certificate named": (_away("SigningCertificateV2"), Reason.PROFILE),
    "two certificates named": (_two_certificates, Reason.PROFILE),
    "another certificate": (_another_certificate, Reason.COVERAGE),
    "another serial number": (_next_serial, Reason.COVERAGE),
    "no serial number": (_text("IssuerSerialV2", "AAAA"), Reason.COVERAGE),
    "a policy": (
        _add("SignedSignatureProperties", "SignaturePolicyIdentifier"),
        Reason.PROFILE,
    ),
    "a claimed role": (_add("SignedSignatureProperties", "SignerRoleV2"), Reason.PROFILE),
    "a commitment": (
        _add("SignedDataObjectProperties", "CommitmentTypeIndication"),
        Reason.PROFILE,
    ),
    "format of something else": (
        _set("DataObjectFormat", "ObjectReference", "#p-1"),
        Reason.COVERAGE,
    ),
    "another format": (_text("MimeType", "application/pdf"), Reason.PROFILE),
    "target elsewhere": (_set("QualifyingProperties", "Target", "#p-1"), Reason.COVERAGE),
    "reference to something else": (_second("URI", "#p-1"), Reason.COVERAGE),
    "reference to the whole document": (_second("URI", ""), Reason.COVERAGE),
    "no type": (_no_type, Reason.PROFILE),
    "another type": (_second("Type", f"{DSIG}Object"), Reason.PROFILE),
    "inclusive SignedInfo": (_inclusive, Reason.PROFILE),
    "inclusive document": (_inclusive_first, Reason.PROFILE),
    "inclusive properties": (_inclusive_second, Reason.PROFILE),
    "two transforms": (_two_transforms, Reason.PROFILE),
    "one reference": (_one_reference, Reason.PROFILE),
    "three references": (_three_references, Reason.PROFILE),
    "references turned round": (_turned_round, Reason.PROFILE),
    "two objects": (_two_objects, Reason.PROFILE),
    "an object with more": (_object_with_more, Reason.PROFILE),
    "an object with a name": (_named_object, Reason.PROFILE),
    "a signature without a name": (_nameless, Reason.PROFILE),
    "SHA-1 of the properties": (_weak_digest, Reason.ALGORITHM_OBSOLETE),
    "SHA-1 of the certificate": (_weak_certificate_digest, Reason.ALGORITHM_OBSOLETE),
}


@clause("S216-3")
@pytest.mark.parametrize("forged", FORGED)
def test_what_is_not_read_is_refused_though_it_was_signed(head: FileSigner, forged: str) -> None:
    change, reason = FORGED[forged]
    root = parse(sign_person(DOCUMENT, head, SignatureForm.XADES_B))
    change(root)
    refused = refusal(resealed(root, root[-1], head))
    assert refused.reason is reason
    assert refused.path.startswith("/Purchase/Signature")


def test_an_unchanged_signature_made_anew_is_proven(head: FileSigner) -> None:
    root = parse(sign_person(DOCUMENT, head, SignatureForm.XADES_B))
    assert verify_person(parse(resealed(root, root[-1], head))).signatures


def test_what_need_not_be_said_may_be_missing(head: FileSigner) -> None:
    for name in ("IssuerSerialV2", "SignedDataObjectProperties"):
        root = parse(sign_person(DOCUMENT, head, SignatureForm.XADES_B))
        _away(name)(root)
        assert verify_person(parse(resealed(root, root[-1], head))).signatures


# Properties that were signed, and others in their place.


@clause("S216-13a")
def test_another_time_than_was_signed_is_refused(head: FileSigner) -> None:
    root = parse(sign_person(DOCUMENT, head, SignatureForm.XADES_B))
    find(root, "SigningTime").text = "2020-01-01T00:00:00Z"
    assert refusal(root).reason is Reason.DIGEST


def _copied_among_unsigned(root: etree._Element) -> None:
    find(root, "UnsignedSignatureProperties").append(deepcopy(find(root, "SignedProperties")))


def _forged_in_its_place(root: etree._Element) -> None:
    _copied_among_unsigned(root)
    find(root, "SigningTime").text = "2020-01-01T00:00:00Z"


def _in_another_object(root: etree._Element) -> None:
    root[-1].append(deepcopy(root[-1][3]))


def _copied_into_the_document(root: etree._Element) -> None:
    root[0].append(deepcopy(find(root, "SignedProperties")))


def _moved_into_the_document(root: etree._Element) -> None:
    root[0].append(find(root, "SignedProperties"))


def _moved_among_unsigned(root: etree._Element) -> None:
    find(root, "UnsignedSignatureProperties").append(find(root, "SignedProperties"))


def _name_borne_again(root: etree._Element) -> None:
    token = etree.SubElement(find(root, "UnsignedSignatureProperties"), f"{X}CertificateValues")
    token.set("id", find(root, "SignedProperties").get("Id", ""))


def _name_of_the_signature_borne_again(root: etree._Element) -> None:
    token = etree.SubElement(find(root, "UnsignedSignatureProperties"), f"{X}CertificateValues")
    token.set("Id", root[-1].get("Id", ""))


WRAPPINGS: dict[Change, Reason] = {
    _copied_among_unsigned: Reason.DUPLICATE_ID,
    _forged_in_its_place: Reason.DIGEST,
    _in_another_object: Reason.PROFILE,
    _copied_into_the_document: Reason.DIGEST,
    _moved_into_the_document: Reason.PROFILE,
    _moved_among_unsigned: Reason.PROFILE,
    _name_borne_again: Reason.DUPLICATE_ID,
    _name_of_the_signature_borne_again: Reason.DUPLICATE_ID,
}


@clause("S216-13a")
@pytest.mark.parametrize("wrap", WRAPPINGS, ids=lambda wrap: wrap.__name__.strip("_"))
def test_signed_properties_elsewhere_or_twice_are_refused(pki: Pki, wrap: Change) -> None:
    for name in ("customer1-head", "customer2-head"):
        root = stamped(pki.signer(name))
        wrap(root)
        assert refusal(root).reason is WRAPPINGS[wrap]


# What was not signed.


def test_a_second_stamp_or_one_over_something_else_is_refused(head: FileSigner) -> None:
    twice, inclusive, empty = stamped(head), stamped(head), stamped(head)
    find(twice, "UnsignedSignatureProperties").append(deepcopy(find(twice, "SignatureTimeStamp")))
    find(inclusive, "SignatureTimeStamp")[0].set("Algorithm", INCLUSIVE)
    find(empty, "EncapsulatedTimeStamp").text = ""
    for root in (twice, inclusive, empty):
        assert refusal(root).reason is Reason.PROFILE


def test_without_its_stamp_the_signature_stands_without_one(head: FileSigner) -> None:
    root = stamped(head)
    _away("SignatureTimeStamp")(root)
    (signature,) = verify_person(root).signatures
    assert (signature.form, signature.stamp) == (SignatureForm.XADES_B, None)


def test_higher_levels_are_tolerated_and_not_believed(head: FileSigner) -> None:
    root = stamped(head)
    unsigned = find(root, "UnsignedSignatureProperties")
    for name in ("CertificateValues", "RevocationValues", "ArchiveTimeStamp"):
        etree.SubElement(unsigned, f"{X}{name}").text = "AAAA"
    (signature,) = verify_person(root).signatures
    assert signature.form is SignatureForm.XADES_T
    assert signature.certificates == head.certificates[:1]


def test_a_signature_among_the_unsigned_properties_is_refused(head: FileSigner) -> None:
    root = stamped(head)
    counter = etree.SubElement(find(root, "UnsignedSignatureProperties"), f"{X}CounterSignature")
    etree.SubElement(counter, f"{DS}Signature")
    assert refusal(root).reason is Reason.COVERAGE


# What the identifiers cost.

BATCH = 10


def _cost(data: bytes) -> float:
    """Seconds of this thread's CPU that the proof takes, the least of several."""
    root = parse(data)
    taken = []
    for _ in range(5):
        began = thread_time()
        verify_person(root)
        taken.append(thread_time() - began)
    return min(taken)


def test_many_signatures_of_a_large_document_cost_no_more_walks_than_one(
    head: FileSigner,
) -> None:
    """Were each identifier looked for by itself, ten signatures would cost ten times as much."""
    large = b'<Purchase xmlns="urn:x">' + b"<a/>" * 40_000 + b"</Purchase>"
    one = many = sign_person(large, head, SignatureForm.XADES_B)
    for _ in range(BATCH - 1):
        many = sign_person(many, head, SignatureForm.XADES_B)
    assert _cost(many) < BATCH / 2 * _cost(one)
