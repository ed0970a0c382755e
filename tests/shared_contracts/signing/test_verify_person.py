"""Persons sign whole documents, one after another, and each seals those before."""

from collections.abc import Callable

import pytest
from lxml import etree

from shared_contracts.signing.report import Reason, SignatureForm, SignatureRefused, SubIndication
from shared_contracts.signing.sign import FileSigner, sign_person
from shared_contracts.signing.verify import verify_person
from shared_contracts.signing.xml.profile import EXCLUSIVE, INCLUSIVE
from shared_contracts.signing.xml.vocabulary import OBSOLETE
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.signing.corpus import sample
from tests.shared_contracts.signing.forms import FIRST, transform
from tests.shared_contracts.signing.oracles import (
    DS,
    NAMESPACE,
    Forgery,
    parse,
    signxml_accepts,
    xmlsec_accepts,
)
from tests.shared_contracts.signing.shapes import in_lines, in_one_line

THREE = ("customer1-head", "customer1-signer", "customer2-head-rsa")
PURCHASE = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<Purchase xmlns="{NAMESPACE}">\n'
    " <Act><Version>1</Version></Act>\r\n <Title>Сорғылар &amp; насосы</Title>\n</Purchase>\n"
).encode()


def refusal(data: bytes | etree._Element) -> SignatureRefused:
    with pytest.raises(SignatureRefused) as refused:
        verify_person(parse(data) if isinstance(data, bytes) else data)
    return refused.value


@pytest.fixture(scope="module")
def by_three(pki: Pki) -> bytes:
    data = PURCHASE
    for name in THREE:
        data = sign_person(data, pki.signer(name))
    return data


@clause("S95-4", "S216-3")
@pytest.mark.parametrize("name", [*THREE, "person", "sez"])
def test_a_document_signed_by_one_person_is_proven(pki: Pki, name: str) -> None:
    signer = pki.signer(name)
    data = sign_person(PURCHASE, signer)
    (signature,) = verify_person(parse(data)).signatures
    assert signature.certificates == signer.certificates
    assert signature.path == "/Purchase/Signature"
    assert signxml_accepts(data, signer.certificates[0])
    assert xmlsec_accepts(data, signer.certificates[0])


@clause("S95-4")
def test_three_signatures_are_proven_in_the_order_they_were_made(pki: Pki, by_three: bytes) -> None:
    proven = verify_person(parse(by_three))
    expected = [pki.signer(name).certificates for name in THREE]
    assert [one.certificates for one in proven.signatures] == expected
    assert [one.path for one in proven.signatures] == [
        f"/Purchase/Signature[{number}]" for number in (1, 2, 3)
    ]


def test_a_later_signature_leaves_the_bytes_before_it_alone(pki: Pki, by_three: bytes) -> None:
    end = by_three.rindex(b"<ds:Signature ")
    before = by_three[:end] + b"</Purchase>\n"
    assert verify_person(parse(before)).signatures[-1].certificates == (
        pki.signer(THREE[1]).certificates
    )
    assert sign_person(before, pki.signer(THREE[2])) == by_three


def test_libxmlsec_proves_the_three_one_after_another(pki: Pki, by_three: bytes) -> None:
    root = parse(by_three)
    for name in reversed(THREE):
        assert xmlsec_accepts(etree.tostring(root), pki.signer(name).certificates[0])
        root.remove(root[-1])


@clause("S216-13a")
def test_an_earlier_signature_cannot_be_taken_away(by_three: bytes) -> None:
    root = parse(by_three)
    root.remove(root[-3])
    assert refusal(root).reason is Reason.DIGEST
    stated, _, computed = refusal(root).detail.partition(" ≠ ")
    assert len(stated) >= 44
    assert computed not in {"", stated}


def test_signatures_cannot_change_places(by_three: bytes) -> None:
    root = parse(by_three)
    root.append(root[-2])
    assert refusal(root).reason is Reason.DIGEST


def test_white_space_between_signatures_is_covered_by_the_later_one(by_three: bytes) -> None:
    spaced = by_three.replace(
        b"</ds:Signature><ds:Signature ", b"</ds:Signature>\n<ds:Signature ", 1
    )
    assert refusal(spaced).reason is Reason.DIGEST


def test_white_space_put_in_before_signing_does_no_harm(pki: Pki) -> None:
    once = sign_person(PURCHASE, pki.signer(THREE[0]))
    twice = sign_person(once, pki.signer(THREE[1]))
    assert b"\n<ds:Signature" in twice
    assert len(verify_person(parse(twice)).signatures) == 2


@clause("S216-13a")
def test_a_changed_letter_breaks_the_latest_signature_first(by_three: bytes) -> None:
    refused = refusal(by_three.replace("насосы".encode(), "насосъ".encode()))
    assert (refused.reason, refused.path) == (Reason.DIGEST, "/Purchase/Signature[3]")


