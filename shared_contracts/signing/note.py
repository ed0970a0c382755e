"""The key under which a system signs checkpoints of its log: its own, P-256."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from shared_contracts.signing.sign import Signer


def public_key(signer: Signer) -> bytes:
    """SPKI DER of the signer's key; ValueError unless it is P-256."""
    public = _key(signer).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sign_note(signer: Signer, text: bytes) -> bytes:
    """The DER signature of a note's text (ECDSA P-256 with SHA-256)."""
    return _key(signer).sign(text, ec.ECDSA(hashes.SHA256()))


def certified_key(certificate: bytes) -> bytes:
    """SPKI DER of the key in a certificate, PEM or DER; ValueError if it is none, or not P-256."""
    pem = b"-----BEGIN" in certificate
    load = x509.load_pem_x509_certificate if pem else x509.load_der_x509_certificate
    key = load(certificate).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise ValueError("checkpoints are signed with a P-256 key; the certificate has another")
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def is_note_signature(spki: bytes, signature: bytes, text: bytes) -> bool:
    """Whether the key signed a note's text."""
    key = load_der_public_key(spki)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(signature, text, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _key(signer: Signer) -> ec.EllipticCurvePrivateKey:
    key = signer.private_key
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ValueError("checkpoints are signed with a P-256 key; give the system one")
    return key
