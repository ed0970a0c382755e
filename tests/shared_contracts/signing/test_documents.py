"""Any signed XML: what kind it is, what was covered, and the octets to read."""

import pytest
from lxml import etree

from shared_contracts.explaining.explain import kind_of
from shared_contracts.faults import Unprocessed
from shared_contracts.signing.documents import Coverage, Extent, verify_document
from shared_contracts.signing.report import Reason, SignatureForm, SignatureRefused
from shared_contracts.signing.sign import sign_person, sign_system
from shared_contracts.signing.xml.vocabulary import DSIG
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope, payload_of
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.signing.forms import MORE
from tests.shared_contracts.signing.oracles import (
    DOCUMENT,
    NAMESPACE,
    parse,
    with_signature,
    xmlsec_accepts,
)
from tests.shared_contracts.signing.shapes import (
    in_lines,
    in_one_line,
    of_body,
    of_part,
    template,
)

FOREIGN = b'<a xmlns="urn:a" Id="p-1"><!--c--><b Id="p-2">x<!--d-->y</b></a>'
BARE = b'<a xmlns="urn:a" Id="p-1"><b Id="p-2">xy</b></a>'
WHOLE = Coverage(Extent.WHOLE)
SIGNERS = ("customer1-head", "sez", "customer2-head", "customer2-256")


def refusal(data: bytes) -> SignatureRefused:
    with pytest.raises(SignatureRefused) as refused:
        verify_document(data)
    return refused.value


def canonical(data: bytes, *, exclusive: bool = True) -> bytes:
    return etree.tostring(parse(data), method="c14n", exclusive=exclusive, with_comments=False)


@clause("S216-3")
def test_a_systems_message_is_known_alone_and_in_an_envelope(pki: Pki) -> None:
    for name in ("sez", "customer1-head", "sez-gost"):
        data = sign_system(parse(DOCUMENT), pki.signer(name))
        alone = verify_document(data)
        assert (alone.kind, alone.root) == (SignatureForm.XMLDSIG, "Package")
        assert alone.covered == Coverage(Extent.MESSAGE, "/Package")
        assert alone.octets == canonical(DOCUMENT)
        enclosed = verify_document(enclose(SoapVersion.V12, "urn:o", "Transfer", data))
        assert (enclosed.root, enclosed.octets) == ("Envelope", alone.octets)
        assert enclosed.covered == Coverage(Extent.MESSAGE, "/Envelope/Body/Transfer/Package")
        assert enclosed.signatures == alone.signatures


@clause("S95-4")
def test_a_business_document_is_given_back_as_its_last_signer_saw_it(pki: Pki) -> None:
    document = DOCUMENT.replace(b' Id="p-1"', b"").replace(b"Package", b"Purchase")
    once = sign_person(document, pki.signer("customer1-head"))
    proven = verify_document(sign_person(once, pki.signer("customer2-head"), SignatureForm.XADES_B))
    assert (proven.kind, proven.root, proven.covered) == (SignatureForm.XADES_B, "Purchase", WHOLE)
    assert [one.form for one in proven.signatures] == [SignatureForm.XMLDSIG, SignatureForm.XADES_B]
    assert proven.octets == canonical(once)


@pytest.mark.parametrize("comment", [b"<!--x-->", b"<?x?>"])
def test_documents_of_the_contract_have_no_comment_here_either(pki: Pki, comment: bytes) -> None:
    document = DOCUMENT.replace(b' Id="p-1"', b"")
    for data in (
        sign_person(document, pki.signer("sez")),
        sign_system(parse(DOCUMENT), pki.signer("sez")),
    ):
        assert refusal(data.replace(b"<Records>", b"<Records>" + comment)).reason is Reason.COMMENT


def test_a_business_document_with_an_id_is_refused_here_too(pki: Pki) -> None:
    assert refusal(in_one_line(DOCUMENT, pki.signer("person"))).reason is Reason.PROFILE


@pytest.mark.parametrize("name", SIGNERS)
def test_comments_of_a_foreign_document_were_not_signed_and_are_not_given_back(
    pki: Pki, name: str
) -> None:
    signer = pki.signer(name)
    data = in_lines(FOREIGN, signer)
    proven = verify_document(data)
    assert (proven.covered, proven.octets) == (Coverage(Extent.BUT_COMMENTS), BARE)
    assert verify_document(data.replace(b"<!--d-->", b"<!--e--><!---->")).octets == BARE
    assert verify_document(b"<!--x-->" + data + b"<!--x-->").octets == BARE
    assert verify_document(in_lines(BARE, signer)).covered == WHOLE


def test_libxmlsec_covers_no_comment_either(pki: Pki) -> None:
    signer = pki.signer("customer1-head")
    assert xmlsec_accepts(in_lines(FOREIGN, signer), signer.certificates[0])


@pytest.mark.parametrize("name", SIGNERS)
def test_a_signature_of_a_part_is_told_from_one_of_the_whole(pki: Pki, name: str) -> None:
    proven = verify_document(of_part(FOREIGN, "#p-2", pki.signer(name)))
    assert (proven.kind, proven.root, proven.covered) == (
        SignatureForm.XMLDSIG,
        "a",
        Coverage(Extent.PART, "/a/b"),
    )
    assert proven.octets == b'<b xmlns="urn:a" Id="p-2">xy</b>'
    assert [one.path for one in proven.signatures] == ["/a/Signature"]


@pytest.mark.parametrize("name", SIGNERS)
def test_an_envelope_with_a_security_header_is_known(pki: Pki, name: str) -> None:
    proven = verify_document(of_body("<x>y<!--z--></x>", pki.signer(name)))
    assert (proven.kind, proven.covered) == (
        SignatureForm.WSS,
        Coverage(Extent.PART, "/Envelope/Body"),
    )
    assert b"<x>y</x>" in proven.octets
    assert proven.signatures[0].form is SignatureForm.WSS
    assert proven.signatures[0].path == "/Envelope/Header/Security/Signature"


