"""What authorities said of certificates: OCSP answers and CRLs (RFC 6960, 5280).

One proven answer decides. An answer that proves nothing is passed over where another decides, and
is named: whoever adds a spoilt one to a package refutes nothing by it.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp

from .certificates import TRIED, Answers, is_issued, may_answer
from .keys import not_computed, public_key
from .revocation_lists import RevocationLists
from .steps import Flaw, Remark, Undecided

TOLERANCE = timedelta(minutes=15)
"""How much older than the moment an answer may be that names no end."""
_ANSWERS = 256
"""Answers about one certificate, and lists of one issuer, that are read."""

Said = Iterable[datetime | None]
"""When an answer says that a certificate was revoked, None for never; nothing if it says neither.
"""


@dataclass
class HeardAnswers:
    """What the answers about one certificate say, and those that prove nothing."""

    revoked: list[datetime | None] = field(default_factory=list)
    spoilt: list[Flaw] = field(default_factory=list)

    def hear(self, der: bytes, read: Callable[[], Said]) -> None:
        """Take what one answer says; what cannot be believed is kept with its SHA-256."""
        name = hashlib.sha256(der).hexdigest()
        try:
            self.revoked += read()
        except Undecided as open_:
            self.spoilt.append(Undecided(open_.ground, detail=name))
        except Flaw as flaw:
            self.spoilt.append(Flaw(flaw.ground, detail=name))
        except ValueError:
            self.spoilt.append(Flaw("UNREADABLE", detail=name))


def check_not_revoked(
    chain: Sequence[x509.Certificate], known: Answers, at: datetime
) -> Remark | None:
    """Each certificate below the anchor was not revoked ``at``, by one proven answer at least.

    Answers that prove nothing are named in the remark. Without a proven one the ground of the
    first that proves nothing is raised: ``Undecided`` where one of them cannot be computed here, or
    where there is none.
    """
    spoilt: list[Flaw] = []
    for certificate, issuer in pairwise(chain):
        spoilt += _not_revoked(certificate, issuer, known, at)
    if not spoilt:
        return None
    told = dict.fromkeys(f"{one.ground} {one.detail}" for one in spoilt)
    return Remark("ANSWERS_PASSED_OVER", ", ".join(told))


def _not_revoked(
    certificate: x509.Certificate, issuer: x509.Certificate, known: Answers, at: datetime
) -> list[Flaw]:
    """The answers that were passed over; ``Flaw`` where it was revoked, or none decides."""
    heard, name = HeardAnswers(), certificate.subject.rfc4514_string()
    for response in known.responses.get(certificate.serial_number, [])[:_ANSWERS]:
        answer = _OcspAnswer(response, issuer, known)
        heard.hear(response.public_bytes(Encoding.DER), partial(answer.said, at))
    lists = known.lists.get(issuer.subject.public_bytes(), [])
    listed = RevocationLists.about(certificate, lists[:_ANSWERS])
    for one, is_whole in listed.lists:
        listing = _ListAnswer(one, issuer, is_whole=is_whole)
        said = partial(listing.said, certificate.serial_number, at)
        heard.hear(one.public_bytes(Encoding.DER), said)
    if any(one is not None and one <= at for one in heard.revoked):
        raise Flaw("REVOKED", name)
    if heard.revoked:
        return heard.spoilt
    for first in sorted(heard.spoilt, key=lambda one: not isinstance(one, Undecided)):
        raise type(first)(first.ground, name, first.detail)
    raise Undecided(listed.ground or "NO_ANSWER", name)


def _fits(this: datetime, following: datetime | None, at: datetime) -> bool:
    """Whether an answer says something of the moment: it is later, or was in force then."""
    if this >= at:
        return True
    return at - this <= TOLERANCE or (following is not None and at <= following)


@dataclass(frozen=True)
class _OcspAnswer:
    """An OCSP answer that has the number of a certificate of this issuer."""

    response: ocsp.OCSPResponse
    issuer: x509.Certificate
    known: Answers

    def said(self, at: datetime) -> Said:
        """What it says of the moment; ``Flaw`` if nobody who may answer signed it."""
        one = self.response
        if not self._is_of_issuer():
            return ()
        if not _fits(one.this_update_utc, one.next_update_utc, at):
            return ()
        if not self._is_signed():
            raise Flaw("OCSP_SIGNATURE")
        if one.certificate_status is ocsp.OCSPCertStatus.GOOD:
            return (None,)
        is_revoked = one.certificate_status is ocsp.OCSPCertStatus.REVOKED
        return (one.revocation_time_utc,) if is_revoked else ()

    def _is_of_issuer(self) -> bool:
        """Whether an answer is about a certificate of this issuer."""
        try:
            digest = self.response.hash_algorithm.name
        except UnsupportedAlgorithm as other:
            raise not_computed(self.issuer) from other
        name = hashlib.new(digest, self.issuer.subject.public_bytes()).digest()
        bits = hashlib.new(digest, _key_bits(self.issuer)).digest()
        return (self.response.issuer_name_hash, self.response.issuer_key_hash) == (name, bits)

    def _is_signed(self) -> bool:
        """Whether the issuer signed the answer, or a responder that it named for this."""
        others = self.known.responders.get(self.issuer.subject.public_bytes(), [])
        for one in (self.issuer, *self.response.certificates[:TRIED], *others[:TRIED]):
            responder = one == self.issuer or self._is_responder(one)
            if responder and _verifies(one, self.response):
                return True
        return False

    def _is_responder(self, one: x509.Certificate) -> bool:
        named = may_answer(one) and one.issuer == self.issuer.subject
        return named and is_issued(one, self.issuer)


def _key_bits(issuer: x509.Certificate) -> bytes:
    """The content of the BIT STRING of the issuer's key, over which its hash is."""
    key = public_key(issuer)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    if isinstance(key, rsa.RSAPublicKey):
        return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    raise not_computed(issuer)


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


@dataclass(frozen=True)
class _ListAnswer:
    """A CRL of this issuer; one of some reasons alone never says: not revoked."""

    one: x509.CertificateRevocationList
    issuer: x509.Certificate
    is_whole: bool

    def said(self, number: int, at: datetime) -> Said:
        """What it says of the certificate with this number; ``Flaw`` if its signature is wrong."""
        if not _fits(self.one.last_update_utc, self.one.next_update_utc, at):
            return ()
        key = public_key(self.issuer)
        if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
            raise not_computed(self.issuer)
        if not self.one.is_signature_valid(key):
            raise Flaw("CRL_SIGNATURE")
        entry = self.one.get_revoked_certificate_by_serial_number(number)
        if entry or self.is_whole:
            return (entry.revocation_date_utc if entry else None,)
        return ()
