"""Time stamps of the test authority (RFC 3161): with a GOST key, and with an RSA one.

As with the national authority, the policy that is asked for says which key stamps.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from deploy.authority.files import load_certificate, load_gost_key
from deploy.authority.gost_certificate import SUITES, method, seal
from shared_contracts.signing.gost.oids import BY_DIGEST, OIDS_256, OIDS_512

GOST_STAMPS = "1.2.398.3.3.2.6.4"
"""The policy under which the national authority stamps with GOST 34.10-2015, 512 bits."""

RSA_STAMPS = "1.2.398.3.3.2.6.2"
"""The policy under which it stamps with RSA and SHA-256."""

SHA256_OID = "2.16.840.1.101.3.4.2.1"
SIZES = {SHA256_OID: 32, OIDS_256.digest: 32, OIDS_512.digest: 64}
"""The digests of which stamps are given, and their length in bytes."""


class StampAnswer(core.Sequence):  # type: ignore[misc]  # asn1crypto is untyped
    """A TimeStampResp; unlike in asn1crypto the token may be absent (RFC 3161, 2.4.2)."""

    _fields: ClassVar[list[Any]] = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


@dataclass(frozen=True, slots=True)
class _Signer:
    """A key that stamps, with its certificate and algorithms."""

    certificate: x509.Certificate
    digest: algos.DigestAlgorithm
    method: algos.SignedDigestAlgorithm
    hash: Callable[[bytes], bytes]
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class StampRequest:
    """What a stamp is to be over, under which policy, with which nonce and when."""

    imprint: tsp.MessageImprint
    policy: str
    at: datetime
    nonce: int | None = None


def imprint(octets: bytes, policy: str) -> tsp.MessageImprint:
    """The imprint of ``octets`` that goes with a policy: Streebog-512, or SHA-256."""
    if policy == RSA_STAMPS:
        return _imprint(SHA256_OID, hashlib.sha256(octets).digest())
    return _imprint(OIDS_512.digest, SUITES[512].digest([octets]))


def stamp_answer(folder: Path, request: bytes, at: datetime) -> bytes:
    """The DER of a TimeStampResp to the DER of a TimeStampReq; ValueError if it is none."""
    asked = tsp.TimeStampReq.load(request, strict=True)
    given = asked["message_imprint"]
    algorithm = given["hash_algorithm"]["algorithm"].dotted
    policy = asked["req_policy"].native or _usual_policy(algorithm)
    if policy not in {GOST_STAMPS, RSA_STAMPS}:
        return _refused("unaccepted_policy")
    if len(given["hashed_message"].native) != SIZES.get(algorithm):
        return _refused("bad_alg")
    token = stamp(folder, StampRequest(given, policy, at, asked["nonce"].native))
    answer = {
        "status": {"status": "granted"},
        "time_stamp_token": cms.ContentInfo.load(token),
    }
    der: bytes = StampAnswer(answer).dump()
    return der


def stamp(folder: Path, wanted: StampRequest) -> bytes:
    """The DER of the time-stamp token."""
    signer = _rsa_signer(folder) if wanted.policy == RSA_STAMPS else _gost_signer(folder)
    content = {
        "version": "v1",
        "policy": wanted.policy,
        "message_imprint": wanted.imprint,
        "serial_number": secrets.randbits(159),
        "gen_time": wanted.at.replace(microsecond=0),
    }
    if wanted.nonce is not None:
        content["nonce"] = wanted.nonce
    return _token(signer, tsp.TSTInfo(content).dump(), wanted.at)


def _usual_policy(algorithm: str) -> str:
    return GOST_STAMPS if algorithm in BY_DIGEST else RSA_STAMPS


def _imprint(oid: str, digest: bytes) -> tsp.MessageImprint:
    return tsp.MessageImprint({"hash_algorithm": _digest(oid), "hashed_message": digest})


def _digest(oid: str) -> algos.DigestAlgorithm:
    return algos.DigestAlgorithm({"algorithm": oid, "parameters": core.Null()})


def _refused(failure: str) -> bytes:
    status = {"status": "rejection", "fail_info": {failure}}
    der: bytes = StampAnswer({"status": status}).dump()
    return der


def _gost_signer(folder: Path) -> _Signer:
    key = load_gost_key(folder / "gost-tsa.key.pem")
    return _Signer(
        certificate=load_certificate(folder / "gost-tsa.pem"),
        digest=_digest(OIDS_512.digest),
        method=method(key),
        hash=lambda content: SUITES[512].digest([content]),
        sign=lambda content: seal(content, key),
    )


def _rsa_signer(folder: Path) -> _Signer:
    key = load_pem_private_key((folder / "tsa.key.pem").read_bytes(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the key of the RSA time-stamping authority is another one")
    return _Signer(
        certificate=load_certificate(folder / "tsa.pem"),
        digest=_digest(SHA256_OID),
        method=algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa", "parameters": core.Null()}),
        hash=lambda content: hashlib.sha256(content).digest(),
        sign=lambda content: key.sign(content, PKCS1v15(), SHA256()),
    )


def _token(signer: _Signer, content: bytes, at: datetime) -> bytes:
    attributes = _attributes(signer, content, at)
    signer_info = {
        "version": "v1",
        "sid": _issuer_and_serial(signer.certificate),
        "digest_algorithm": signer.digest,
        "signed_attrs": attributes,
        "signature_algorithm": signer.method,
        "signature": signer.sign(attributes.dump()),
    }
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [signer.digest],
            "encap_content_info": {
                "content_type": "tst_info",
                "content": core.ParsableOctetString(content),
            },
            "certificates": [cms.CertificateChoices("certificate", signer.certificate)],
            "signer_infos": [signer_info],
        }
    )
    whole = cms.ContentInfo({"content_type": "signed_data", "content": signed})
    der: bytes = whole.dump()
    return der


def _attributes(signer: _Signer, content: bytes, at: datetime) -> cms.CMSAttributes:
    """Signed attributes, with the certificate named by SHA-1 as the national authority does."""
    named = {"certs": [{"cert_hash": signer.certificate.sha1}]}
    attributes: list[tuple[str, object]] = [
        ("content_type", "tst_info"),
        ("signing_time", cms.Time(name="utc_time", value=at.replace(microsecond=0))),
        ("signing_certificate", tsp.SigningCertificate(named)),
        ("message_digest", signer.hash(content)),
    ]
    return cms.CMSAttributes(
        [cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in attributes]
    )


def _issuer_and_serial(certificate: x509.Certificate) -> cms.SignerIdentifier:
    named = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    return cms.SignerIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber(named))