def test_a_document_is_proven_with_each_canonicalisation_of_the_profile(pki: Pki) -> None:
    signer = pki.signer("sez")
    for uri in (INCLUSIVE, f"{INCLUSIVE}#WithComments", EXCLUSIVE):
        forgery = Forgery(uri="", transforms=(FIRST, transform(uri)))
        data = forgery.sign(b'<a><b c="d">x</b></a>', signer)
        assert verify_person(parse(data)).signatures[0].certificates == signer.certificates[:1]


@pytest.mark.parametrize(
    ("document", "uri", "reason"),
    [
        (b'<a Id="p-1"><b/></a>', "", Reason.PROFILE),
        (b'<a id="p-1"><b/></a>', "", Reason.PROFILE),
        (b'<a><b Id="p-1"/></a>', "#p-1", Reason.COVERAGE),
    ],
)
def test_a_reference_to_a_part_is_refused(
    pki: Pki, document: bytes, uri: str, reason: Reason
) -> None:
    assert refusal(Forgery(uri=uri).sign(document, pki.signer("sez"))).reason is reason


def test_a_document_inside_another_is_not_a_document(pki: Pki) -> None:
    outer = b"<o>%b</o>" % sign_person(b"<a>x</a>", pki.signer("person"))
    assert refusal(parse(outer)[0]).reason is Reason.COVERAGE


def test_twenty_signatures_are_enough(pki: Pki) -> None:
    data = b"<a>x</a>"
    for _ in range(20):
        data = sign_person(data, pki.signer("sez"))
    assert len(verify_person(parse(data)).signatures) == 20
    assert refusal(sign_person(data, pki.signer("sez"))).reason is Reason.TOO_MANY_SIGNATURES


@pytest.mark.parametrize("changed", ["comment", "instruction", "beside"])
def test_comments_and_instructions_are_refused(pki: Pki, changed: str) -> None:
    data = sign_person(PURCHASE, pki.signer("person"))
    put = {
        "comment": data.replace(b"</Act>", b"<!--x--></Act>"),
        "instruction": data.replace(b"</Act>", b"<?x?></Act>"),
        "beside": data + b"<!--x-->",
    }
    assert refusal(put[changed]).reason is Reason.COMMENT


def test_an_attribute_that_would_be_inherited_is_refused_with_its_reason(pki: Pki) -> None:
    data = sign_person(b'<a xml:lang="kk">x</a>', pki.signer("person"))
    refused = refusal(data)
    assert refused.reason is Reason.PROFILE
    assert "xml:" in refused.detail


def test_a_signature_elsewhere_than_at_the_end_is_refused(pki: Pki) -> None:
    root = parse(sign_person(b"<a><b/></a>", pki.signer("person")))
    root.insert(0, root[-1])
    assert refusal(root).reason is Reason.COVERAGE


# In the layouts of Kazakhstan's tools, with every algorithm.

EVERYONE = ("customer1-head", "sez", "customer2-head", "customer2-256")
"""RSA, P-256, GOST of 512 and of 256 bits."""


@clause("S216-3")
@pytest.mark.parametrize("name", EVERYONE)
@pytest.mark.parametrize("layout", [in_lines, in_one_line])
def test_both_layouts_are_proven_with_every_algorithm(
    pki: Pki, name: str, layout: Callable[[bytes, FileSigner], bytes]
) -> None:
    signer = pki.signer(name)
    data = layout(PURCHASE, signer)
    assert (b"&#13;" in data) == (layout is in_lines)
    (signature,) = verify_person(parse(data)).signatures
    assert signature.algorithm == signer.suite.name
    assert signature.certificates == signer.certificates[:1]


@clause("S95-4", "S216-3")
def test_four_signers_with_four_algorithms_each_seal_those_before(pki: Pki) -> None:
    data = PURCHASE
    for number, name in enumerate(EVERYONE):
        data = (in_lines if number % 2 else in_one_line)(data, pki.signer(name))
    signatures = verify_person(parse(data)).signatures
    assert [one.algorithm for one in signatures] == [pki.signer(n).suite.name for n in EVERYONE]
    without_first = parse(data)
    without_first.remove(without_first[-4])
    assert refusal(without_first).reason is Reason.DIGEST


@clause("S216-13a")
@pytest.mark.parametrize("name", EVERYONE)
def test_another_word_or_another_value_is_refused_with_every_algorithm(pki: Pki, name: str) -> None:
    data = in_lines(PURCHASE, pki.signer(name))
    assert refusal(data.replace("насосы".encode(), "насосъ".encode())).reason is Reason.DIGEST
    root = parse(data)
    value = root[-1][1]
    value.text = ("B" if (value.text or "")[0] == "A" else "A") + (value.text or "")[1:]
    assert refusal(root).reason is Reason.VALUE


