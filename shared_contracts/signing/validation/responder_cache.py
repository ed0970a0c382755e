"""OCSP responders proven once: good news from one of them is believed without the long way.

pyHanko proves a responder the first time. Of a further answer only what is its own is looked at
here, read by ``cryptography``. Whatever is odd, and whatever is not good, goes pyHanko's way, which
also finds the reason: nothing is refused here. Tests hold both ways against each other.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from asn1crypto.core import Void
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import OCSPExtensionOID
from pyhanko_certvalidator.path import ValidationPath

from shared_contracts.bounded_cache import BoundedCache
from shared_contracts.signing.algorithms import PublicKey
from shared_contracts.signing.certificates import public_key
from shared_contracts.signing.validation.der_reading import element
from shared_contracts.signing.validation.issuer_cache import KEPT, trust
from shared_contracts.signing.validation.national import suite_name
from shared_contracts.signing.validation.plain_certificate import BROKEN, Signed, verified
from shared_contracts.signing.validation.trust_profile import TrustProfile


@dataclass(frozen=True, slots=True)
class ProvenResponder:
    """A responder whose certificate need not be asked about, its key, and how it is named."""

    since: datetime
    until: datetime
    name: bytes
    key_hash: bytes
    key: PublicKey


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an answer is held against: who issued the certificate, by which path, and when.

    ``nonce`` is None where none was sent.
    """

    profile: TrustProfile
    issuer: asn1_x509.Certificate
    path: ValidationPath
    at: datetime
    nonce: bytes | None


@dataclass(frozen=True, slots=True)
class GoodNews:
    """That a certificate is good: when it was said, and until when it holds."""

    produced_at: datetime
    valid_until: datetime | None


VERSION = 0xA0
"""Tag of the version, which may be absent."""


class ResponderTag(IntEnum):
    """Tags of the two ways in which a response names its responder."""

    BY_NAME = 0xA1
    BY_KEY = 0xA2


RESPONDERS = BoundedCache[Hashable, ProvenResponder](KEPT)
"""Proven responders, by profile, issuer and certificate."""


def keep_responder(
    profile: TrustProfile, response: asn1_ocsp.OCSPResponse, issuer: asn1_x509.Certificate
) -> None:
    """Keep the responder of an answer that was proven, if nobody need be asked about it."""
    brought = response.basic_ocsp_response["certs"]
    if isinstance(brought, Void) or len(brought) != 1 or brought[0].ocsp_no_check_value is None:
        return
    responder = brought[0]
    der = responder.dump()
    try:
        key = public_key(x509.load_der_x509_certificate(der))
    except BROKEN:
        return
    kept = ProvenResponder(
        responder.not_valid_before,
        responder.not_valid_after,
        responder.subject.dump(),
        responder.public_key.sha1,
        key,
    )
    RESPONDERS.put((trust(profile), issuer.sha256, der), kept)


def good_news(
    der: bytes, certificate: asn1_x509.Certificate, given: Circumstances
) -> GoodNews | None:
    """What an answer (DER) says, if it is good, now, and by a responder that is kept.

    None says only that pyHanko has to judge it.
    """
    try:
        return _good_news(ocsp.load_der_ocsp_response(der), certificate, given)
    except BROKEN:
        return None


def _good_news(
    response: ocsp.OCSPResponse, certificate: asn1_x509.Certificate, given: Circumstances
) -> GoodNews | None:
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return None
    brought = response.certificates
    if len(brought) != 1:
        return None
    by = brought[0].public_bytes(Encoding.DER)
    kept = RESPONDERS.get((trust(given.profile), given.issuer.sha256, by))
    believed = (
        kept is not None
        and kept.since <= given.at <= kept.until
        and _is_good(response)
        and response.serial_number == certificate.serial_number
        and _is_of(response, given.issuer)
        and _is_ours(response, given.nonce)
        and _is_fresh(given.profile, response, given.at)
        and _is_by(response, kept)
        and _is_signed(given.profile, response, kept)
    )
    return GoodNews(response.produced_at_utc, response.next_update_utc) if believed else None


def _is_good(response: ocsp.OCSPResponse) -> bool:
    """Good, without anything critical but the nonce."""
    return (
        response.certificate_status is ocsp.OCSPCertStatus.GOOD
        and not any(one.critical for one in response.single_extensions)
        and not any(
            one.critical for one in response.extensions if one.oid != OCSPExtensionOID.NONCE
        )
    )


def _is_of(response: ocsp.OCSPResponse, issuer: asn1_x509.Certificate) -> bool:
    """About a certificate of this issuer."""
    name, key = issuer.subject, issuer.public_key
    match response.hash_algorithm:
        case SHA256():
            expected = (name.sha256, key.sha256)
        case SHA1():
            expected = (name.sha1, key.sha1)
        case _:
            return False
    return (response.issuer_name_hash, response.issuer_key_hash) == expected


def _is_ours(response: ocsp.OCSPResponse, nonce: bytes | None) -> bool:
    """Where a nonce was sent it came back."""
    if nonce is None:
        return True
    found = [one.value for one in response.extensions if one.oid == OCSPExtensionOID.NONCE]
    return any(isinstance(one, x509.OCSPNonce) and one.nonce == nonce for one in found)


def _is_fresh(profile: TrustProfile, response: ocsp.OCSPResponse, at: datetime) -> bool:
    """Made by now, in force, and no older than the profile says, with an end of its own or not."""
    tolerance = profile.limits.clock_tolerance
    since, until = response.this_update_utc, response.next_update_utc
    latest = max(since, response.produced_at_utc)
    oldest = profile.ocsp.fresh if until is None else profile.ocsp.oldest
    return latest <= at + tolerance and at <= (until or since + oldest) and at - since <= oldest


def _is_by(response: ocsp.OCSPResponse, kept: ProvenResponder) -> bool:
    """Whether the response names the responder, by its name or by its key (RFC 6960, 4.2.1)."""
    octets = response.tbs_response_bytes
    at, _ = element(octets, 0)
    if octets[at] == VERSION:
        _, at = element(octets, at)
    begin, end = element(octets, at)
    match octets[at]:
        case ResponderTag.BY_NAME:
            return octets[begin:end] == kept.name
        case ResponderTag.BY_KEY:
            return octets[element(octets, begin)[0] : end] == kept.key_hash
        case _:
            return False


def _is_signed(profile: TrustProfile, response: ocsp.OCSPResponse, kept: ProvenResponder) -> bool:
    algorithm = response.signature_algorithm_oid.dotted_string
    if profile.algorithms and suite_name(algorithm) not in profile.algorithms:
        return False
    signed = Signed(algorithm, response.tbs_response_bytes, response.signature)
    return verified(signed, kept.key)
