"""Answers of authorities that were saved, for judging a signature offline at a past moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import crl, ocsp, pem, x509

from shared_contracts.signing.validation.der_reading import MALFORMED
from shared_contracts.signing.validation.revocation import Unavailable
from shared_contracts.signing.validation.trust_profile import Addresses

KINDS = frozenset({".der", ".bin", ".ors", ".ocsp", ".crl"})
"""Endings of files that hold answers: OCSP responses and CRLs, in DER (a CRL also in PEM)."""

AHEAD = timedelta(minutes=1)
"""How much later than the moment asked about a saved answer may have been given."""


@dataclass(frozen=True, slots=True)
class _Response:
    name: str
    serial: int
    given_at: datetime


@dataclass(frozen=True, slots=True)
class _List:
    name: str
    issuer: str
    given_at: datetime
    is_delta: bool


class SavedAnswers:
    """A Fetch that reads OCSP responses and CRLs out of a folder, with all below it.

    What was saved is held to every rule but one: an OCSP response was given to an earlier
    question, so that its nonce is not compared; its age is, with the moment of verification.
    Answers given after ``at`` are left aside. OSError or ValueError names what is no answer.
    """

    def __init__(self, folder: Path, at: datetime | None = None) -> None:
        self._ders: dict[str, bytes] = {}
        self._responses: list[_Response] = []
        self._lists: list[_List] = []
        for path in _files(folder):
            self._add(f"saved:{path.name}", path.read_bytes(), at)

    def ocsp(self, url: str, request: bytes) -> bytes:  # noqa: ARG002  # answered before asked
        """The saved response that ``about`` named; Unavailable if there is none."""
        return self._named(url)

    def crl(self, url: str) -> bytes:
        """The saved list that ``about`` named; Unavailable if there is none."""
        return self._named(url)

    def about(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Addresses:
        """What was saved about a certificate, the latest first, in the manner of addresses."""
        serial, name = certificate.serial_number, issuer.subject.hashable
        said = [one for one in self._responses if one.serial == serial]
        lists = [one for one in self._lists if one.issuer == name]
        return Addresses(
            ocsp=_latest_first(said),
            crl=_latest_first(one for one in lists if not one.is_delta),
            delta=_latest_first(one for one in lists if one.is_delta),
        )

    def _named(self, url: str) -> bytes:
        try:
            return self._ders[url]
        except KeyError:
            raise Unavailable(f"{url}: not among the saved answers") from None

    def _add(self, name: str, data: bytes, at: datetime | None) -> None:
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        told = _as_response(name, der) or _as_list(name, der)
        if told is None:
            raise ValueError(f"{name}: neither an OCSP response nor a CRL; take it away")
        if at is not None and told.given_at > at + AHEAD:
            return
        self._ders[name] = der
        if isinstance(told, _Response):
            self._responses.append(told)
        else:
            self._lists.append(told)


def _files(folder: Path) -> list[Path]:
    """The files with answers in a folder and below it, or the one file; OSError if none."""
    found = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
    files = [path for path in found if path.suffix.lower() in KINDS and path.is_file()]
    if not files:
        kinds = ", ".join(sorted(KINDS))
        raise FileNotFoundError(f"{folder}: no saved answers ({kinds}); put them there")
    return files


def _latest_first(found: Iterable[_Response | _List]) -> tuple[str, ...]:
    return tuple(one.name for one in sorted(found, key=lambda one: one.given_at, reverse=True))


def _as_response(name: str, der: bytes) -> _Response | None:
    """What a successful OCSP response about one certificate is about; None for all else."""
    try:
        response = ocsp.OCSPResponse.load(der, strict=True)
        single = response.response_data["responses"][0]
        serial = single["cert_id"]["serial_number"].native
        return _Response(name, serial, single["this_update"].native)
    except MALFORMED:
        return None


def _as_list(name: str, der: bytes) -> _List | None:
    try:
        listed = crl.CertificateList.load(der, strict=True)
        given_at = listed["tbs_cert_list"]["this_update"].native
        delta = listed.delta_crl_indicator_value is not None
        return _List(name, listed.issuer.hashable, given_at, delta)
    except MALFORMED:
        return None