def test_a_gost_key_does_not_stand_under_the_name_of_another(pki: Pki) -> None:
    data = in_one_line(PURCHASE, pki.signer("customer2-head"))
    assert refusal(data.replace(b"34112015-512", b"34112015-256")).reason is Reason.ALGORITHM
    other = in_one_line(PURCHASE, pki.signer("customer2-256"))
    assert refusal(other.replace(b"34112015-256", b"34112015-512")).reason is Reason.ALGORITHM


def test_the_digest_of_another_suite_is_refused(pki: Pki) -> None:
    data = in_one_line(PURCHASE, pki.signer("customer2-head"))
    mixed = data.replace(b":gostr34112015-512", b":gostr34112015-256")
    refused = refusal(mixed)
    assert refused.reason is Reason.ALGORITHM
    assert refused.path.endswith("/Reference/DigestMethod")


@clause("S216-3")
@pytest.mark.parametrize(("uri", "known"), OBSOLETE.items())
@pytest.mark.parametrize("place", ["SignatureMethod", "DigestMethod"])
def test_what_time_has_overtaken_is_known_and_refused_by_name(
    pki: Pki, uri: str, known: str, place: str
) -> None:
    root = parse(in_lines(PURCHASE, pki.signer("customer1-head")))
    (method,) = root[-1].iter(f"{DS}{place}")
    method.set("Algorithm", uri)
    refused = refusal(root)
    assert (refused.reason, refused.detail) == (Reason.ALGORITHM_OBSOLETE, known)
    assert refused.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE
    assert refused.path.endswith(place)


def test_a_signature_reads_the_same_whatever_namespaces_stand_above_it(pki: Pki) -> None:
    heads = (
        b'<a xmlns:b="urn:b" xmlns="urn:a" xmlns:z="urn:z">',
        b'<a xmlns:ds="urn:other" xmlns:d="urn:d">',
        b'<a xmlns:ds="http://www.w3.org/2000/09/xmldsig#">',
        b'<d:a xmlns:d="urn:d" x="&gt;"  e=\'"\' xmlns:dt="urn:&amp;">',
    )
    for head in heads:
        end = b"</d:a>" if head.startswith(b"<d:") else b"</a>"
        for name in ("customer1-head", "customer2-256"):
            data = in_one_line(head + b"<x/>" + end, pki.signer(name))
            assert verify_person(parse(data)).signatures
            if name == "customer1-head":
                assert xmlsec_accepts(data, pki.signer(name).certificates[0])


# What tools of Kazakhstan have made.


@clause("S216-3")
def test_a_signature_of_kazakhstans_tools_with_rsa_is_proven() -> None:
    data = sample("ncanode-XmlServiceTest-XML_SIGNED_VALID_STRING.xml")
    assert b"&#13;" in data
    (signature,) = verify_person(parse(data)).signatures
    assert signature.algorithm == "RSA-SHA256"
    assert xmlsec_accepts(data, signature.certificates[0])


def test_the_same_signature_with_a_changed_word_is_refused() -> None:
    data = sample("ncanode-XmlServiceTest-XML_SIGNED_VALID_STRING.xml")
    assert refusal(data.replace(b"<b>test</b>", b"<b>tost</b>")).reason is Reason.DIGEST


@clause("S216-3")
@pytest.mark.parametrize("number", ["2-8fdad250", "4-90af39ad", "6-25959c2e"])
def test_a_signature_of_kazakhstans_tools_with_gost_is_proven(number: str) -> None:
    (signature,) = verify_person(parse(sample(f"mitwork-{number}.xml"))).signatures
    assert (signature.algorithm, signature.form) == ("GOST-512", SignatureForm.XMLDSIG)


@clause("S95-4")
def test_two_signers_with_different_algorithms_are_proven_the_last_first() -> None:
    data = sample("ncanode-XmlServiceTest-XML_SIGNED_VALID_STRING_TWO_SIGNERS.xml")
    signatures = verify_person(parse(data)).signatures
    assert [one.algorithm for one in signatures] == ["RSA-SHA256", "GOST-512"]


@pytest.mark.parametrize("level", ["b", "t"])
def test_a_root_with_an_id_is_refused_however_it_was_signed(level: str) -> None:
    refused = refusal(sample(f"xades-test-signed-{level}.xml"))
    assert (refused.reason, refused.detail) == (Reason.PROFILE, "Id on the root")


def test_a_signature_of_web_services_security_is_no_document_signature() -> None:
    assert (
        refusal(sample("ncanode-WsseServiceTest-XML_SIGNED_STRING.xml")).reason is Reason.COVERAGE
    )
