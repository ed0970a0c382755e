"""Answers of the test authority about revocation: OCSP (RFC 6960) and CRLs (RFC 5280).

Those of the RSA and P-256 hierarchy: OCSP by cryptography, CRLs by certomancer.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from asn1crypto import crl, keys
from asn1crypto import x509 as asn1_x509
from certomancer.crypto_utils import load_private_key
from certomancer.services import CRLBuilder, choose_signed_digest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import (
    Certificate,
    OCSPNonce,
    ReasonFlags,
    load_pem_x509_certificate,
    ocsp,
)

from deploy.authority.behaviour import ServiceBehaviour
from deploy.authority.files import load_certificate
from deploy.authority.revocations import listed_revocations, read_revocations
from shared_contracts.astana_time import now

OCSP_TERM = timedelta(minutes=10)
CRL_TERM = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Responder:
    """The authority's files, from which every answer is formed afresh."""

    folder: Path

    def ocsp_answer(self, request: bytes, behaviour: ServiceBehaviour) -> bytes:
        """The DER of an OCSP response to the DER of a request; ValueError if it is none."""
        if behaviour is ServiceBehaviour.TRY_LATER:
            return _refusal(ocsp.OCSPResponseStatus.TRY_LATER)
        asked = _asked(request)
        if not _is_issuer(_opened(_state(self.folder / "issuing.pem")), asked):
            return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        certificate, key = _signer(
            _state(self.folder / "ocsp.pem"), _state(self.folder / "ocsp.key.pem")
        )
        builder = self._said(asked, behaviour).certificates([certificate])
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, certificate)
        for extension in asked.extensions:
            if isinstance(extension.value, OCSPNonce):
                builder = builder.add_extension(extension.value, critical=False)
        return builder.sign(key, SHA256()).public_bytes(Encoding.DER)

    def _said(
        self, asked: ocsp.OCSPRequest, behaviour: ServiceBehaviour
    ) -> ocsp.OCSPResponseBuilder:
        """What the authority knows of the certificate that is asked about."""
        is_outdated = behaviour is ServiceBehaviour.OUTDATED
        moment = now().replace(microsecond=0) - (2 * OCSP_TERM if is_outdated else timedelta())
        revoked = read_revocations(self.folder).get(asked.serial_number)
        if behaviour is ServiceBehaviour.UNKNOWN:
            status, revoked = ocsp.OCSPCertStatus.UNKNOWN, None
        else:
            status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
        return ocsp.OCSPResponseBuilder().add_response_by_hash(
            asked.issuer_name_hash,
            asked.issuer_key_hash,
            asked.serial_number,
            asked.hash_algorithm,
            status,
            this_update=moment,
            next_update=moment + OCSP_TERM,
            revocation_time=revoked.since if revoked else None,
            revocation_reason=_reason(revoked.reason) if revoked else None,
        )

    def crl(self, issuer: str, behaviour: ServiceBehaviour) -> bytes:
        """The DER of the CRL of the authority called ``issuer``.

        It names all that is revoked, by whomever issued: serial numbers are random.
        """
        certificate = load_certificate(self.folder / f"{issuer}.pem")
        builder = CRLBuilder(
            certificate.subject,
            self._key(issuer),
            choose_signed_digest("sha256", certificate.public_key),
            certificate.key_identifier_value,
        )
        moment = now().replace(microsecond=0)
        start = moment - (
            2 * CRL_TERM if behaviour is ServiceBehaviour.OUTDATED else timedelta(minutes=1)
        )
        entries = [
            CRLBuilder.format_revoked_cert(serial, crl.CRLReason(revoked.reason), revoked.since)
            for serial, revoked in listed_revocations(self.folder).items()
        ]
        number = int(moment.timestamp())
        return _dump(builder.build_crl(number, start, start + CRL_TERM, entries))

    def _key(self, name: str) -> keys.PrivateKeyInfo:
        private, _ = load_private_key((self.folder / f"{name}.key.pem").read_bytes(), None)
        return private


def _asked(request: bytes) -> ocsp.OCSPRequest:
    try:
        return ocsp.load_der_ocsp_request(request)
    except NotImplementedError as several:
        raise ValueError("a request about several certificates") from several


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _is_issuer(issuer: asn1_x509.Certificate, asked: ocsp.OCSPRequest) -> bool:
    """Whether a request is about a certificate of this issuer (RFC 6960, 4.1)."""
    hashing = asked.hash_algorithm.name
    if hashing not in {"sha1", "sha256"}:
        return False
    own = (getattr(issuer.subject, hashing), getattr(issuer.public_key, hashing))
    return (asked.issuer_name_hash, asked.issuer_key_hash) == own


def _reason(name: str) -> ReasonFlags:
    """A reason by its name in asn1crypto's words."""
    first, *others = name.split("_")
    return ReasonFlags("".join((first, *(one.capitalize() for one in others))))


FileState = tuple[Path, int]
"""A file, and when it was last changed (nanoseconds): what was read of it is read once."""


def _state(path: Path) -> FileState:
    return path, path.stat().st_mtime_ns


@lru_cache(maxsize=8)
def _opened(file: FileState) -> asn1_x509.Certificate:
    return load_certificate(file[0])


@lru_cache(maxsize=8)
def _signer(certificate: FileState, key: FileState) -> tuple[Certificate, EllipticCurvePrivateKey]:
    """A service's certificate and its key on P-256."""
    private = load_pem_private_key(key[0].read_bytes(), None)
    if not isinstance(private, EllipticCurvePrivateKey):
        raise TypeError(f"{key[0]}: not a key on an elliptic curve")
    return load_pem_x509_certificate(certificate[0].read_bytes()), private


def _dump(answer: crl.CertificateList) -> bytes:
    der: bytes = answer.dump()
    return der
