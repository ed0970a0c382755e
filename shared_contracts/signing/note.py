"""The key under which a system signs checkpoints of its log: its own, P-256."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared_contracts.signing.sign import Signer


def public_key(signer: Signer) -> bytes:
    """SPKI DER of the signer's key; ValueError unless it is P-256."""
    public = _key(signer).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sign_note(signer: Signer, text: bytes) -> bytes:
    """The DER signature of a note's text (ECDSA P-256 with SHA-256)."""
    return _key(signer).sign(text, ec.ECDSA(hashes.SHA256()))


def _key(signer: Signer) -> ec.EllipticCurvePrivateKey:
    key = signer.private_key
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ValueError("checkpoints are signed with a P-256 key; give the system one")
    return key
