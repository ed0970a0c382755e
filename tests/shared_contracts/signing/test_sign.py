"""What we sign is what others verify."""

from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import keys, pem
from lxml import etree

from shared_contracts.signing.sign import (
    FileSigner,
    sign_person,
    sign_system,
    sign_system_fast,
)
from shared_contracts.signing.verify import verify_person, verify_system
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.signing.oracles import (
    DOCUMENT,
    parse,
    signxml_accepts,
    xmlsec_accepts,
)

CANONICAL = etree.tostring(parse(DOCUMENT), method="c14n", exclusive=True)


@clause("S216-13a", "S216-3")
@pytest.mark.parametrize("sign", [sign_system, sign_system_fast])
@pytest.mark.parametrize("name", ["registry", "customer1-head"])
def test_a_signed_message_is_taken_by_all_verifiers(
    pki: Pki, sign: Callable[..., bytes], name: str
) -> None:
    signer = pki.signer(name)
    data = sign(parse(DOCUMENT), signer)
    assert verify_system(parse(data)).certificates == signer.certificates
    assert signxml_accepts(data, signer.certificates[0])
    assert xmlsec_accepts(data, signer.certificates[0])


def test_both_ways_of_signing_give_the_same_signature(pki: Pki) -> None:
    signer = pki.signer("customer1-head")
    slow = parse(sign_system(parse(CANONICAL), signer))
    fast = parse(sign_system_fast(parse(CANONICAL), signer))
    for root in (slow, fast):
        for certificate in root[-1][2][0]:
            certificate.text = "".join((certificate.text or "").split())
    assert etree.tostring(slow, method="c14n") == etree.tostring(fast, method="c14n")


def test_a_signed_message_has_no_declaration_and_is_utf8(pki: Pki) -> None:
    for sign in (sign_system, sign_system_fast):
        data = sign(parse(DOCUMENT), pki.signer("registry"))
        assert data.startswith(b"<Package ")
        assert "қосалқы".encode() in data


def test_the_message_given_is_left_as_it_was(pki: Pki) -> None:
    for sign in (sign_system, sign_system_fast):
        root = parse(DOCUMENT)
        sign(root, pki.signer("registry"))
        assert etree.tostring(root) == etree.tostring(parse(DOCUMENT))


@pytest.mark.parametrize("data", [b"<a/>", b'<a Id="x"><!--x--></a>', b'<a Id="x"><?x?></a>'])
def test_what_could_not_be_verified_is_not_signed(pki: Pki, data: bytes) -> None:
    for sign in (sign_system, sign_system_fast):
        with pytest.raises(ValueError, match="message to sign"):
            sign(parse(data), pki.signer("registry"))


def test_a_message_is_signed_once(pki: Pki) -> None:
    once = sign_system(parse(DOCUMENT), pki.signer("registry"))
    with pytest.raises(ValueError, match="no signature"):
        sign_system(parse(once), pki.signer("registry"))


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0" encoding="windows-1251"?><a>x</a>',
        b"<!DOCTYPE a><a>x</a>",
        b'<a Id="x"/>',
        b"<a/><!--x-->",
        b"<a><!--x--></a>",
    ],
)
def test_a_document_that_could_not_be_verified_is_not_signed(pki: Pki, data: bytes) -> None:
    with pytest.raises(ValueError, match="document to sign"):
        sign_person(data, pki.signer("person"))


@pytest.mark.parametrize("data", [b"<a/>", b"<x:a xmlns:x='urn:x' b='c'/>\n", b"<a></a>"])
def test_an_empty_document_can_be_signed(pki: Pki, data: bytes) -> None:
    signed = sign_person(data, pki.signer("person"))
    assert len(verify_person(parse(signed)).signatures) == 1


def test_signing_a_document_only_adds_to_its_bytes(pki: Pki) -> None:
    data = '<?xml version="1.0"?>\r\n<a  b = "c"><![CDATA[</a>]]>\n ү</a>\r\n'.encode()
    signed = sign_person(data, pki.signer("person"))
    start, end = signed.index(b"<ds:Signature "), signed.index(b"</ds:Signature>") + 15
    assert signed[:start] + signed[end:] == data
    assert len(verify_person(parse(signed)).signatures) == 1


def test_a_key_and_the_certificate_of_another_are_no_signer(pki: Pki) -> None:
    with pytest.raises(ValueError, match="not the key of"):
        FileSigner(pki.authority.key("sez"), pki.authority.chain("sez2"))


def test_a_file_without_a_key_is_no_signer(pki: Pki, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    with pytest.raises(ValueError, match="PEM"):
        FileSigner(empty, pki.authority.chain("sez"))


@pytest.mark.parametrize("parts", [("private_exponent", "prime1"), ("modulus",)])
def test_a_damaged_rsa_key_is_no_signer(pki: Pki, tmp_path: Path, parts: tuple[str, ...]) -> None:
    _kind, _headers, octets = pem.unarmor(pki.authority.key("customer1-head").read_bytes())
    whole = keys.PrivateKeyInfo.load(octets)
    damaged = whole["private_key"].parsed
    for part in parts:
        damaged[part] = damaged[part].native ^ 1 << 40
    whole["private_key"] = damaged
    file = tmp_path / "key.pem"
    file.write_bytes(pem.armor("PRIVATE KEY", whole.dump(force=True)))

    with pytest.raises(ValueError, match="key"):
        FileSigner(file, pki.authority.chain("customer1-head"))
