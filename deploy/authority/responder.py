"""Answers of the test authority about revocation: OCSP (RFC 6960) and CRLs (RFC 5280).

Those of the RSA and P-256 hierarchy, by certomancer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import crl, keys, ocsp, x509
from certomancer.crypto_utils import load_private_key
from certomancer.services import (
    CRLBuilder,
    RevocationInfoInterface,
    SimpleOCSPResponder,
    choose_signed_digest,
)
from typing_extensions import override

from deploy.authority.behaviour import ServiceBehaviour
from deploy.authority.files import load_certificate
from deploy.authority.revocations import listed_revocations, read_revocations
from shared_contracts.astana_time import now

OCSP_TERM = timedelta(minutes=10)
CRL_TERM = timedelta(hours=24)


class _Status(RevocationInfoInterface):
    """What the authority knows of the certificates that ``issuer`` issued."""

    def __init__(self, issuer: x509.Certificate, folder: Path, mood: ServiceBehaviour) -> None:
        self._issuer = issuer
        self._revoked = read_revocations(folder)
        self._mood = mood

    @override
    def get_issuer_cert(self) -> x509.Certificate:
        return self._issuer

    @override
    def check_revocation_status(
        self,
        cid: ocsp.CertId,
        at_time: datetime,
    ) -> tuple[ocsp.CertStatus, list[ocsp.SingleResponseExtension]]:
        revoked = self._revoked.get(cid["serial_number"].native)
        if self._mood is ServiceBehaviour.UNKNOWN:
            return ocsp.CertStatus("unknown"), []
        if revoked is None:
            return ocsp.CertStatus("good"), []
        info = {"revocation_time": revoked.since, "revocation_reason": revoked.reason}
        return ocsp.CertStatus("revoked", ocsp.RevokedInfo(info)), []


@dataclass(frozen=True, slots=True)
class Responder:
    """The authority's files, from which every answer is formed afresh."""

    folder: Path

    def ocsp_answer(self, request: bytes, mood: ServiceBehaviour) -> bytes:
        """The DER of an OCSP response to the DER of a request; ValueError if it is none."""
        if mood is ServiceBehaviour.TRY_LATER:
            return _dump(ocsp.OCSPResponse({"response_status": "try_later"}))
        certificate = load_certificate(self.folder / "ocsp.pem")
        key = self._key("ocsp")
        moment = now() - (2 * OCSP_TERM if mood is ServiceBehaviour.OUTDATED else timedelta())
        responder = SimpleOCSPResponder(
            certificate,
            key,
            choose_signed_digest("sha256", certificate.public_key),
            moment.replace(microsecond=0),
            _Status(load_certificate(self.folder / "issuing.pem"), self.folder, mood),
            OCSP_TERM,
        )
        return _dump(responder.build_ocsp_response(ocsp.OCSPRequest.load(request)))

    def crl(self, issuer: str, mood: ServiceBehaviour) -> bytes:
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
            2 * CRL_TERM if mood is ServiceBehaviour.OUTDATED else timedelta(minutes=1)
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


def _dump(answer: ocsp.OCSPResponse | crl.CertificateList) -> bytes:
    der: bytes = answer.dump()
    return der