@pytest.mark.parametrize(
    ("data", "reason", "detail"),
    [
        (b"", Reason.PROFILE, "NOT_XML"),
        (b"<a>", Reason.PROFILE, "NOT_XML"),
        (b"<a>" * 70 + b"</a>" * 70, Reason.PROFILE, "TOO_DEEP"),
        (b"<!DOCTYPE a><a/>", Reason.DTD, "DTD_FORBIDDEN"),
        (b"<a/>", Reason.NO_SIGNATURE, ""),
        (DOCUMENT, Reason.NO_SIGNATURE, ""),
        (with_signature(b"<a><b/></a>", template("urn:x", ())), Reason.ALGORITHM, ""),
        (with_signature(b"<a><b/></a>", template("", ())), Reason.ALGORITHM, ""),
    ],
)
def test_what_is_no_signed_document_is_refused_with_its_reason(
    data: bytes, reason: Reason, detail: str
) -> None:
    refused = refusal(data)
    assert refused.reason is reason
    assert detail in refused.detail


@pytest.mark.parametrize("uri", [f"{DSIG}rsa-sha1", f"{MORE}#gost34310-gost34311"])
def test_what_time_has_overtaken_has_its_reason_in_every_form(pki: Pki, uri: str) -> None:
    signer = pki.signer("customer1-head")
    for data in (
        in_lines(BARE, signer),
        sign_person(b"<a><b/></a>", signer, SignatureForm.XADES_B),
        of_part(BARE, "#p-2", signer),
        of_body("<x/>", signer),
        sign_system(parse(DOCUMENT), signer),
    ):
        old = data.replace(signer.suite.sig_uri.encode(), uri.encode())
        assert refusal(old).reason is Reason.ALGORITHM_OBSOLETE


def test_a_signature_without_any_reference_is_refused(pki: Pki) -> None:
    root = parse(in_one_line(BARE, pki.signer("sez")))
    root[-1][0].remove(root[-1][0][2])
    assert refusal(etree.tostring(root)).reason is Reason.PROFILE


def test_a_foreign_document_signed_like_a_systems_message_is_not_of_a_known_kind(pki: Pki) -> None:
    foreign = DOCUMENT.replace(NAMESPACE.encode(), b"urn:other")
    data = sign_system(parse(foreign), pki.signer("sez"))
    assert refusal(data).reason is Reason.PROFILE


def _enveloped(content: bytes) -> bytes:
    soap = b"http://schemas.xmlsoap.org/soap/envelope/"
    return b'<s:Envelope xmlns:s="%b">%b</s:Envelope>' % (soap, content)


@pytest.mark.parametrize(
    "shape",
    [
        b"<s:Body><w>%(forged)b%(true)b</w></s:Body>",
        b"<s:Body><w>%(true)b%(forged)b</w></s:Body>",
        b"<s:Body><w>forged%(true)b</w></s:Body>",
        b"<s:Body><w>%(true)b</w><w>%(forged)b</w></s:Body>",
        b"<s:Body>%(forged)b<w>%(true)b</w></s:Body>",
        b"<s:Body><w>%(forged)b</w></s:Body><s:Body><w>%(true)b</w></s:Body>",
        b"<s:Body><w>%(true)b</w></s:Body><s:Body><w>%(forged)b</w></s:Body>",
    ],
)
def test_an_envelope_with_anything_beside_the_message_is_refused_here_as_at_the_door(
    pki: Pki, shape: bytes
) -> None:
    true = sign_system(parse(DOCUMENT), pki.signer("sez"))
    parts = {b"true": true, b"forged": DOCUMENT.replace(b"p-1", b"p-0")}
    data = _enveloped(shape % parts)
    with pytest.raises(Unprocessed):
        payload_of(open_envelope(data, None))
    assert refusal(data).reason is Reason.COVERAGE
    alone = _enveloped(b"<s:Header/><s:Body><w>%b</w></s:Body>" % true)
    assert payload_of(open_envelope(alone, None)).tag == parse(DOCUMENT).tag
    assert verify_document(alone).ours


@pytest.mark.parametrize("name", [b"Package", b"Receipt", b"TimeAnswer"])
def test_a_systems_message_in_the_persons_form_is_none(pki: Pki, name: bytes) -> None:
    bare = DOCUMENT.replace(b' Id="p-1"', b"").replace(b"Package", name)
    assert refusal(sign_person(bare, pki.signer("sez"))).reason is Reason.PROFILE


def test_a_name_of_ours_in_another_namespace_is_no_document_of_the_contract(pki: Pki) -> None:
    for name in (b"Package", b"Purchase"):
        foreign = verify_document(sign_person(b'<%b xmlns="urn:x"/>' % name, pki.signer("sez")))
        assert not foreign.ours
        assert kind_of(foreign) is None


def test_gost_of_2004_is_called_obsolete_in_every_form(pki: Pki) -> None:
    part = of_part(b'<root><a Id="part"><x>1</x></a></root>', "#part", pki.signer("sez-gost"))
    body = of_body("<n:Send xmlns:n='urn:n'>x</n:Send>", pki.signer("sez-gost"))
    for data in (part, body):
        root = parse(data)
        method = next(root.iter(f"{{{DSIG}}}SignatureMethod"))
        method.set("Algorithm", f"{MORE}#gost34310-gost34311")
        next(root.iter(f"{{{DSIG}}}KeyInfo")).clear()
        assert refusal(etree.tostring(root)).reason is Reason.ALGORITHM_OBSOLETE
