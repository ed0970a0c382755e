"""Who signs: a private key, wherever it lives, and its certificates."""

from pathlib import Path
from typing import Protocol

from asn1crypto import pem
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

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

    GOST keys are opened, too, and sign for test authorities only.
    """

    def __init__(self, key_pem_path: Path, chain_pem_path: Path) -> None:
        key = _load_key(key_pem_path)
        chain = x509.load_pem_x509_certificates(chain_pem_path.read_bytes())
        if public_key(chain[0]) != key.public_key():
            raise ValueError(f"{key_pem_path} is not the key of the first in {chain_pem_path}")
        self.private_key = key
        self.certificates = tuple(one.public_bytes(Encoding.DER) for one in chain)
        self.suite = suite_of(key.public_key())


def _load_key(path: Path) -> PrivateKey:
    """The key in a PEM file: TypeError if it is of an unknown kind, ValueError if it is none."""
    written = path.read_bytes()
    try:
        key = load_pem_private_key(written, password=None)
    except UnsupportedAlgorithm:
        return load_pkcs8(pem.unarmor(written)[2])
    if not isinstance(key, PrivateKey):
        raise TypeError(f"{path} is neither an RSA, nor an elliptic curve, nor a GOST key")
    return key
