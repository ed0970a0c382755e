"""Persons sign whole documents, one after another, and each seals those before."""

from pathlib import Path

import pytest
from lxml import etree

from shared_contracts.signing.profile import EXCLUSIVE, INCLUSIVE
from shared_contracts.signing.report import Reason, SignatureRefused, SubIndication
from shared_contracts.signing.sign import sign_person
from shared_contracts.signing.verify import verify_person
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.signing.forms import FIRST, transform
from tests.shared_contracts.signing.oracles import (
    NAMESPACE,
    Forgery,
    parse,
    signxml_accepts,
    xmlsec_accepts,
)

CORPUS = Path(__file__).resolve().parents[3] / ".." / "shared" / "corpora" / "kz-signatures"
THREE = ("customer1-head", "customer1-signer", "customer2-head")
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


# What tools of Kazakhstan have made.


def sample(name: str) -> bytes:
    path = CORPUS / name
    if not path.exists():
        pytest.skip(f"the folder shared, with {name}, is not beside the project")
    return path.read_bytes()


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


@pytest.mark.parametrize(
    "name",
    [
        "mitwork-2-8fdad250.xml",
        "mitwork-4-90af39ad.xml",
        "mitwork-6-25959c2e.xml",
        "ncanode-XmlServiceTest-XML_SIGNED_VALID_STRING_TWO_SIGNERS.xml",
        "xades-test-signed-b.xml",
        "xades-test-signed-t.xml",
    ],
)
def test_a_gost_signature_is_refused_as_an_algorithm_not_supported(name: str) -> None:
    refused = refusal(sample(name))
    assert refused.reason is Reason.ALGORITHM
    assert refused.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE
    assert "gost" in refused.detail


def test_a_signature_of_web_services_security_is_no_document_signature() -> None:
    assert (
        refusal(sample("ncanode-WsseServiceTest-XML_SIGNED_STRING.xml")).reason is Reason.COVERAGE
    )
