"""What an OCSP response says, once its signature, responder and age are proven (RFC 6960)."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import ocsp, x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import OCSPNonce
from cryptography.x509.ocsp import OCSPRequestBuilder
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.errors import (
    OCSPNoMatchesError,
    OCSPValidationError,
    OCSPValidationIndeterminateError,
    RevokedError,
)
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

from shared_contracts.astana_time import shown
from shared_contracts.errors import BadInput
from shared_contracts.signing.report import RevocationStatus
from shared_contracts.signing.validation.der_reading import MALFORMED
from shared_contracts.signing.validation.national import VALIDATOR, NationalPolicy, teach
from shared_contracts.signing.validation.responder_cache import (
    Circumstances,
    good_news,
    keep_responder,
)
from shared_contracts.signing.validation.trust_profile import TrustProfile
from shared_contracts.signing.validation.well_made import flaw_of, key_flaw

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
HOLD = "certificate_hold"
"""Revoked since 1970 and on hold: so a responder speaks of a certificate that was never issued
(RFC 6960, 2.2 and 4.4.8, extended revoke)."""

NEVER_ISSUED = "the authority never issued such a certificate"
HASHES = frozenset({"sha1", "sha256"})
"""With which a response may name the certificate it is about."""


_WRONG = (
    OCSPNoMatchesError,
    OCSPValidationError,
    UnsupportedAlgorithm,
    *MALFORMED,
)
"""What the library raises at a response that is not as it must be."""


class OcspFlaw(BadInput, ValueError):
    """A response that proves nothing: what is wrong with it."""


@dataclass(frozen=True, slots=True)
class OcspStatus:
    """What a proven response says of one certificate."""

    status: RevocationStatus
    produced_at: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    reason: str | None
    detail: str = ""


def request_for(certificate: x509.Certificate, issuer: x509.Certificate) -> tuple[bytes, bytes]:
    """A request for the status of ``certificate`` as DER, and its fresh nonce (RFC 8954)."""
    nonce = secrets.token_bytes(16)
    request = (
        OCSPRequestBuilder()
        .add_certificate_by_hash(
            issuer.subject.sha256, issuer.public_key.sha256, certificate.serial_number, SHA256()
        )
        .add_extension(OCSPNonce(nonce), critical=False)
        .build()
    )
    return request.public_bytes(Encoding.DER), nonce


def understand(der: bytes, certificate: x509.Certificate, given: Circumstances) -> OcspStatus:
    """What the response says of ``certificate``; OcspFlaw if it proves nothing about it."""
    good = good_news(der, certificate, given)
    if good is not None:
        return OcspStatus(RevocationStatus.GOOD, good.produced_at, good.valid_until, None, None)
    response = _open(der)
    _check_nonce(response, given)
    _check_age(response, given)
    _check_keys(response, given.profile)
    _verify(response, certificate, given)
    keep_responder(given.profile, response, given.issuer)
    return _said(response)


def _open(der: bytes) -> ocsp.OCSPResponse:
    """A response about one certificate, whose fields can be read."""
    try:
        response = ocsp.OCSPResponse.load(der, strict=True)
        flaw = _unfit(response)
    except MALFORMED as broken:
        raise OcspFlaw("not an OCSP response") from broken
    if flaw is not None:
        raise OcspFlaw(flaw)
    return response


def _unfit(response: ocsp.OCSPResponse) -> str | None:
    status = response["response_status"].native
    if status != "successful":
        return str(status)
    if len(response.response_data["responses"]) != 1:
        return "not an answer about one certificate"
    single = _single(response)
    if strange := (response.critical_extensions - {"nonce"}) | single.critical_extensions:
        return f"critical extensions {', '.join(sorted(strange))}"
    hashing = single["cert_id"]["hash_algorithm"]["algorithm"].native
    return None if hashing in HASHES else f"names the certificate with {hashing}"


def _single(response: ocsp.OCSPResponse) -> ocsp.SingleResponse:
    return response.response_data["responses"][0]


def _check_nonce(response: ocsp.OCSPResponse, given: Circumstances) -> None:
    """The nonce is ours; the profile says whether there may be none."""
    if given.nonce is None:
        return
    nonce = response.nonce_value
    if nonce is None:
        if given.profile.ocsp.nonce_required:
            raise OcspFlaw("no nonce, which the profile requires")
        return
    if nonce.native != given.nonce:
        raise OcspFlaw("answers another question")


def _check_age(response: ocsp.OCSPResponse, given: Circumstances) -> None:
    """Not of a time to come, nor older than the profile says, with an end of its own or without."""
    single, made = _single(response), response.response_data["produced_at"].native
    if made > given.at + given.profile.limits.clock_tolerance:
        raise OcspFlaw(f"of a time to come: {shown(made)}")
    age = given.at - single["this_update"].native
    bound = given.profile.ocsp.fresh + given.profile.limits.clock_tolerance
    if single["next_update"].native is not None:
        bound = given.profile.ocsp.oldest
    if age > bound:
        raise OcspFlaw(f"too old: of {shown(single['this_update'].native)}")


def _check_keys(response: ocsp.OCSPResponse, profile: TrustProfile) -> None:
    """The responder's certificate and key are held to the same rules as those of a chain."""
    try:
        brought = response.basic_ocsp_response["certs"] or ()
        flaws = [_flaw(one, profile) for one in brought if one.dump() not in profile.anchors]
    except MALFORMED as broken:
        raise OcspFlaw("its responder's certificate cannot be read") from broken
    for flaw in filter(None, flaws):
        raise OcspFlaw(f"its responder: {flaw}")


