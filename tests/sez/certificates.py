"""Certificates of the Registry that follow one another."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared_contracts.astana_time import now
from tests.pki import Pki

P256 = ec.SECP256R1()
PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Pair:
    """A key and its certificate with that of the issuer, PEM; the certificate's serial number."""

    key: Path
    chain: Path
    serial: int


def another(pki: Pki, folder: Path, ends: datetime, name: str = "registry") -> Pair:
    """A key and a certificate for the holder of ``name``, issued anew, in force until ``ends``."""
    old, issuer = x509.load_pem_x509_certificates(pki.authority.chain(name).read_bytes())
    issuing = (pki.authority.folder / "issuing.key.pem").read_bytes()
    authority, key = (
        serialization.load_pem_private_key(issuing, None),
        ec.generate_private_key(P256),
    )
    assert isinstance(authority, ec.EllipticCurvePrivateKey)
    builder = (
        x509.CertificateBuilder()
        .subject_name(old.subject)
        .issuer_name(old.issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(hours=1))
        .not_valid_after(ends)
    )
    for extension in old.extensions:
        if not isinstance(extension.value, x509.SubjectKeyIdentifier):
            builder = builder.add_extension(extension.value, extension.critical)
    made = builder.sign(authority, hashes.SHA256())
    pair = Pair(
        folder / f"{made.serial_number}.key.pem",
        folder / f"{made.serial_number}.pem",
        made.serial_number,
    )
    pair.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    pair.chain.write_bytes(b"".join(one.public_bytes(PEM) for one in (made, issuer)))
    return pair
