"""Certificates: up to an anchor at a moment, and what authorities said of them (RFC 5280, 6960)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from .keys import not_computed, public_key
from .revocation_lists import RevocationLists
from .steps import Flaw, Undecided

TOLERANCE = timedelta(minutes=15)
"""How much older than the moment an answer may be that names no end."""
_LONGEST = 6
_TRIED = 16
"""Certificates of one name that are tried as the issuer or the responder of one."""
_ANSWERS = 256
"""Answers about one certificate, and lists of one issuer, that are read."""
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
        if one in same[:_TRIED]:
            return
        same.append(one)
        if _may_answer(one):
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
    found, own = [leaf], list(islice(brought, _TRIED))
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
    for one in (*named, *same[:_TRIED]):
        if one not in found and _issued(certificate, one):
            return one
    if len(same) > _TRIED:
        raise Undecided("ISSUERS_MANY", detail=certificate.issuer.rfc4514_string())
    return None


def check_not_revoked(chain: Sequence[x509.Certificate], known: Answers, at: datetime) -> None:
    """Each certificate below the anchor was not revoked ``at``; ``Undecided`` without an answer."""
    for certificate, issuer in pairwise(chain):
        lists = known.lists.get(issuer.subject.public_bytes(), [])
        listed = RevocationLists.about(certificate, lists[:_ANSWERS])
        revoked = [
            *_by_ocsp(certificate, issuer, known, at),
            *_by_list(certificate, issuer, listed, at),
        ]
        name = certificate.subject.rfc4514_string()
        if any(one is not None and one <= at for one in revoked):
            raise Flaw("REVOKED", name)
        if not revoked:
            raise Undecided(listed.ground or "NO_ANSWER", name)


def _ocsp(der: bytes) -> ocsp.OCSPResponse:
    response = ocsp.load_der_ocsp_response(der)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise ValueError("an OCSP response without an answer")
    return response


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
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


def _fits(this: datetime, following: datetime | None, at: datetime) -> bool:
    """Whether an answer says something of the moment: it is later, or was in force then."""
    if this >= at:
        return True
    return at - this <= TOLERANCE or (following is not None and at <= following)


def _by_ocsp(
    certificate: x509.Certificate, issuer: x509.Certificate, known: Answers, at: datetime
) -> Iterable[datetime | None]:
    """When proven OCSP answers say that it was revoked, None for never."""
    for response in known.responses.get(certificate.serial_number, [])[:_ANSWERS]:
        if not _is_of(response, issuer):
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
    try:
        digest = response.hash_algorithm.name
    except UnsupportedAlgorithm as other:
        raise not_computed(issuer) from other
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
    raise not_computed(issuer)


def _is_signed(response: ocsp.OCSPResponse, issuer: x509.Certificate, known: Answers) -> bool:
    """Whether the issuer signed the answer, or a responder that it named for this."""
    others = known.responders.get(issuer.subject.public_bytes(), [])
    for one in (issuer, *response.certificates[:_TRIED], *others[:_TRIED]):
        responder = one == issuer or _is_responder(one, issuer)
        if responder and _verifies(one, response):
            return True
    return False


def _is_responder(one: x509.Certificate, issuer: x509.Certificate) -> bool:
    return _may_answer(one) and one.issuer == issuer.subject and _issued(one, issuer)


def _may_answer(one: x509.Certificate) -> bool:
    """Whether a certificate is for signing OCSP answers; ValueError if its extensions are none."""
    try:
        purposes = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes


def _verifies(one: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    key = public_key(one)
    try:
        digest = response.signature_hash_algorithm or hashes.SHA256()
    except UnsupportedAlgorithm as other:
        raise Undecided("GOST", detail=response.signature_algorithm_oid.dotted_string) from other
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
    certificate: x509.Certificate, issuer: x509.Certificate, listed: RevocationLists, at: datetime
) -> Iterable[datetime | None]:
    """The same by proven CRLs of the issuer; one of some reasons alone never says: not revoked."""
    key = public_key(issuer)
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise not_computed(issuer)
    for one, is_whole in listed.lists:
        if not _fits(one.last_update_utc, one.next_update_utc, at):
            continue
        if not one.is_signature_valid(key):
            raise Flaw("CRL_SIGNATURE", certificate.subject.rfc4514_string())
        entry = one.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry or is_whole:
            yield entry.revocation_date_utc if entry else None
