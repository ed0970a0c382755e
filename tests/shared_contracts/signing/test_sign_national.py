"""What is signed here looks like what Kazakhstan's tools write, and is verified like it."""

import re
from base64 import b64decode
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp, x509
from lxml import etree

from deploy.authority import GOST_STAMPS, RSA_STAMPS
from shared_contracts.astana_time import now
from shared_contracts.signing.gost.keys import GostPrivateKey
from shared_contracts.signing.report import Reason, SignatureForm, SignatureRefused
from shared_contracts.signing.sign import FileSigner, sign_person, sign_system, sign_system_fast
from shared_contracts.signing.verify import verify_person, verify_system
from shared_contracts.signing.xml.coverage import canonical
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.signing.corpus import sample
from tests.shared_contracts.signing.oracles import DOCUMENT, DS, parse, xmlsec_accepts

PURCHASE = (
    '<?xml version="1.0"?>\r\n<p:Purchase xmlns:p="urn:x" xmlns:ds="urn:y" a="ә"><p:Lot>сорғы '
    "&amp; <![CDATA[</p:Purchase>]]></p:Lot>\n</p:Purchase>\r\n"
).encode()
GOST_KEYS = ("customer2-head", "customer2-256", "person-gost")
XADES = (SignatureForm.XADES_B, SignatureForm.XADES_T)
XADES_NAME = "{http://uri.etsi.org/01903/v1.3.2#}"


def shape(element: etree._Element) -> list[str]:
    """Elements, attributes and algorithms in their order; what differs by nature is left out."""
    found = []
    for one in element.iter(etree.Element):
        known = {key: value for key, value in one.items() if key in {"Algorithm", "Type"}}
        found.append(f"{etree.QName(one).localname} {list(one.keys())} {known}")
    return found


def signature_of(name: str) -> etree._Element:
    return parse(sample(name))[-1]


def signed(pki: Pki, name: str, form: SignatureForm = SignatureForm.XMLDSIG) -> bytes:
    stamp = pki.stamps() if form is SignatureForm.XADES_T else None
    return sign_person(PURCHASE, pki.signer(name), form, stamp)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (SignatureForm.XMLDSIG, "mitwork-2-8fdad250.xml"),
        (SignatureForm.XADES_B, "xades-test-signed-b.xml"),
        (SignatureForm.XADES_T, "xades-test-signed-t.xml"),
    ],
)
def test_a_gost_signature_has_the_shape_of_the_samples(
    pki: Pki, form: SignatureForm, name: str
) -> None:
    made = parse(signed(pki, "customer2-head", form))[-1]
    assert shape(made) == shape(signature_of(name))
    assert made.prefix == signature_of(name).prefix == "ds"


@pytest.mark.parametrize(("name", "bits"), [("customer2-head", 512), ("customer2-256", 256)])
def test_a_gost_signature_names_the_algorithms_that_kalkancrypt_names(
    pki: Pki, name: str, bits: int
) -> None:
    made = parse(signed(pki, name))[-1]
    national = "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:"
    assert [one.get("Algorithm") for one in made.iter(etree.Element) if one.get("Algorithm")] == [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        f"{national}gostr34102015-gostr34112015-{bits}",
        "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
        f"{national}gostr34112015-{bits}",
    ]
    assert len(list(made.iter(f"{DS}X509Certificate"))) == 1


@clause("S95-4", "S216-3")
@pytest.mark.parametrize("name", GOST_KEYS)
@pytest.mark.parametrize("form", [SignatureForm.XMLDSIG, *XADES])
def test_a_document_signed_with_a_gost_key_is_proven(
    pki: Pki, name: str, form: SignatureForm
) -> None:
    (proven,) = verify_person(parse(signed(pki, name, form))).signatures
    assert proven.certificates == pki.signer(name).certificates[:1]
    assert proven.algorithm == pki.signer(name).suite.name
    assert proven.form is form
    assert (proven.stamp is not None) == (form is SignatureForm.XADES_T)


@pytest.mark.parametrize("form", [SignatureForm.XMLDSIG, *XADES])
def test_signing_with_a_gost_key_only_adds_to_the_bytes(pki: Pki, form: SignatureForm) -> None:
    data = signed(pki, "customer2-head", form)
    start, end = data.index(b"<ds:Signature "), data.rindex(b"</ds:Signature>") + 15
    assert data[:start] + data[end:] == PURCHASE
    assert b"\n" not in data[start:end]


@clause("S95-4")
def test_signatures_of_all_kinds_follow_one_another(pki: Pki) -> None:
    stamps = {SignatureForm.XADES_T: pki.stamps(RSA_STAMPS)}
    order = [
        ("customer2-head", SignatureForm.XMLDSIG),
        ("customer1-head", SignatureForm.XMLDSIG),
        ("customer2-256", SignatureForm.XADES_T),
        ("customer1-signer", SignatureForm.XADES_B),
        ("sez", SignatureForm.XADES_T),
        ("customer2-signer", SignatureForm.XMLDSIG),
    ]
    data = PURCHASE
    for name, form in order:
        data = sign_person(data, pki.signer(name), form, stamps.get(form))
    proven = verify_person(parse(data)).signatures
    assert [one.certificates[0] for one in proven] == [
        pki.signer(name).certificates[0] for name, _ in order
    ]
    assert [one.form for one in proven] == [form for _, form in order]


