"""What an authority's answer says of a certificate, once its own signature is proven."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.errors import (
    CRLValidationError,
    OCSPNoMatchesError,
    OCSPValidationError,
    OCSPValidationIndeterminateError,
    RevokedError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

from shared_contracts.signing.report import Revocation, RevocationSource, RevocationStatus
from shared_contracts.signing.revocation import Fetch, Unavailable, ocsp_request
from shared_contracts.signing.trust_profile import Addresses, TrustProfile


@dataclass(frozen=True, slots=True)
class Question:
    """One certificate of a validated path, whose status is asked for at a moment."""

    certificate: x509.Certificate
    issuer: x509.Certificate
    path: ValidationPath
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with the bytes that prove it, DER."""

    revocation: Revocation
    ocsp: bytes | None = None
    crl: bytes | None = None


def ask(question: Question, profile: TrustProfile, fetch: Fetch) -> Answer:
    """Ask the addresses of the profile one after another until one gives a usable answer.

    Fails closed: if nobody does, the status is UNAVAILABLE.
    """
    addresses = profile.addresses.get(question.issuer.dump(), Addresses())
    silent = []
    for answer in _answers(question, profile, fetch, addresses):
        if isinstance(answer, Answer):
            return answer
        silent.append(str(answer))
    detail = "; ".join(silent) or "the trust profile names no address for the issuer"
    return Answer(
        Revocation(RevocationStatus.UNAVAILABLE, None, checked_at=question.at, detail=detail)
    )


def _answers(
    question: Question, profile: TrustProfile, fetch: Fetch, addresses: Addresses
) -> Iterable[Answer | Unavailable]:
    for url in addresses.ocsp:
        try:
            yield _ask_ocsp(question, profile, fetch, url)
        except Unavailable as silent:
            yield silent
    for url in addresses.crl:
        try:
            yield _ask_crl(question, profile, fetch, url)
        except Unavailable as silent:
            yield silent


def _ask_ocsp(question: Question, profile: TrustProfile, fetch: Fetch, url: str) -> Answer:
    request = ocsp_request(question.certificate, question.issuer)
    der = fetch.ocsp(url, request.dump())
    response = _load_ocsp(der, url)
    given = response.basic_ocsp_response["tbs_response_data"]
    nonce = response.nonce_value
    if nonce is not None and nonce.native != request.nonce_value.native:
        raise Unavailable(f"{url}: answers another question")
    status, revoked_at = _judge_ocsp(question, profile, response, url)
    single = given["responses"][0]
    return Answer(
        Revocation(
            status,
            RevocationSource.OCSP,
            checked_at=question.at,
            produced_at=given["produced_at"].native,
            valid_until=single["next_update"].native,
            revoked_at=revoked_at,
        ),
        ocsp=der,
    )


def _load_ocsp(der: bytes, url: str) -> ocsp.OCSPResponse:
    try:
        response = ocsp.OCSPResponse.load(der, strict=True)
        status = response["response_status"].native
        if status == "successful" and len(response.response_data["responses"]) == 1:
            return response
    except (ValueError, TypeError, KeyError) as broken:
        raise Unavailable(f"{url}: not an OCSP response") from broken
    raise Unavailable(f"{url}: {status}")


def _judge_ocsp(
    question: Question, profile: TrustProfile, response: ocsp.OCSPResponse, url: str
) -> tuple[RevocationStatus, datetime | None]:
    """The status in a response whose signature, responder, certificate and age are right."""
    context = _context(question, profile, ocsps=[response])
    said = response.response_data["responses"][0]["cert_status"].name
    try:
        asyncio.run(verify_ocsp_response(question.certificate, question.path, context))
    except RevokedError as revoked:
        return RevocationStatus.REVOKED, revoked.revocation_dt
    except OCSPValidationIndeterminateError as unclear:
        # All that can be wrong with a response stands in ``failures``; a status other than
        # good and revoked does not.
        if unclear.failures or said == "good":
            raise Unavailable(f"{url}: {_words(unclear)}") from unclear
        is_unknown = said == "unknown"
        return (RevocationStatus.UNKNOWN if is_unknown else RevocationStatus.REVOKED), None
    except (OCSPNoMatchesError, OCSPValidationError, ValueError) as wrong:
        raise Unavailable(f"{url}: {wrong}") from wrong
    return RevocationStatus.GOOD, None


def _ask_crl(question: Question, profile: TrustProfile, fetch: Fetch, url: str) -> Answer:
    der = fetch.crl(url)
    try:
        listed = crl.CertificateList.load(der, strict=True)
        revoked_at = _judge_crl(question, profile, listed)
    except (CRLValidationError, ValueError, TypeError) as wrong:
        raise Unavailable(f"{url}: {_words(wrong)}") from wrong
    given = listed["tbs_cert_list"]
    status = RevocationStatus.GOOD if revoked_at is None else RevocationStatus.REVOKED
    return Answer(
        Revocation(
            status,
            RevocationSource.CRL,
            checked_at=question.at,
            produced_at=given["this_update"].native,
            valid_until=given["next_update"].native,
            revoked_at=revoked_at,
        ),
        crl=der,
    )


def _judge_crl(
    question: Question, profile: TrustProfile, listed: crl.CertificateList
) -> datetime | None:
    """When the certificate was revoked according to a list whose signature and age are right.

    Only a list of the issuer's own, whose status is known before (the links are asked from the
    anchor downwards), so that the list's issuer needs no revocation check of its own.
    """
    if listed.issuer != question.certificate.issuer:
        raise CRLValidationError("the list is not the issuer's own")
    context = _context(question, profile, crls=[listed], mode="none")
    try:
        asyncio.run(verify_crl(question.certificate, question.path, context))
    except RevokedError as revoked:
        moment: datetime = revoked.revocation_dt
        return moment
    return None


def _context(
    question: Question,
    profile: TrustProfile,
    *,
    ocsps: Iterable[ocsp.OCSPResponse] = (),
    crls: Iterable[crl.CertificateList] = (),
    mode: str = "require",
) -> ValidationContext:
    return ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in profile.anchors],
        other_certs=[x509.Certificate.load(der) for der in profile.intermediates],
        moment=question.at,
        ocsps=list(ocsps),
        crls=list(crls),
        revocation_mode=mode,
        time_tolerance=profile.limits.clock_tolerance,
        allow_fetching=False,
    )


def _words(wrong: Exception) -> str:
    """What is wrong with an answer, without the answer itself."""
    failures = getattr(wrong, "failures", ())
    return "; ".join(str(failure[0]) for failure in failures) or str(wrong)
