"""Signatures by keys: RSA and P-256 are computed here, GOST is left to other tools."""

from collections.abc import Callable

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from .steps import Flaw, Undecided

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
GOST = "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:"
_SHORTEST, _HALF = 2048, 32
_GOST_ARCS = ("1.2.398.3.10.1.", "1.2.643.")
"""Object identifiers of GOST in certificates of Kazakhstan, and in those of RFC 9215."""


def public_key(certificate: x509.Certificate) -> object:
    """The key of a certificate; ``Undecided`` for one of GOST."""
    try:
        return certificate.public_key()
    except (UnsupportedAlgorithm, ValueError) as other:
        raise not_computed(certificate) from other


def not_computed(certificate: x509.Certificate) -> Undecided:
    """What is said of a certificate whose key, or whose signature, is not computed here.

    ``GOST`` for the algorithms of Kazakhstan and of RFC 9215, ``ALGORITHM_UNKNOWN`` for others.
    """
    used = (certificate.public_key_algorithm_oid, certificate.signature_algorithm_oid)
    is_gost = any(one.dotted_string.startswith(_GOST_ARCS) for one in used)
    name = certificate.subject.rfc4514_string()
    return Undecided("GOST" if is_gost else "ALGORITHM_UNKNOWN", detail=name)


def check_ecdsa(certificate: x509.Certificate, value: bytes, data: bytes) -> None:
    """The certificate's P-256 key made the signature ``value`` (DER) of ``data``; or ``Flaw``."""
    key = public_key(certificate)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise Flaw("SIGNATURE_ALGORITHM")
    _verified(lambda: key.verify(value, data, ec.ECDSA(SHA256())))


def check_xml(certificate: x509.Certificate, method: str, value: bytes, data: bytes) -> None:
    """The same of a signature in XML, by the algorithm that it names."""
    if method.startswith(GOST):
        raise Undecided("GOST", detail=method.removeprefix(GOST))
    key = public_key(certificate)
    if method == RSA_SHA256 and isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SHORTEST:
        return _verified(lambda: key.verify(value, data, PKCS1v15(), SHA256()))
    if method == ECDSA_SHA256 and len(value) == 2 * _HALF:
        r, s = int.from_bytes(value[:_HALF], "big"), int.from_bytes(value[_HALF:], "big")
        return check_ecdsa(certificate, encode_dss_signature(r, s), data)
    raise Flaw("SIGNATURE_ALGORITHM", detail=method)


def _verified(verify: Callable[[], None]) -> None:
    try:
        verify()
    except InvalidSignature:
        raise Flaw("SIGNATURE_VALUE") from None
