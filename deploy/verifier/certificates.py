"""Certificates: up to an anchor at a moment, and what authorities said of them (RFC 5280, 6960)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from .keys import public_key
from .steps import Flaw, Undecided

TOLERANCE = timedelta(minutes=15)
"""How much older than the moment an answer may be that names no end."""
_LONGEST = 6
_PEM = b"-----BEGIN"


@dataclass
class Answers:
    """What is known of certificates: intermediates, OCSP responses, CRLs."""

    anchors: Sequence[x509.Certificate]
    pool: list[x509.Certificate] = field(default_factory=list)
    responses: list[ocsp.OCSPResponse] = field(default_factory=list)
    lists: list[x509.CertificateRevocationList] = field(default_factory=list)

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
        self.pool.append(load(data))

    def _list(self, data: bytes) -> None:
        load = x509.load_pem_x509_crl if data.startswith(_PEM) else x509.load_der_x509_crl
        self.lists.append(load(data))

    def _response(self, der: bytes) -> None:
        self.responses.append(_ocsp(der))


def chain_of(
    leaf: x509.Certificate, brought: Iterable[x509.Certificate], known: Answers, at: datetime
) -> list[x509.Certificate]:
    """The certificates from ``leaf`` to an anchor, all in force ``at``; ``Flaw`` if there is none.

    ``Undecided`` where a signature with GOST would have to be computed.
    """
    found, pool = [leaf], [*brought, *known.pool, *known.anchors]
    while found[-1] not in known.anchors:
        issuers = [one for one in pool if one.subject == found[-1].issuer and one not in found]
        issuer = next((one for one in issuers if _issued(found[-1], one)), None)
        if issuer is None or len(found) > _LONGEST:
            raise Flaw("CHAIN", found[-1].subject.rfc4514_string())
        found.append(issuer)
    for one in found:
        if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
            raise Flaw("OUT_OF_TERM", one.subject.rfc4514_string(), at.isoformat())
    for one in found[1:]:
        _check_authority(one)
    return found


def check_not_revoked(chain: Sequence[x509.Certificate], known: Answers, at: datetime) -> None:
    """Each certificate below the anchor was not revoked ``at``; ``Undecided`` without an answer."""
    for certificate, issuer in pairwise(chain):
        revoked = [
            *_by_ocsp(certificate, issuer, known, at),
            *_by_list(certificate, issuer, known, at),
        ]
        name = certificate.subject.rfc4514_string()
        if any(one is not None and one <= at for one in revoked):
            raise Flaw("REVOKED", name)
        if not revoked:
            raise Undecided("NO_ANSWER", name)


def _ocsp(der: bytes) -> ocsp.OCSPResponse:
    response = ocsp.load_der_ocsp_response(der)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise ValueError("an OCSP response without an answer")
    return response


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (UnsupportedAlgorithm, TypeError) as other:
        raise Undecided("GOST", detail=certificate.subject.rfc4514_string()) from other
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


def _fits(this: datetime, following: datetime | None, at: datetime) -> bool:
    """Whether an answer says something of the moment: it is later, or was in force then."""
    if this >= at:
        return True
    return at - this <= TOLERANCE or (following is not None and at <= following)


def _by_ocsp(
    certificate: x509.Certificate, issuer: x509.Certificate, known: Answers, at: datetime
) -> Iterable[datetime | None]:
    """When proven OCSP answers say that it was revoked, None for never."""
    for response in known.responses:
        if response.serial_number != certificate.serial_number or not _is_of(response, issuer):
            continue
        if not _fits(response.this_update_utc, response.next_update_utc, at):
            continue
        if not _is_signed(response, issuer, known):
            raise Flaw("OCSP_SIGNATURE", certificate.subject.rfc4514_string())
        if response.certificate_status is ocsp.OCSPCertStatus.GOOD:
            yield None
        elif response.certificate_status is ocsp.OCSPCertStatus.REVOKED:
            yield response.revocation_time_utc


def _is_of(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    """Whether an answer is about a certificate of this issuer."""
    digest = response.hash_algorithm.name
    name = hashlib.new(digest, issuer.subject.public_bytes()).digest()
    bits = hashlib.new(digest, _key_bits(issuer)).digest()
    return (response.issuer_name_hash, response.issuer_key_hash) == (name, bits)


def _key_bits(issuer: x509.Certificate) -> bytes:
    """The content of the BIT STRING of the issuer's key, over which its hash is."""
    key = public_key(issuer)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    if isinstance(key, rsa.RSAPublicKey):
        return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    raise Undecided("GOST", detail=issuer.subject.rfc4514_string())


def _is_signed(response: ocsp.OCSPResponse, issuer: x509.Certificate, known: Answers) -> bool:
    """Whether the issuer signed the answer, or a responder that it named for this."""
    for one in (issuer, *response.certificates, *known.pool):
        responder = one == issuer or _is_responder(one, issuer)
        if responder and _verifies(one, response):
            return True
    return False


def _is_responder(one: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        purposes = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return (
        ExtendedKeyUsageOID.OCSP_SIGNING in purposes
        and one.issuer == issuer.subject
        and _issued(one, issuer)
    )


def _verifies(one: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    key, digest = public_key(one), response.signature_hash_algorithm or hashes.SHA256()
    signed = (response.signature, response.tbs_response_bytes)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(*signed, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(*signed, PKCS1v15(), digest)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _by_list(
    certificate: x509.Certificate, issuer: x509.Certificate, known: Answers, at: datetime
) -> Iterable[datetime | None]:
    """The same by proven CRLs of the issuer; a delta says nothing by itself."""
    for one in known.lists:
        key = issuer.public_key()
        if one.issuer != issuer.subject or not isinstance(
            key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey
        ):
            continue
        if any(each.oid == ExtensionOID.DELTA_CRL_INDICATOR for each in one.extensions):
            continue
        if not _fits(one.last_update_utc, one.next_update_utc, at):
            continue
        if not one.is_signature_valid(key):
            raise Flaw("CRL_SIGNATURE", certificate.subject.rfc4514_string())
        entry = one.get_revoked_certificate_by_serial_number(certificate.serial_number)
        yield entry.revocation_date_utc if entry else None