@clause("S216-13a")
@pytest.mark.parametrize("form", [SignatureForm.XMLDSIG, *XADES])
def test_a_document_changed_after_signing_with_a_gost_key_is_refused(
    pki: Pki, form: SignatureForm
) -> None:
    data = signed(pki, "customer2-head", form).replace("сорғы".encode(), "сорға".encode(), 1)
    with pytest.raises(SignatureRefused) as refused:
        verify_person(parse(data))
    assert refused.value.reason is Reason.DIGEST


@pytest.mark.parametrize("name", ["customer1-head", "sez"])
def test_libxmlsec_proves_the_xades_forms_where_it_knows_the_key(pki: Pki, name: str) -> None:
    for form in XADES:
        data = signed(pki, name, form)
        assert xmlsec_accepts(data, pki.signer(name).certificates[0])
        changed = data.replace("сорғы".encode(), "сорға".encode(), 1)
        assert not xmlsec_accepts(changed, pki.signer(name).certificates[0])


@pytest.mark.parametrize("name", ["customer2-head", "customer2-256", "customer1-head"])
def test_a_xades_signature_names_its_certificate_and_its_moment(pki: Pki, name: str) -> None:
    made = parse(signed(pki, name, SignatureForm.XADES_B))[-1]
    signer = pki.signer(name)
    digest = made.findtext(f".//{XADES_NAME}CertDigest/{DS}DigestValue")
    assert b64decode(digest or "") == signer.suite.digest([signer.certificates[0]])
    named = tsp.IssuerSerial.load(
        b64decode(made.findtext(f".//{XADES_NAME}IssuerSerialV2") or ""), strict=True
    )
    certificate = x509.Certificate.load(signer.certificates[0])
    assert named["serial_number"].native == certificate.serial_number
    assert named["issuer"][0].chosen == certificate.issuer
    claimed = made.findtext(f".//{XADES_NAME}SigningTime") or ""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", claimed)
    (proven,) = verify_person(parse(signed(pki, name, SignatureForm.XADES_B))).signatures
    assert proven.claimed_at is not None
    assert abs(now() - proven.claimed_at) < timedelta(minutes=1)


def test_the_time_stamp_is_over_the_value_of_the_signature(pki: Pki) -> None:
    asked: list[bytes] = []

    def stamp(octets: bytes) -> bytes:
        asked.append(octets)
        return pki.authority.stamp(octets, GOST_STAMPS)

    data = sign_person(PURCHASE, pki.signer("customer2-head"), SignatureForm.XADES_T, stamp)
    value = parse(data)[-1][1]
    assert asked == [canonical(value, exclusive=True)]
    (proven,) = verify_person(parse(data)).signatures
    assert proven.stamp is not None
    assert proven.stamp.over == asked[0]


@pytest.mark.parametrize(
    ("form", "stamped"),
    [
        (SignatureForm.XADES_T, False),
        (SignatureForm.XADES_B, True),
        (SignatureForm.XMLDSIG, True),
        (SignatureForm.WSS, False),
    ],
)
def test_a_form_and_a_stamp_that_do_not_go_together_are_refused(
    pki: Pki, form: SignatureForm, *, stamped: bool
) -> None:
    stamp = pki.authority.stamp if stamped else None
    for name in ("customer2-head", "customer1-head"):
        with pytest.raises(ValueError, match=r"XADES-T|no form of"):
            sign_person(PURCHASE, pki.signer(name), form, stamp)


def test_what_an_inclusive_form_would_inherit_is_not_signed(pki: Pki) -> None:
    with pytest.raises(ValueError, match="xml:"):
        sign_person(b'<a xml:lang="kk">x</a>', pki.signer("customer2-head"))


@clause("S216-13a", "S216-3")
@pytest.mark.parametrize("sign", [sign_system, sign_system_fast])
def test_a_system_with_a_gost_key_signs_its_messages(pki: Pki, sign: type) -> None:
    signer = pki.signer("sez-gost")
    proven = verify_system(parse(sign(parse(DOCUMENT), signer)))
    assert proven.certificates == signer.certificates
    assert proven.signed_by.algorithm == "GOST-512"


def test_a_gost_key_and_the_certificate_of_another_are_no_signer(pki: Pki) -> None:
    folder = pki.authority
    assert isinstance(pki.signer("customer2-head").private_key, GostPrivateKey)
    for other in ("customer2-signer", "customer2-256", "customer1-head"):
        with pytest.raises(ValueError, match="not the key of"):
            FileSigner(folder.key("customer2-head"), folder.chain(other))


def test_a_broken_gost_key_is_no_signer(pki: Pki, tmp_path: Path) -> None:
    written = pki.authority.key("customer2-head").read_text().splitlines()
    broken = tmp_path / "broken.pem"
    broken.write_text("\n".join([written[0], written[1], written[-1]]))
    with pytest.raises(ValueError, match=r"."):
        FileSigner(broken, pki.authority.chain("customer2-head"))
