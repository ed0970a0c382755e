"""Certificates as signatures carry them: the signer's key."""

from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from shared_contracts.signing.algorithms import AlgorithmSuite, PublicKey, suite_of
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
        key = x509.load_der_x509_certificate(der).public_key()
    except UnsupportedAlgorithm as unsupported:
        raise SignatureRefused(Reason.ALGORITHM, detail="key of the certificate") from unsupported
    except ValueError as broken:
        raise SignatureRefused(Reason.CERTIFICATE_BROKEN, detail=str(broken)) from broken
    return SigningCertificate(der, key, suite_of(key))
