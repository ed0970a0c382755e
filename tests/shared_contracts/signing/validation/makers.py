"""Certificates by RSA and elliptic curves of any kind, also of kinds that nobody should believe."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from asn1crypto import algos, keys, x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from deploy.authority.gost_certificate import name, utc_time
from shared_contracts.signing.validation.trust_profile import TrustProfile

AT = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Surgery = Callable[[x509.TbsCertificate], None]


def extension(kind: str, value: object, *, critical: bool = False) -> x509.Extension:
    """An extension of a certificate."""
    return x509.Extension({"extn_id": kind, "critical": critical, "extn_value": value})


SIGNER = (extension("key_usage", {"digital_signature", "non_repudiation"}, critical=True),)
AUTHORITY = (
    extension("basic_constraints", {"ca": True}, critical=True),
    extension("key_usage", {"key_cert_sign", "crl_sign"}, critical=True),
)

CURVES: dict[str, ec.EllipticCurve] = {
    "P-192": ec.SECP192R1(),
    "P-224": ec.SECP224R1(),
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
    "secp256k1": ec.SECP256K1(),
}


@cache
def key(kind: str) -> Key:
    """A key, made once: a curve, ``RSA-2048``, or ``RSA-2048-3`` with an exponent of three."""
    if kind in CURVES:
        return ec.generate_private_key(CURVES[kind])
    _, bits, *exponent = kind.split("-")
    return rsa.generate_private_key(3 if exponent else 65537, int(bits))


def sign(octets: bytes, by: Key) -> bytes:
    """The signature of octets, with SHA-256."""
    if isinstance(by, rsa.RSAPrivateKey):
        return by.sign(octets, PKCS1v15(), SHA256())
    return by.sign(octets, ec.ECDSA(SHA256()))


def method(by: Key) -> algos.SignedDigestAlgorithm:
    """The algorithm of such a signature."""
    called = "sha256_rsa" if isinstance(by, rsa.RSAPrivateKey) else "sha256_ecdsa"
    return algos.SignedDigestAlgorithm({"algorithm": called})


def public(of: Key) -> keys.PublicKeyInfo:
    """The public key, as it stands in a certificate."""
    der = of.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return keys.PublicKeyInfo.load(der)


@dataclass(frozen=True)
class Wanted:
    """A certificate to be made: of whom, for which key, by whom, and what is changed in it."""

    subject: str
    key: Key
    issuer: str
    by: Key
    extensions: Sequence[x509.Extension] = SIGNER
    surgery: Surgery | None = None
    at: datetime = AT


def certify(wanted: Wanted) -> x509.Certificate:
    """The certificate, signed after the surgery."""
    identifier = extension("key_identifier", public(wanted.key).sha1)
    issuer = {"key_identifier": public(wanted.by).sha1}
    begins, ends = utc_time(wanted.at - 10 * DAY), utc_time(wanted.at + 10 * DAY)
    content = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": 1000,
            "signature": method(wanted.by),
            "issuer": name({"common_name": wanted.issuer}),
            "validity": {"not_before": begins, "not_after": ends},
            "subject": name({"common_name": wanted.subject}),
            "subject_public_key_info": public(wanted.key),
            "extensions": [
                *wanted.extensions,
                identifier,
                extension("authority_key_identifier", issuer),
            ],
        }
    )
    if wanted.surgery:
        wanted.surgery(content)
    made = {
        "tbs_certificate": content,
        "signature_algorithm": method(wanted.by),
        "signature_value": sign(content.dump(force=True), wanted.by),
    }
    return x509.Certificate.load(x509.Certificate(made).dump())


@dataclass(frozen=True)
class Line:
    """A root, an authority and a signer, by the kinds of their keys."""

    root: str = "P-256"
    authority: str = "P-256"
    leaf: str = "P-256"
    purposes: tuple[str, ...] = ()
    surgery: Surgery | None = None
    inner: Surgery | None = None

    def made(self) -> tuple[x509.Certificate, x509.Certificate, x509.Certificate]:
        """The certificates: root, authority, signer."""
        root, own = key(self.root), key(self.authority)
        limits = [extension("extended_key_usage", list(self.purposes))] if self.purposes else []
        middle = Wanted("CA", own, "ROOT", root, (*AUTHORITY, *limits), self.inner)
        return (
            certify(Wanted("ROOT", root, "ROOT", root, AUTHORITY)),
            certify(middle),
            certify(Wanted("SIGNER", key(self.leaf), "CA", own, SIGNER, self.surgery)),
        )


def profile_of(root: x509.Certificate, *algorithms: str, shortest: int = 2048) -> TrustProfile:
    """A profile that trusts a root."""
    return TrustProfile(
        "house",
        production=False,
        anchors=(root.dump(),),
        intermediates=(),
        addresses={},
        shortest_rsa=shortest,
        algorithms=frozenset(algorithms),
    )
