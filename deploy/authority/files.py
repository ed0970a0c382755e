"""The files of the test authority: keys for their owner only, certificates as PEM."""

from pathlib import Path

from asn1crypto import pem, x509

from shared_contracts.signing.gost.keys import GostPrivateKey, load_pkcs8, to_pkcs8


def write_key(path: Path, text: bytes) -> None:
    """Write a private key, PEM, readable for its owner only."""
    path.touch(mode=0o600)
    path.write_bytes(text)


def write_gost_key(path: Path, key: GostPrivateKey) -> None:
    """Write a GOST key as PKCS#8, PEM, readable for its owner only."""
    write_key(path, pem.armor("PRIVATE KEY", to_pkcs8(key)))


def load_gost_key(path: Path) -> GostPrivateKey:
    """A GOST key from a PEM file."""
    return load_pkcs8(_first(path))


def write_chain(path: Path, *certificates: bytes) -> None:
    """Write certificates, DER, into one PEM file."""
    path.write_bytes(b"".join(pem.armor("CERTIFICATE", der) for der in certificates))


def load_certificate(path: Path) -> x509.Certificate:
    """The first certificate of a PEM file."""
    return x509.Certificate.load(_first(path))


def _first(path: Path) -> bytes:
    _, _, der = pem.unarmor(path.read_bytes())
    return bytes(der)
