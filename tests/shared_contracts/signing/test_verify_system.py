"""A system's message is believed only in the one form that leaves nothing unsigned."""

import threading
from collections.abc import Callable

import pytest
from lxml import etree

from shared_contracts.signing.report import Indication, Reason, SignatureRefused, SubIndication
from shared_contracts.signing.sign import FileSigner, sign_system
from shared_contracts.signing.verify import SignedSystem, verify_system
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.signing.forms import FORMS
from tests.shared_contracts.signing.oracles import (
    DOCUMENT,
    DS,
    NAMESPACE,
    Forgery,
    parse,
    signxml_accepts,
    xmlsec_accepts,
)

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"


@pytest.fixture(scope="module")
def sez(pki: Pki) -> FileSigner:
    return pki.signer("sez")


@pytest.fixture(scope="module")
def signed(sez: FileSigner) -> bytes:
    return sign_system(parse(DOCUMENT), sez)


def refusal(root: etree._Element | bytes) -> SignatureRefused:
    with pytest.raises(SignatureRefused) as refused:
        verify_system(parse(root) if isinstance(root, bytes) else root)
    return refused.value


def enveloped(package: bytes, soap: str, header: str = "") -> etree._Element:
    """The package as it stands in an envelope, which is the tree it belongs to."""
    text = (
        f'<s:Envelope xmlns:s="{soap}" xmlns:x="urn:x">{header}<s:Body>'
        f'<o:TransferRecords xmlns:o="urn:kz:tru-registry:registry:1">'
    ).encode()
    envelope = parse(text + package + b"</o:TransferRecords></s:Body></s:Envelope>")
    return envelope[-1][0][0]


@clause("S216-13a", "S216-3")
@pytest.mark.parametrize("name", ["sez", "registry", "customer1-head"])
def test_a_signed_message_is_proven_with_p256_and_with_rsa(pki: Pki, name: str) -> None:
    signer = pki.signer(name)
    proven = verify_system(parse(sign_system(parse(DOCUMENT), signer)))
    assert proven.certificates == signer.certificates
    assert proven.signed_by.algorithm == signer.suite.name
    assert proven.signed_by.path == "/Package/Signature"


def test_the_tree_is_left_as_it_was(signed: bytes) -> None:
    root = parse(signed)
    before = etree.tostring(root)
    verify_system(root)
    assert etree.tostring(root) == before


@clause("S216-18.5")
def test_the_same_message_in_either_envelope_is_one_message(signed: bytes) -> None:
    alone = verify_system(parse(signed))
    for soap in (SOAP11, SOAP12):
        assert verify_system(enveloped(signed, soap)).canonical_sha256 == alone.canonical_sha256


def test_white_space_between_the_parts_of_a_signature_is_allowed(sez: FileSigner) -> None:
    forged = Forgery().sign(DOCUMENT, sez)
    spaced = forged.replace(b"<ds:SignatureValue>", b"\r\n<ds:SignatureValue>\r\n ").replace(
        b"</ds:X509Data>", b"\n\t</ds:X509Data>"
    )
    assert verify_system(parse(spaced)).certificates == sez.certificates[:1]


@clause("S216-13a")
def test_a_changed_letter_breaks_the_digest(signed: bytes) -> None:
    refused = refusal(signed.replace("кабель".encode(), "кабелъ".encode()))
    assert refused.reason is Reason.DIGEST
    assert (refused.indication, refused.sub_indication) == (
        Indication.TOTAL_FAILED,
        SubIndication.HASH_FAILURE,
    )


def test_a_signature_value_of_another_message_does_not_fit(sez: FileSigner) -> None:
    one, other = (parse(sign_system(parse(DOCUMENT), sez)) for _ in range(2))
    one[-1].replace(one[-1][0], other[-1][0])
    value = one[-1][1].text
    assert value is not None
    one[-1][1].text = value[:10] + ("A" if value[10] != "A" else "B") + value[11:]
    refused = refusal(one)
    assert refused.reason is Reason.VALUE
    assert refused.sub_indication is SubIndication.SIG_CRYPTO_FAILURE


def test_the_certificate_of_another_signer_does_not_fit(pki: Pki, signed: bytes) -> None:
    root, other = parse(signed), parse(sign_system(parse(DOCUMENT), pki.signer("sez2")))
    root[-1].replace(root[-1][2], other[-1][2])
    assert refusal(root).reason is Reason.VALUE


def test_an_unsigned_message_is_told_so() -> None:
    refused = refusal(DOCUMENT)
    assert (refused.reason, refused.path) == (Reason.NO_SIGNATURE, "/Package")


