"""DER of GOST keys: everything but the key's own octets is fixed."""

from functools import cache

from asn1crypto.core import ObjectIdentifier

from shared_contracts.signing.gost.oids import BY_BITS

_SEQUENCE, _OCTETS, _BITS = b"\x30", b"\x04", b"\x03"
_VERSION_0 = b"\x02\x01\x00"
_NO_SPARE_BITS = b"\0"


@cache
def kazakhstan(bits: int) -> bytes:
    """The AlgorithmIdentifier of a key of ``bits`` as Kazakhstan names it."""
    oids = BY_BITS[bits]
    return _algorithm(oids.key, oids.parameters, oids.digest)


@cache
def tc26(bits: int) -> bytes:
    """The AlgorithmIdentifier of the same key as the Russian standards and OpenSSL name it."""
    oids = BY_BITS[bits]
    return _algorithm(oids.tc26_key, oids.tc26_parameters, oids.tc26_digest)


def spki(algorithm: bytes, point: bytes) -> bytes:
    """A SubjectPublicKeyInfo: ``point`` is x and y, each lowest octet first."""
    key = _tlv(_BITS, _NO_SPARE_BITS + _tlv(_OCTETS, point))
    return _tlv(_SEQUENCE, algorithm + key)


def pkcs8(algorithm: bytes, number: bytes) -> bytes:
    """A PrivateKeyInfo: ``number`` is d, lowest octet first."""
    key = _tlv(_OCTETS, _tlv(_OCTETS, number))
    return _tlv(_SEQUENCE, _VERSION_0 + algorithm + key)


def _algorithm(key: str, parameters: str, digest: str) -> bytes:
    return _tlv(_SEQUENCE, _oid(key) + _tlv(_SEQUENCE, _oid(parameters) + _oid(digest)))


def _oid(dotted: str) -> bytes:
    encoded: bytes = ObjectIdentifier(dotted).dump()
    return encoded


def _tlv(tag: bytes, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:  # noqa: PLR2004  # the short form
        return tag + bytes([length]) + content
    return tag + b"\x81" + bytes([length]) + content
