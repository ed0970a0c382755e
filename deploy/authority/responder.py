"""Answers of the test authority about revocation: OCSP (RFC 6960) and CRLs (RFC 5280)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from asn1crypto import crl, keys, ocsp, pem, x509
from certomancer.crypto_utils import load_private_key
from certomancer.services import (
    CRLBuilder,
    RevocationInfoInterface,
    SimpleOCSPResponder,
    choose_signed_digest,
)
from typing_extensions import override

from shared_contracts.astana_time import now

REVOCATIONS = "revoked.json"
"""File of the revocations: serial number as text to the moment of revocation."""

OCSP_TERM = timedelta(minutes=10)
CRL_TERM = timedelta(hours=24)


class Mood(StrEnum):
    """How a service of the authority behaves; all but ANSWERING are for tests."""

    ANSWERING = "ANSWERING"
    SILENT = "SILENT"
    TRY_LATER = "TRY_LATER"
    UNKNOWN = "UNKNOWN"
    OUTDATED = "OUTDATED"


def read_revocations(folder: Path) -> dict[int, datetime]:
    """Who is revoked, by serial number, and since when."""
    path = folder / REVOCATIONS
    if not path.exists():
        return {}
    written = json.loads(path.read_bytes())
    return {int(serial): datetime.fromisoformat(since) for serial, since in written.items()}


def write_revocations(folder: Path, revoked: Mapping[int, datetime]) -> None:
    """Put the revocations where every answer reads them from; the file is replaced whole."""
    text = json.dumps(
        {str(serial): since.isoformat(timespec="seconds") for serial, since in revoked.items()}
    )
    fresh = folder / f"{REVOCATIONS}.new"
    fresh.write_text(text)
    fresh.replace(folder / REVOCATIONS)


def load_certificate(path: Path) -> x509.Certificate:
    """The first certificate of a PEM file."""
    _, _, der = pem.unarmor(path.read_bytes())
    return x509.Certificate.load(der)


class _Status(RevocationInfoInterface):
    """What the authority knows of the certificates that ``issuer`` issued."""

    def __init__(self, issuer: x509.Certificate, folder: Path, mood: Mood) -> None:
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
        since = self._revoked.get(cid["serial_number"].native)
        if self._mood is Mood.UNKNOWN:
            return ocsp.CertStatus("unknown"), []
        if since is None:
            return ocsp.CertStatus("good"), []
        info = {"revocation_time": since, "revocation_reason": "key_compromise"}
        return ocsp.CertStatus("revoked", ocsp.RevokedInfo(info)), []


@dataclass(frozen=True, slots=True)
class Responder:
    """The authority's files, from which every answer is formed afresh."""

    folder: Path

    def ocsp_answer(self, request: bytes, mood: Mood) -> bytes:
        """The DER of an OCSP response to the DER of a request; ValueError if it is none."""
        if mood is Mood.TRY_LATER:
            return _dump(ocsp.OCSPResponse({"response_status": "try_later"}))
        certificate = load_certificate(self.folder / "ocsp.pem")
        key = self._key("ocsp")
        moment = now() - (2 * OCSP_TERM if mood is Mood.OUTDATED else timedelta())
        responder = SimpleOCSPResponder(
            certificate,
            key,
            choose_signed_digest("sha256", certificate.public_key),
            moment.replace(microsecond=0),
            _Status(load_certificate(self.folder / "issuing.pem"), self.folder, mood),
            OCSP_TERM,
        )
        return _dump(responder.build_ocsp_response(ocsp.OCSPRequest.load(request)))

    def list_of_revoked(self, issuer: str, mood: Mood) -> bytes:
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
        start = moment - (2 * CRL_TERM if mood is Mood.OUTDATED else timedelta(minutes=1))
        reason = crl.CRLReason("key_compromise")
        entries = [
            CRLBuilder.format_revoked_cert(serial, reason, since)
            for serial, since in read_revocations(self.folder).items()
        ]
        number = int(moment.timestamp())
        return _dump(builder.build_crl(number, start, start + CRL_TERM, entries))

    def _key(self, name: str) -> keys.PrivateKeyInfo:
        private, _ = load_private_key((self.folder / f"{name}.key.pem").read_bytes(), None)
        return private


def _dump(answer: ocsp.OCSPResponse | crl.CertificateList) -> bytes:
    der: bytes = answer.dump()
    return der
