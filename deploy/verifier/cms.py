"""The signature over the manifest: CAdES B-B in exactly one form (EN 319 122-1; RFC 5652)."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509

from .keys import check_ecdsa
from .steps import Flaw

_SEQUENCE, _SET, _OCTETS, _OID = 0x30, 0x31, 0x04, 0x06
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_SHA256 = bytes.fromhex("608648016503040201")
_ECDSA = bytes.fromhex("2a8648ce3d040302")
_TYPE = bytes.fromhex("2a864886f70d010903")
_DIGEST = bytes.fromhex("2a864886f70d010904")
_TIME = bytes.fromhex("2a864886f70d010905")
_CERTIFICATE = bytes.fromhex("2a864886f70d010910022f")


_LARGEST = 64 * 1024
"""Bytes of the largest signature: it is taken apart before anything of it is proven."""


@dataclass(frozen=True)
class SignedManifest:
    """Who signed the manifest (leaf first), and the moment that is claimed."""

    certificates: tuple[x509.Certificate, ...]
    at: datetime


def read_signature(der: bytes, content: bytes) -> SignedManifest:
    """The signature over ``content``, proven by the key of its first certificate but the chain.

    ``Flaw`` for any other form than the one of the format: what is written anew from its parts
    must be the same bytes.
    """
    if len(der) > _LARGEST:
        raise Flaw("SIGNATURE_FORM", detail=f"{len(der)} bytes")
    ders, attributes, value = _parts(der)
    certificates = tuple(x509.load_der_x509_certificate(one) for one in ders)
    leaf = _leaf(certificates, attributes, content)
    at = _moment(attributes)
    signed = _attributes(at, content, leaf)
    if der != _written(leaf, ders, signed, value):
        raise Flaw("SIGNATURE_FORM")
    check_ecdsa(leaf, value, signed)
    return SignedManifest((leaf, *(one for one in certificates if one != leaf)), at)


def _parts(der: bytes) -> tuple[list[bytes], bytes, bytes]:
    """The certificates, the signed attributes and the signature's value."""
    outer = _children(_content(der))
    data = _children(_content(_content(outer[1])))
    one = _children(_content(_children(_content(data[4]))[0]))
    return _children(_content(data[3])), one[3], _content(one[5])


def _leaf(
    certificates: tuple[x509.Certificate, ...], attributes: bytes, content: bytes
) -> x509.Certificate:
    if hashlib.sha256(content).digest() not in attributes:
        raise Flaw("SIGNATURE_DIGEST")
    for one in certificates:
        if hashlib.sha256(_der(one)).digest() in attributes:
            return one
    raise Flaw("SIGNATURE_CERTIFICATE")


def _moment(attributes: bytes) -> datetime:
    at = attributes.find(_element(_OID, _TIME)) + len(_TIME) + 2
    written = attributes[at + 4 : at + 17].decode("ascii")
    return datetime.strptime(written, "%y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _attributes(at: datetime, content: bytes, leaf: x509.Certificate) -> bytes:
    """The signed attributes as they must be, a SET in the order of DER."""
    meant = _sequence(_sequence(_sequence(_octets(hashlib.sha256(_der(leaf)).digest()))))
    each = (
        (_TYPE, _element(_OID, _DATA)),
        (_TIME, _element(0x17, at.strftime("%y%m%d%H%M%SZ").encode())),
        (_DIGEST, _octets(hashlib.sha256(content).digest())),
        (_CERTIFICATE, meant),
    )
    return _set(*(_sequence(_element(_OID, kind), _set(value)) for kind, value in each))


def _written(
    leaf: x509.Certificate, certificates: list[bytes], signed: bytes, value: bytes
) -> bytes:
    sha256 = _sequence(_element(_OID, _SHA256), b"\x05\x00")
    number = leaf.serial_number
    serial = _element(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))
    named = _sequence(leaf.issuer.public_bytes(), serial)
    algorithm = _sequence(_element(_OID, _ECDSA))
    implicit = b"\xa0" + signed[1:]
    version = b"\x02\x01\x01"
    one = _sequence(version, named, sha256, implicit, algorithm, _octets(value))
    data = _sequence(
        version,
        _set(sha256),
        _sequence(_element(_OID, _DATA)),
        _element(0xA0, b"".join(sorted(certificates))),
        _set(one),
    )
    return _sequence(_element(_OID, _SIGNED_DATA), _element(0xA0, data))


def _der(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    return certificate.public_bytes(Encoding.DER)


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:  # noqa: PLR2004  # the short form of DER
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _sequence(*parts: bytes) -> bytes:
    return _element(_SEQUENCE, b"".join(parts))


def _set(*parts: bytes) -> bytes:
    return _element(_SET, b"".join(sorted(parts)))


def _octets(content: bytes) -> bytes:
    return _element(_OCTETS, content)


def _split(der: bytes) -> tuple[int, int]:
    """Where the content of the first element begins and ends."""
    size, at = der[1], 2
    if size & 0x80:
        count = size & 0x7F
        size, at = int.from_bytes(der[2 : 2 + count], "big"), 2 + count
    if at + size > len(der):
        raise Flaw("SIGNATURE_FORM")
    return at, at + size


def _content(der: bytes) -> bytes:
    start, end = _split(der)
    return der[start:end]


def _children(content: bytes) -> list[bytes]:
    found = []
    while content:
        _, end = _split(content)
        found.append(content[:end])
        content = content[end:]
    return found