# Wrapping: a real signature, and content that it does not cover.


def evil(identifier: str = "p-evil") -> etree._Element:
    root = parse(DOCUMENT.replace(b'Id="p-1"', b'Id="%b"' % identifier.encode()))
    root[1][0].text = "себе"
    return root


def _original_in_object(signed: bytes) -> etree._Element:
    root, original = evil(), parse(signed)
    root.append(original[-1])
    etree.SubElement(root[-1], f"{DS}Object").append(original)
    return root


def _original_in_object_same_id(signed: bytes) -> etree._Element:
    root = _original_in_object(signed)
    root.set("Id", "p-1")
    return root


def _original_beside(signed: bytes) -> etree._Element:
    root, original = evil(), parse(signed)
    signature = original[-1]
    root.append(original)
    root.append(signature)
    return root


def _original_beside_same_id(signed: bytes) -> etree._Element:
    root = _original_beside(signed)
    root.set("Id", "p-1")
    return root


def _original_inside(signed: bytes) -> etree._Element:
    root = evil()
    root[1].append(parse(signed))
    return root


def _signature_in_a_child(signed: bytes) -> etree._Element:
    root = parse(signed)
    root[0].append(root[-1])
    return root


def _something_after_the_signature(signed: bytes) -> etree._Element:
    root = parse(signed)
    etree.SubElement(root, f"{{{NAMESPACE}}}Records")
    return root


def _two_signatures(signed: bytes) -> etree._Element:
    root = parse(signed)
    root.append(parse(signed)[-1])
    return root


def _signature_in_the_header(signed: bytes) -> etree._Element:
    body = enveloped(DOCUMENT, SOAP11, "<s:Header/>")
    header = body.getroottree().getroot()[0]
    header.append(parse(signed)[-1])
    return body


def _original_in_the_header(signed: bytes) -> etree._Element:
    signature = etree.tostring(parse(signed)[-1])
    body = enveloped(
        DOCUMENT.replace(b"</Package>", signature + b"</Package>"), SOAP11, "<s:Header/>"
    )
    body[1][0].text = "себе"
    body.getroottree().getroot()[0].append(parse(DOCUMENT))
    return body


def _id_of_another_kind(signed: bytes) -> etree._Element:
    header = '<s:Header><x:Token x:Id="p-1"/></s:Header>'
    return enveloped(signed, SOAP12, header)


def _id_on_the_envelope(signed: bytes) -> etree._Element:
    package = enveloped(signed, SOAP12)
    package.getroottree().getroot().set("ID", "p-1")
    return package


def _id_within(signed: bytes) -> etree._Element:
    root = parse(signed)
    root[1][1].set("id", "p-1")
    return root


def _root_is_the_signature(signed: bytes) -> etree._Element:
    return parse(signed)[-1]


WRAPPINGS: dict[Callable[[bytes], etree._Element], Reason] = {
    _original_in_object: Reason.PROFILE,
    _original_in_object_same_id: Reason.PROFILE,
    _original_beside: Reason.COVERAGE,
    _original_beside_same_id: Reason.DUPLICATE_ID,
    _original_inside: Reason.COVERAGE,
    _signature_in_a_child: Reason.COVERAGE,
    _something_after_the_signature: Reason.COVERAGE,
    _two_signatures: Reason.TOO_MANY_SIGNATURES,
    _signature_in_the_header: Reason.NO_SIGNATURE,
    _original_in_the_header: Reason.DUPLICATE_ID,
    _id_of_another_kind: Reason.DUPLICATE_ID,
    _id_on_the_envelope: Reason.DUPLICATE_ID,
    _id_within: Reason.DUPLICATE_ID,
    _root_is_the_signature: Reason.COVERAGE,
}


@clause("S216-13a", "S216-19")
@pytest.mark.parametrize("wrap", WRAPPINGS, ids=lambda wrap: wrap.__name__.strip("_"))
def test_a_real_signature_around_other_content_is_refused(
    signed: bytes, wrap: Callable[[bytes], etree._Element]
) -> None:
    assert refusal(wrap(signed)).reason is WRAPPINGS[wrap]


def test_an_equal_value_that_is_no_id_is_allowed(sez: FileSigner) -> None:
    document = DOCUMENT.replace(b'number="2"', b'number="p-1"')
    assert verify_system(parse(sign_system(parse(document), sez))).certificates


