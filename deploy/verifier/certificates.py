"""Certificates: up to an anchor at a moment, and what is known of them (RFC 5280)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from .keys import not_computed, public_key
from .steps import Flaw, Undecided

TRIED = 16
"""Certificates of one name that are tried as the issuer or the responder of one."""
_LONGEST = 6
_PEM = b"-----BEGIN"


@dataclass
class Answers:
    """What is known of certificates: intermediates, OCSP responses, CRLs."""

    anchors: Sequence[x509.Certificate]
    by_subject: dict[bytes, list[x509.Certificate]] = field(default_factory=dict)
    responders: dict[bytes, list[x509.Certificate]] = field(default_factory=dict)
    """Those that may sign OCSP answers, by their issuer."""
    responses: dict[int, list[ocsp.OCSPResponse]] = field(default_factory=dict)
    """By the number of the certificate."""
    lists: dict[bytes, list[x509.CertificateRevocationList]] = field(default_factory=dict)
    """By their issuer."""

    def __post_init__(self) -> None:
        """Anchors are issuers as well."""
        for one in self.anchors:
            self.by_subject.setdefault(one.subject.public_bytes(), []).append(one)

    def add(self, der: bytes) -> None:
        """Take an OCSP response, a CRL or a certificate (DER or PEM); ValueError if it is none."""
        for take in (self._certificate, self._list, self._response):
            try:
                take(der)
            except ValueError:
                continue
            return
        raise ValueError("neither an OCSP response, nor a CRL, nor a certificate")

    def _certificate(self, data: bytes) -> None:
        pem = data.startswith(_PEM)
        load = x509.load_pem_x509_certificate if pem else x509.load_der_x509_certificate
        one = load(data)
        same = self.by_subject.setdefault(one.subject.public_bytes(), [])
        if one in same[:TRIED]:
            return
        same.append(one)
        if may_answer(one):
            self.responders.setdefault(one.issuer.public_bytes(), []).append(one)

    def _list(self, data: bytes) -> None:
        load = x509.load_pem_x509_crl if data.startswith(_PEM) else x509.load_der_x509_crl
        one = load(data)
        self.lists.setdefault(one.issuer.public_bytes(), []).append(one)

    def _response(self, der: bytes) -> None:
        one = _ocsp(der)
        self.responses.setdefault(one.serial_number, []).append(one)


def chain_of(
    leaf: x509.Certificate, brought: Iterable[x509.Certificate], known: Answers, at: datetime
) -> list[x509.Certificate]:
    """The certificates from ``leaf`` to an anchor, all in force ``at``; ``Flaw`` if there is none.

    ``Undecided`` where a signature with GOST would have to be computed.
    """
    found, own = [leaf], list(islice(brought, TRIED))
    while found[-1] not in known.anchors:
        issuer = _issuer_of(found, own, known)
        if issuer is None or len(found) > _LONGEST:
            raise Flaw("CHAIN", found[-1].subject.rfc4514_string())
        found.append(issuer)
    for one in found:
        if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
            raise Flaw("OUT_OF_TERM", one.subject.rfc4514_string(), at.isoformat())
    for one in found[1:]:
        _check_authority(one)
    return found


def _issuer_of(
    found: Sequence[x509.Certificate], brought: Sequence[x509.Certificate], known: Answers
) -> x509.Certificate | None:
    """Who issued the last one that was found; ``Undecided`` if too many bear the name to try each.

    Whoever makes a package can put thousands under one name into it: each signature is a price.
    """
    certificate = found[-1]
    name = certificate.issuer.public_bytes()
    same = known.by_subject.get(name, [])
    named = [one for one in brought if one.subject.public_bytes() == name]
    for one in (*named, *same[:TRIED]):
        if one not in found and is_issued(certificate, one):
            return one
    if len(same) > TRIED:
        raise Undecided("ISSUERS_MANY", detail=certificate.issuer.rfc4514_string())
    return None


def _ocsp(der: bytes) -> ocsp.OCSPResponse:
    response = ocsp.load_der_ocsp_response(der)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise ValueError("an OCSP response without an answer")
    return response


def is_issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether ``issuer`` signed a certificate; ``Undecided`` where that is not computed here."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (UnsupportedAlgorithm, TypeError) as other:
        raise not_computed(certificate) from other
    except (InvalidSignature, ValueError):
        public_key(issuer)  # of GOST it cannot be said
        return False
    return True


def _check_authority(certificate: x509.Certificate) -> None:
    name = certificate.subject.rfc4514_string()
    try:
        is_authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    except x509.ExtensionNotFound:
        raise Flaw("NO_AUTHORITY", name) from None
    if not is_authority.value.ca or not usage.value.key_cert_sign:
        raise Flaw("NO_AUTHORITY", name)


def may_answer(one: x509.Certificate) -> bool:
    """Whether a certificate is for signing OCSP answers; ValueError if its extensions are none."""
    try:
        purposes = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes
