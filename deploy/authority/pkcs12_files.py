"""The keys of the test authority as PKCS #12 (RFC 7292), for tools that take nothing else."""

from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from shared_contracts.errors import BadInput

KEY = ".key.pem"


def write_all(folder: Path, password: str) -> Iterator[Path]:
    """Write ``NAME.p12`` beside each ``NAME.key.pem``; GOST keys, which it has no form for, stay.

    ``BadInput`` where there is no key, or no password.
    """
    if not password:
        raise BadInput("--password is empty: give the one by which the files are to be opened")
    if not (keys := sorted(folder.glob(f"*{KEY}"))):
        raise BadInput(f"{folder} has no NAME{KEY}: give the folder of the test authority")
    for key in keys:
        if (made := _made(key, password)) is not None:
            path = key.with_name(f"{key.name.removesuffix(KEY)}.p12")
            path.touch(mode=0o600)
            path.write_bytes(made)
            yield path


def _made(key: Path, password: str) -> bytes | None:
    name = key.name.removesuffix(KEY)
    chain = key.with_name(f"{name}.pem")
    if not chain.is_file():
        return None
    try:
        private = load_pem_private_key(key.read_bytes(), None)
    except (UnsupportedAlgorithm, ValueError):  # a key of GOST
        return None
    if not isinstance(private, EllipticCurvePrivateKey | RSAPrivateKey):
        return None
    leaf, *issuers = x509.load_pem_x509_certificates(chain.read_bytes())
    locked = BestAvailableEncryption(password.encode())
    return serialize_key_and_certificates(name.encode(), private, leaf, issuers or None, locked)