def _flaw(responder: x509.Certificate, profile: TrustProfile) -> str | None:
    return flaw_of(responder) or key_flaw(responder, profile.shortest_rsa, profile.algorithms)


def _verify(
    response: ocsp.OCSPResponse, certificate: x509.Certificate, given: Circumstances
) -> None:
    """Signature, responder, certificate and age are right, whatever is said."""
    said = _single(response)["cert_status"].name
    try:
        asyncio.run(
            verify_ocsp_response(certificate, given.path, _context(response, given)),
        )
    except RevokedError:
        return
    except OCSPValidationIndeterminateError as unclear:
        # All that can be wrong with a response stands in ``failures``; a status other than
        # good and revoked does not.
        if unclear.failures or said == "good":
            raise OcspFlaw(_words(unclear)) from unclear
    except _WRONG as wrong:
        raise OcspFlaw(str(wrong)) from wrong


def _context(response: ocsp.OCSPResponse, given: Circumstances) -> ValidationContext:
    teach()
    return ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in given.profile.anchors],
        other_certs=[x509.Certificate.load(der) for der in given.profile.intermediates],
        moment=given.at,
        ocsps=[response],
        revocation_mode="require",
        time_tolerance=given.profile.limits.clock_tolerance,
        allow_fetching=False,
        algorithm_usage_policy=NationalPolicy(given.profile.algorithms),
        signature_validator=VALIDATOR,
    )


def _said(response: ocsp.OCSPResponse) -> OcspStatus:
    single = _single(response)
    kind, moment, reason = _status(single["cert_status"])
    never = (moment, reason) == (NEVER, HOLD)
    return OcspStatus(
        status=RevocationStatus.UNKNOWN if never else kind,
        produced_at=response.response_data["produced_at"].native,
        valid_until=single["next_update"].native,
        revoked_at=None if never else moment,
        reason=None if never else reason,
        detail=NEVER_ISSUED if never else "",
    )


def _status(written: ocsp.CertStatus) -> tuple[RevocationStatus, datetime | None, str | None]:
    if written.name == "good":
        return RevocationStatus.GOOD, None, None
    if written.name == "unknown":
        return RevocationStatus.UNKNOWN, None, None
    revoked = written.chosen
    reason = revoked["revocation_reason"].native or "unspecified"
    return RevocationStatus.REVOKED, revoked["revocation_time"].native, reason


def _words(wrong: OCSPValidationIndeterminateError) -> str:
    """What is wrong with an answer, without the answer itself."""
    return "; ".join(str(failure[0]) for failure in wrong.failures) or str(wrong)
