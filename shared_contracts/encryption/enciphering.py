"""The content of a SOAP Body enciphered, and back: XML Encryption 1.1 with AES-256-GCM.

EncryptedData stands in place of the Body's content, as WS-Security 1.1 has it, so the contract's
own messages stay as they are (decision 0054). No namespace of the envelope is needed inside.
"""

import re
import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.xml.body_content import ExpatError, within_body
from shared_contracts.xml.envelope import Element, Opened

XENC: Final = "http://www.w3.org/2001/04/xmlenc#"
DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
AES_256_GCM: Final = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
CONTENT: Final = f"{XENC}Content"
ENCRYPTED: Final = f"{{{XENC}}}EncryptedData"
NONCE: Final = 12
TAG: Final = 16
"""Bytes before and after the cipher text (XML Encryption 1.1, 5.2.4)."""
_CONTENT_DEPTH: Final = 2  # Envelope, Body, content


_STARTS: Final = re.compile(rb"<(?:[\w-]{1,20}:)?CipherValue>")
_WITHIN: Final = 16 * 1024
"""Bytes of a message in which CipherValue begins, if there is one."""


@dataclass(frozen=True, slots=True)
class Lifted:
    """A message without its cipher text, which is larger than a parser of XML takes; and that."""

    shell: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Cipher:
    """What an enciphered Body says: the name of the key, the octets, the message around them."""

    key_name: str
    octets: bytes
    shell: bytes


def lift(body: bytes) -> Lifted | None:
    """The cipher text taken out of a message; None where none begins within its first bytes."""
    found = _STARTS.search(body, 0, _WITHIN)
    if found is None:
        return None
    start = found.end()
    end = body.find(b"<", start)
    if end < 0:
        return None
    return Lifted(body[:start] + body[end:], body[start:end])


def is_enciphered(opened: Opened) -> bool:
    """Whether the Body of an opened message holds EncryptedData."""
    return opened.wrapper.tag == ENCRYPTED


def encipher(body: bytes, key: bytes, key_name: str) -> bytes:
    """A SOAP message with the content of its Body enciphered, each time by a new nonce."""
    start, end = within_body(body, _CONTENT_DEPTH)
    nonce = secrets.token_bytes(NONCE)
    octets = b64encode(nonce + AESGCM(key).encrypt(nonce, body[start:end], None))
    head = (
        f'<xenc:EncryptedData xmlns:xenc="{XENC}" Type="{CONTENT}">'
        f'<xenc:EncryptionMethod Algorithm="{AES_256_GCM}"/>'
        f'<ds:KeyInfo xmlns:ds="{DSIG}"><ds:KeyName>{key_name}</ds:KeyName></ds:KeyInfo>'
        "<xenc:CipherData><xenc:CipherValue>"
    )
    foot = "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>"
    return body[:start] + head.encode() + octets + foot.encode() + body[end:]


def cipher_in(opened: Opened, lifted: Lifted) -> Cipher:
    """What an enciphered message says, in the one form that is taken; else ENCRYPTION_FORM."""
    data = opened.wrapper
    if data.get("Type") != CONTENT:
        raise _form(f"Type {data.get('Type')!r}: {CONTENT} is taken")
    method, info, holder = _parts(data, "EncryptionMethod", "KeyInfo", "CipherData")
    if len(method) or method.get("Algorithm") != AES_256_GCM:
        raise _form(f"Algorithm {method.get('Algorithm')!r}: {AES_256_GCM} is taken")
    [name] = _parts(info, "KeyName")
    [value] = _parts(holder, "CipherValue")
    if len(name) or len(value) or value.text:
        raise _form("KeyName and CipherValue hold text alone")
    try:
        octets = b64decode(b"".join(lifted.value.split()), validate=True)
    except (NotBase64, ValueError):
        raise _form("CipherValue is no base64") from None
    if len(octets) < NONCE + TAG:
        raise _form(f"CipherValue holds {len(octets)} bytes, {NONCE + TAG} at least")
    return Cipher((name.text or "").strip(), octets, lifted.shell)


def decipher(cipher: Cipher, key: bytes) -> bytes:
    """The message with its content in plain; ENCRYPTION_UNREADABLE where the key does not fit."""
    nonce, octets = cipher.octets[:NONCE], cipher.octets[NONCE:]
    try:
        plain = AESGCM(key).decrypt(nonce, octets, None)
    except InvalidTag:
        detail = f"key {cipher.key_name}: the tag does not fit"
        raise Unprocessed(Fault.ENCRYPTION_UNREADABLE, detail) from None
    try:
        start, end = within_body(cipher.shell, _CONTENT_DEPTH)
    except ExpatError as problem:
        raise _form(f"the message around EncryptedData: {problem}") from None
    return cipher.shell[:start] + plain + cipher.shell[end:]


def _parts(parent: Element, *names: str) -> list[Element]:
    found = list(parent.iterchildren("*"))
    wanted = [f"{{{DSIG if name in _OF_DSIG else XENC}}}{name}" for name in names]
    if [one.tag for one in found] != wanted:
        told = ", ".join(str(one.tag).rpartition("}")[2] for one in found[:5])
        raise _form(f"{', '.join(names)} are wanted, in this order; there are: {told}")
    return found


_OF_DSIG: Final = frozenset({"KeyInfo", "KeyName"})


def _form(detail: str) -> Unprocessed:
    return Unprocessed(Fault.ENCRYPTION_FORM, detail)