@pytest.mark.parametrize("identifier", ["", "p 1", "7", "p-1'", "п-1", "p" * 129])
def test_an_id_that_is_no_plain_name_is_refused(sez: FileSigner, identifier: str) -> None:
    document = DOCUMENT.replace(b'Id="p-1"', f'Id="{identifier}"'.encode())
    assert refusal(Forgery(uri=f"#{identifier}").sign(document, sez)).reason is Reason.COVERAGE


# Content that no signature covers, or that readers read differently.


@pytest.mark.parametrize("inserted", [b"<!--x-->", b"<?x y?>"])
@pytest.mark.parametrize("where", ["кабель", "<Records>", "<ds:SignedInfo>", "</ds:X509Data>"])
def test_comments_and_instructions_are_refused_wherever_they_stand(
    signed: bytes, inserted: bytes, where: str
) -> None:
    changed = signed.replace(where.encode(), where.encode() + inserted, 1)
    assert refusal(changed).reason is Reason.COMMENT


@pytest.mark.parametrize("beside", [b"<!--x-->%b", b"%b<!--x-->", b"<?x y?>%b", b"%b<?x y?>"])
def test_nothing_stands_beside_the_root(signed: bytes, beside: bytes) -> None:
    assert refusal(beside % signed).reason is Reason.COMMENT


@pytest.mark.parametrize(
    "declared",
    [b"<!DOCTYPE Package>", b'<!DOCTYPE Package [<!ENTITY e "x">]>', b'<!DOCTYPE P SYSTEM "u">'],
)
def test_a_document_type_is_refused(signed: bytes, declared: bytes) -> None:
    assert refusal(declared + signed).reason is Reason.DTD


# Signatures made with the right key in a form that the profile does not name.


@clause("S216-19")
@pytest.mark.parametrize("form", FORMS)
def test_another_form_of_signature_is_refused(sez: FileSigner, form: str) -> None:
    forgery, reason = FORMS[form]
    refused = refusal(forgery.sign(DOCUMENT, sez))
    assert refused.reason is reason
    assert refused.path.startswith("/Package")


def test_a_forgery_in_the_right_form_is_no_forgery(sez: FileSigner) -> None:
    data = Forgery().sign(DOCUMENT, sez)
    assert verify_system(parse(data)).certificates == sez.certificates[:1]
    assert signxml_accepts(data, sez.certificates[0])
    assert xmlsec_accepts(data, sez.certificates[0])


def test_six_certificates_are_too_many(sez: FileSigner) -> None:
    root = parse(Forgery().sign(DOCUMENT, sez))
    data = root[-1][-1][0]
    data.extend([parse(etree.tostring(data[0])) for _ in range(5)])
    assert refusal(root).reason is Reason.PROFILE


@pytest.mark.parametrize("value", ["AA==", "A" * 88, "A" * 84, ""])
def test_a_value_of_the_wrong_length_is_refused(sez: FileSigner, value: str) -> None:
    root = parse(Forgery().sign(DOCUMENT, sez))
    root[-1][1].text = value
    assert refusal(root).reason in {Reason.VALUE, Reason.PROFILE}


def test_a_path_names_the_part_that_is_wrong(sez: FileSigner) -> None:
    root = parse(Forgery().sign(DOCUMENT, sez))
    root[-1][0][2][0][1].set("Algorithm", "urn:x")
    assert refusal(root).path == "/Package/Signature/SignedInfo/Reference/Transforms/Transform[2]"


def test_many_threads_verify_at_once(signed: bytes) -> None:
    proven: list[SignedSystem] = []

    def verify() -> None:
        proven.extend(verify_system(parse(signed)) for _ in range(50))

    threads = [threading.Thread(target=verify) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.canonical_sha256 for one in proven}) == 1
    assert len(proven) == 200


def spoilt(data: bytes, *, value: bool) -> bytes:
    """A signed message with other content and, if asked, another signature value."""
    root = parse(data)
    root[0].text = "spoilt"
    if value:
        written = next(root.iter("{*}SignatureValue"))
        text = (written.text or "").strip()
        written.text = ("B" if text[0] == "A" else "A") + text[1:]
    return etree.tostring(root)


@pytest.mark.parametrize(
    ("signer", "value", "reason"),
    [
        ("sez-gost", True, Reason.VALUE),
        ("sez-gost", False, Reason.DIGEST),
        ("sez", True, Reason.DIGEST),
    ],
)
def test_a_dear_digest_is_computed_only_for_who_signed(
    pki: Pki, signer: str, reason: Reason, *, value: bool
) -> None:
    message = sign_system(parse(DOCUMENT), pki.signer(signer))
    assert refusal(spoilt(message, value=value)).reason is reason
