"""Suites of algorithms with which documents may be signed; another one joins by one entry."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from shared_contracts.signing.gost.backends import chosen
from shared_contracts.signing.gost.keys import GostPrivateKey, GostPublicKey
from shared_contracts.signing.report import Reason, SignatureRefused

PublicKey = Any
"""A key object which one suite understands (of ``cryptography``, or of another library)."""

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | GostPrivateKey
"""A key with which our own side signs; GOST keys are for test authorities only."""

SHORTEST_RSA = 2048
LONGEST_RSA = 8192
"""Bounds of an RSA key, in bits: what is safe, and what costs too much to verify."""

HALF = 32
"""Length of r and of s in a P-256 signature, in bytes (RFC 9231, 2.3.6)."""

_RSA_PADDING = PKCS1v15()
_ECDSA = ec.ECDSA(SHA256())
_SHA256 = SHA256()


@dataclass(frozen=True, slots=True)
class AlgorithmSuite:
    """What belongs together: signature method, digest method, and how both are computed.

    ``digest`` takes the data in pieces; ``verify(key, data, value)`` says whether ``value``, in
    the byte order of XML signatures, is the key owner's signature of ``data``; ``sign`` is None
    where the suite only verifies.
    """

    name: str
    sig_uri: str
    digest_uri: str
    digest: Callable[[Iterable[bytes | memoryview]], bytes]
    verify: Callable[[PublicKey, bytes, bytes], bool]
    sign: Callable[[Any, bytes], bytes] | None = None


def _sha256(pieces: Iterable[bytes | memoryview]) -> bytes:
    running = hashlib.sha256()
    for piece in pieces:
        running.update(piece)
    return running.digest()


def _verify_rsa(key: rsa.RSAPublicKey, data: bytes, value: bytes) -> bool:
    try:
        key.verify(value, data, _RSA_PADDING, _SHA256)
    except InvalidSignature:
        return False
    return True


def _sign_rsa(key: rsa.RSAPrivateKey, data: bytes) -> bytes:
    return key.sign(data, _RSA_PADDING, _SHA256)


def _verify_p256(key: ec.EllipticCurvePublicKey, data: bytes, value: bytes) -> bool:
    if len(value) != 2 * HALF:
        return False
    r, s = int.from_bytes(value[:HALF]), int.from_bytes(value[HALF:])
    try:
        key.verify(encode_dss_signature(r, s), data, _ECDSA)
    except InvalidSignature:
        return False
    return True


def _sign_p256(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    r, s = decode_dss_signature(key.sign(data, _ECDSA))
    return r.to_bytes(HALF) + s.to_bytes(HALF)


RSA_SHA256 = AlgorithmSuite(
    name="RSA-SHA256",
    sig_uri="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    digest_uri="http://www.w3.org/2001/04/xmlenc#sha256",
    digest=_sha256,
    verify=_verify_rsa,
    sign=_sign_rsa,
)
ECDSA_P256_SHA256 = AlgorithmSuite(
    name="ECDSA-P256-SHA256",
    sig_uri="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    digest_uri="http://www.w3.org/2001/04/xmlenc#sha256",
    digest=_sha256,
    verify=_verify_p256,
    sign=_sign_p256,
)

_GOST = "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:"


def _gost(bits: int) -> AlgorithmSuite:
    """GOST 34.10-2015 with Streebog, both of ``bits``, computed by the back end chosen."""

    def digest(pieces: Iterable[bytes | memoryview]) -> bytes:
        return chosen().digest(bits, pieces)

    def verify(key: GostPublicKey, data: bytes, value: bytes) -> bool:
        return chosen().verify(key, digest([data]), value)

    def sign(key: GostPrivateKey, data: bytes) -> bytes:
        return chosen().sign(key, digest([data]))

    return AlgorithmSuite(
        name=f"GOST-{bits}",
        sig_uri=f"{_GOST}gostr34102015-gostr34112015-{bits}",
        digest_uri=f"{_GOST}gostr34112015-{bits}",
        digest=digest,
        verify=verify,
        sign=sign,
    )


GOST_512 = _gost(512)
GOST_256 = _gost(256)
_GOST_SUITES = {512: GOST_512, 256: GOST_256}

SUITES = {suite.sig_uri: suite for suite in (RSA_SHA256, ECDSA_P256_SHA256, GOST_512, GOST_256)}
"""The suites admitted, by signature method."""


def suite_of(key: PublicKey) -> AlgorithmSuite:
    """The suite that the certificate's own key calls for; SignatureRefused if there is none."""
    match key:
        case rsa.RSAPublicKey(key_size=bits) if bits < SHORTEST_RSA:
            raise SignatureRefused(Reason.KEY_TOO_SHORT, detail=f"RSA of {bits} bits")
        case rsa.RSAPublicKey(key_size=bits) if bits <= LONGEST_RSA:
            return RSA_SHA256
        case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()):
            return ECDSA_P256_SHA256
        case GostPublicKey(bits=bits):
            return _GOST_SUITES[bits]
        case _:
            raise SignatureRefused(Reason.ALGORITHM, detail="key of the certificate")
