"""Certificates as signatures carry them: the signer's key."""

from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from shared_contracts.signing.algorithms import AlgorithmSuite, PublicKey, suite_of
from shared_contracts.signing.gost.keys import load_spki
from shared_contracts.signing.gost.oids import BY_KEY, KEY_2004
from shared_contracts.signing.report import Reason, SignatureRefused

KEPT = 2048
"""How many loaded certificates are kept; the least recently used go first."""


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """A signer's certificate, opened as far as verifying needs: its key and the key's suite."""

    der: bytes
    key: PublicKey
    suite: AlgorithmSuite


@lru_cache(maxsize=KEPT)
def load_signing_certificate(der: bytes) -> SigningCertificate:
    """Open a certificate; SignatureRefused if it is broken or its key is not admitted."""
    try:
        key = public_key(x509.load_der_x509_certificate(der))
    except (ValueError, x509.InvalidVersion) as broken:
        raise SignatureRefused(Reason.CERTIFICATE_BROKEN, detail=str(broken)) from broken
    return SigningCertificate(der, key, suite_of(key))


def public_key(certificate: x509.Certificate) -> PublicKey:
    """The certificate's key, GOST included.

    ValueError if it is not well made; SignatureRefused if it is of a kind that is not admitted.
    """
    try:
        return certificate.public_key()
    except UnsupportedAlgorithm as unsupported:
        kind = certificate.public_key_algorithm_oid.dotted_string
        if kind in BY_KEY:
            return load_spki(spki(certificate.public_bytes(Encoding.DER)))
        is_old = kind == KEY_2004
        reason = Reason.ALGORITHM_OBSOLETE if is_old else Reason.ALGORITHM
        told = f"GOST 34.310-2004 ({kind})" if is_old else kind
        raise SignatureRefused(reason, detail=f"key of the certificate: {told}") from unsupported


def is_led_by_issuer(chain: tuple[bytes, ...]) -> bool:
    """Whether the first certificate issued another of ``chain``, so that it is not the signer's.

    Names are compared alone; what cannot be read is told by whoever opens it.
    """
    try:
        first, *others = map(asn1_x509.Certificate.load, chain)
        subject = first.subject.dump()
        return any(other.issuer.dump() == subject for other in others)
    except ValueError:
        return False


def spki(der: bytes) -> bytes:
    """DER of the key in a certificate; ValueError if there is none."""
    certificate = asn1_x509.Certificate.load(der)
    found: bytes = certificate["tbs_certificate"]["subject_public_key_info"].dump()
    return found
