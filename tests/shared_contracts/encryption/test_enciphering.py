"""A message is enciphered and read again; nothing but its own key opens it."""

import secrets
from base64 import b64decode, b64encode

import pytest
import xmlsec
from lxml import etree

from shared_contracts.encryption.enciphering import (
    AES_256_GCM,
    CONTENT,
    DSIG,
    NONCE,
    XENC,
    Cipher,
    cipher_in,
    decipher,
    encipher,
    is_enciphered,
    lift,
)
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope
from tests.clauses import clause

KEY = bytes(range(32))
NAME = "SEZ01/2"


def message(version: SoapVersion = SoapVersion.V11, size: int = 10) -> bytes:
    """A plain message."""
    document = f'<Package xmlns="urn:kz:tru-registry:exchange:1">Қ{"x" * size}</Package>'
    return enclose(version, "urn:kz:tru-registry:registry:1", "TransferRecords", document.encode())


def read(body: bytes) -> Cipher:
    """What an enciphered message says."""
    lifted = lift(body)
    assert lifted is not None
    opened = open_envelope(lifted.shell, None)
    assert is_enciphered(opened)
    return cipher_in(opened, lifted)


@clause("S95-15.1a")
@pytest.mark.parametrize("version", SoapVersion)
@pytest.mark.parametrize("size", [0, 10, 9_000_000])
def test_what_was_enciphered_comes_back_byte_for_byte(version: SoapVersion, size: int) -> None:
    plain = message(version, size)
    body = encipher(plain, KEY, NAME)
    assert b"Package" not in body
    cipher = read(body)
    assert (cipher.key_name, decipher(cipher, KEY)) == (NAME, plain)
    assert encipher(plain, KEY, NAME) != body


@clause("S95-15.1a")
def test_another_key_or_a_changed_byte_opens_nothing() -> None:
    cipher = read(encipher(message(), KEY, NAME))
    changed = bytearray(cipher.octets)
    changed[NONCE + 3] ^= 1
    wrong = (
        (cipher, secrets.token_bytes(32)),
        (Cipher(NAME, bytes(changed), cipher.shell), KEY),
        (Cipher(NAME, cipher.octets[:-1], cipher.shell), KEY),
    )
    for one, key in wrong:
        with pytest.raises(Unprocessed) as problem:
            decipher(one, key)
        assert problem.value.fault is Fault.ENCRYPTION_UNREADABLE


BODY = encipher(message(), KEY, NAME)


@pytest.mark.parametrize(
    ("instead", "by"),
    [
        (f'Type="{CONTENT}"', 'Type="http://www.w3.org/2001/04/xmlenc#Element"'),
        (AES_256_GCM, f"{XENC}aes256-cbc"),
        ("<ds:KeyName>", "<ds:KeyValue/><ds:KeyName>"),
        ("<xenc:CipherData>", '<xenc:CipherData><xenc:CipherReference URI="http://a"/>'),
        ("<xenc:CipherValue>", "<xenc:CipherValue>ж"),
        ("<xenc:CipherValue>", "<xenc:CipherValue><a/>"),
        ("</xenc:CipherData>", "</xenc:CipherData><xenc:EncryptionProperties/>"),
    ],
)
def test_one_form_alone_is_taken(instead: str, by: str) -> None:
    body = BODY.replace(instead.encode(), by.encode(), 1)
    assert body != BODY
    with pytest.raises(Unprocessed) as problem:
        read(body)
    assert problem.value.fault is Fault.ENCRYPTION_FORM


def test_a_short_value_is_no_cipher_text_and_a_plain_message_has_none() -> None:
    start = BODY.index(b"<xenc:CipherValue>") + len(b"<xenc:CipherValue>")
    end = BODY.index(b"</xenc:CipherValue>")
    with pytest.raises(Unprocessed, match="ENCRYPTION_FORM"):
        read(BODY[:start] + b64encode(bytes(27)) + BODY[end:])
    assert lift(message()) is None
    assert lift(BODY[: end - 1]) is None


@clause("S95-15.1a")
def test_xmlsec_reads_what_is_enciphered_here_and_the_other_way_round() -> None:
    manager = xmlsec.KeysManager()
    key = xmlsec.Key.from_binary_data(xmlsec.constants.KeyDataAes, KEY)
    key.name = NAME
    manager.add_key(key)
    root = etree.fromstring(BODY)
    [data] = root.iter(f"{{{XENC}}}EncryptedData")
    xmlsec.EncryptionContext(manager).decrypt(data)
    assert etree.tostring(root, method="c14n") == etree.tostring(
        etree.fromstring(message()), method="c14n"
    )
    theirs = etree.fromstring(message())
    template = xmlsec.template.encrypted_data_create(
        theirs, xmlsec.constants.TransformAes256Gcm, type=CONTENT, ns="xenc"
    )
    xmlsec.template.encrypted_data_ensure_cipher_value(template)
    info = xmlsec.template.encrypted_data_ensure_key_info(template, ns="ds")
    xmlsec.template.add_key_name(info, NAME)
    context = xmlsec.EncryptionContext(manager)
    context.key = key
    context.encrypt_xml(template, theirs[0])
    body = etree.tostring(theirs)
    assert f"{{{DSIG}}}KeyName" in [one.tag for one in theirs.iter()]
    assert b64decode(read(body).octets and b64encode(read(body).octets)) == read(body).octets
    assert b"Package" in decipher(read(body), KEY)


def test_an_envelope_with_a_name_of_the_newest_edition_of_xml_is_told_as_a_form() -> None:
    body = encipher(message(), KEY, NAME)
    for before, after in ((b"<soap:", "<ꙋ:"), (b"</soap:", "</ꙋ:"), (b":soap=", ":ꙋ=")):
        assert before in body
        body = body.replace(before, after.encode())
    with pytest.raises(Unprocessed) as problem:
        decipher(read(body), KEY)
    assert problem.value.fault is Fault.ENCRYPTION_FORM
