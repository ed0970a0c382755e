"""A detached CAdES signature of a system over bytes that stand elsewhere (EN 319 122-1, B-B).

The same bytes, key and moment give the same signature (RFC 6979), so that what is formed twice is
equal to the byte.
"""

import hashlib
from datetime import datetime

from asn1crypto import algos, cms, tsp, x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from shared_contracts.errors import NeedsPerson
from shared_contracts.signing.signers import Signer


def sign_detached(content: bytes, signer: Signer, at: datetime) -> bytes:
    """DER of the signature over ``content``, claimed for the moment ``at`` (whole seconds).

    ``NeedsPerson`` unless the key is P-256, with which a system signs its checkpoints too, or RSA.
    """
    chain = [x509.Certificate.load(der) for der in signer.certificates]
    signed = _signed_attributes(content, chain[0], at)
    algorithm, value = _signed(signer, signed.dump())
    one = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", _named(chain[0])),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signed_attrs": signed,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": algorithm}),
            "signature": value,
        }
    )
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "data"},
            "certificates": chain,
            "signer_infos": [one],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def _signed(signer: Signer, content: bytes) -> tuple[str, bytes]:
    """The algorithm and the value: both are the same whenever they are made again."""
    key = signer.private_key
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return "sha256_ecdsa", key.sign(content, ec.ECDSA(SHA256(), deterministic_signing=True))
    if isinstance(key, rsa.RSAPrivateKey):
        return "sha256_rsa", key.sign(content, padding.PKCS1v15(), SHA256())
    raise NeedsPerson("what is exported is signed with a P-256 or an RSA key: give the signer one")


def moment_for(signer: Signer, at: datetime) -> datetime:
    """The moment ``at``, or the first in which the signer's certificates are in force, if later."""
    begins: list[datetime] = [
        x509.Certificate.load(der).not_valid_before for der in signer.certificates
    ]
    return max(at, *begins).replace(microsecond=0)


def _named(leaf: x509.Certificate) -> cms.IssuerAndSerialNumber:
    return cms.IssuerAndSerialNumber(
        {"issuer": leaf.issuer, "serial_number": leaf.serial_number},
    )


def _signed_attributes(content: bytes, leaf: x509.Certificate, at: datetime) -> cms.CMSAttributes:
    """What is signed: the digest, of what kind, when, and by which certificate (RFC 5035)."""
    meant = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(leaf.dump()).digest()})
    said = {
        "content_type": "data",
        "signing_time": cms.Time({"utc_time": at}),
        "message_digest": hashlib.sha256(content).digest(),
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [meant]}),
    }
    return cms.CMSAttributes(
        [cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in said.items()]
    )
