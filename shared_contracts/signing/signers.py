"""Who signs: a private key, wherever it lives, and its certificates."""

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import Protocol

from asn1crypto import pem
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from shared_contracts.astana_time import shown
from shared_contracts.faults import CertificateNotInForce
from shared_contracts.signing.algorithms import AlgorithmSuite, PrivateKey, suite_of
from shared_contracts.signing.certificates import public_key
from shared_contracts.signing.gost.keys import load_pkcs8


class Signer(Protocol):
    """Whoever can sign: a private key, wherever it lives, and its certificates, leaf first.

    ``private_key`` has the interface of the keys of ``cryptography``.
    """

    @property
    def private_key(self) -> PrivateKey:
        """The key itself, or what stands for it."""
        ...

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """DER of the signer's certificate and of those above it."""
        ...

    @property
    def suite(self) -> AlgorithmSuite:
        """The suite that the key calls for."""
        ...


class FileSigner:
    """A signer whose key lies in a file: a system's own key, or one of the test authority.

    GOST keys are opened, too, and sign for test authorities only. An RSA key is proven by a trial
    signature that its public half has to verify: a thirtieth of the time of testing its primes.
    """

    def __init__(self, key_pem_path: Path, chain_pem_path: Path) -> None:
        key = _load_key(key_pem_path)
        chain = x509.load_pem_x509_certificates(chain_pem_path.read_bytes())
        if public_key(chain[0]) != key.public_key():
            raise ValueError(f"{key_pem_path} is not the key of the first in {chain_pem_path}")
        if isinstance(key, rsa.RSAPrivateKey):
            _prove(key, key_pem_path)
        self.private_key = key
        self.certificates = tuple(one.public_bytes(Encoding.DER) for one in chain)
        self.suite = suite_of(key.public_key())


class OwnSigner:
    """The signer of a system, which signs only while its certificates are in force.

    A signature made at another time is believed by nobody, and what was recorded with it could
    never be settled (S216-13b). Whoever asks for the key gets ``CertificateNotInForce`` then.
    """

    def __init__(self, signer: FileSigner, clock: Callable[[], datetime]) -> None:
        chain = [x509.load_der_x509_certificate(der) for der in signer.certificates]
        self.signer, self.clock = signer, clock
        self.certificates, self.suite = signer.certificates, signer.suite
        self.begins = max(one.not_valid_before_utc for one in chain)
        self.ends = min(one.not_valid_after_utc for one in chain)

    @property
    def private_key(self) -> PrivateKey:
        """The key, while it may be used."""
        self.check()
        return self.signer.private_key

    def seconds_left(self) -> float:
        """Seconds until the first certificate of the chain ends; negative when it has ended."""
        return (self.ends - self.clock()).total_seconds()

    def check(self) -> None:
        """Raise ``CertificateNotInForce`` unless all certificates of the chain are in force."""
        at = self.clock()
        if not self.begins <= at <= self.ends:
            raise CertificateNotInForce(
                f"the certificate of this system is in force from {shown(self.begins)} to "
                f"{shown(self.ends)}, and it is {shown(at)}: nothing is signed. Name one that is "
                "in force in the settings, with its key, and begin the process again"
            )

    def in_words(self) -> str:
        """How the key is, for readiness; ``CertificateNotInForce`` with the cure."""
        self.check()
        return f"{self.suite.name}, in force until {shown(self.ends)}"


class AloneSigner:
    """A signer whose signatures bear its own certificate and none of those above it."""

    def __init__(self, signer: Signer) -> None:
        self.signer, self.suite = signer, signer.suite
        self.certificates = signer.certificates[:1]

    @property
    def private_key(self) -> PrivateKey:
        """The key of the signer, where it gives it."""
        return self.signer.private_key


def alone(signer: Signer, known: Collection[bytes]) -> Signer:
    """The signer without the certificates (DER) above its own, where all of these are ``known``.

    Who trusts the same authority knows them too; otherwise it is the signer as it is
    (decision 0051).
    """
    return AloneSigner(signer) if set(signer.certificates[1:]) <= {*known} else signer


def _load_key(path: Path) -> PrivateKey:
    """The key in a PEM file: TypeError if it is of an unknown kind, ValueError if it is none."""
    written = path.read_bytes()
    try:
        key = load_pem_private_key(written, password=None, unsafe_skip_rsa_key_validation=True)
    except UnsupportedAlgorithm:
        return load_pkcs8(pem.unarmor(written)[2])
    if not isinstance(key, PrivateKey):
        raise TypeError(f"{path} is neither an RSA, nor an elliptic curve, nor a GOST key")
    return key


def _prove(key: rsa.RSAPrivateKey, path: Path) -> None:
    """ValueError unless what the key signs is verified by its public half."""
    try:
        signature = key.sign(b"", PKCS1v15(), SHA256())
        key.public_key().verify(signature, b"", PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError) as error:
        raise ValueError(f"{path} is a damaged RSA key: its signatures do not verify") from error
