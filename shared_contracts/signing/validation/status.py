"""What an authority says of a certificate: OCSP first, a list when nobody answers (S216-A2.1.3).

Fails closed: an answer that does not prove itself is none, and the next mirror is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko_certvalidator.path import ValidationPath

from shared_contracts.signing.report import Revocation, RevocationSource, RevocationStatus
from shared_contracts.signing.validation.list_cache import RevocationListCache
from shared_contracts.signing.validation.lists import (
    ListFlaw,
    RevokedEntry,
    RevokedList,
    check_delta,
    check_full,
    check_scope,
    check_term,
    find,
    open_list,
)
from shared_contracts.signing.validation.ocsp import (
    OcspFlaw,
    OcspStatus,
    request_for,
    understand,
)
from shared_contracts.signing.validation.responder_cache import Circumstances
from shared_contracts.signing.validation.revocation import Fetch, Unavailable
from shared_contracts.signing.validation.saved import SavedAnswers
from shared_contracts.signing.validation.trust_profile import Addresses, TrustProfile


@dataclass(frozen=True, slots=True)
class Asking:
    """With what is asked: whom we trust, how answers are had, and the lists had before."""

    profile: TrustProfile
    fetch: Fetch
    list_cache: RevocationListCache


@dataclass(frozen=True, slots=True)
class StatusQuestion:
    """One certificate of a validated path, whose status is asked for at a moment."""

    certificate: x509.Certificate
    issuer: x509.Certificate
    path: ValidationPath
    at: datetime


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """A status with the bytes that prove it, DER; a full list and its delta are two."""

    revocation: Revocation
    ocsp: bytes | None = None
    crls: tuple[bytes, ...] = ()


def ask(question: StatusQuestion, asking: Asking) -> StatusAnswer:
    """Ask the addresses of the profile one after another until one gives a usable answer.

    Fails closed: if nobody does, the status is UNAVAILABLE.
    """
    silent = []
    for answer in _answers(question, asking, _addresses(question, asking)):
        if isinstance(answer, StatusAnswer):
            return answer
        silent.append(str(answer))
    detail = "; ".join(silent) or _nobody(asking)
    return StatusAnswer(
        Revocation(RevocationStatus.UNAVAILABLE, None, checked_at=question.at, detail=detail)
    )


def _nobody(asking: Asking) -> str:
    """Why there was nobody to ask."""
    if isinstance(asking.fetch, SavedAnswers):
        return "no saved answer is about the certificate at that moment"
    return "the trust profile names no address for the issuer"


def _addresses(question: StatusQuestion, asking: Asking) -> Addresses:
    if isinstance(asking.fetch, SavedAnswers):
        return asking.fetch.about(question.certificate, question.issuer)
    return asking.profile.addresses.get(question.issuer.dump(), Addresses())


def _answers(
    question: StatusQuestion, asking: Asking, addresses: Addresses
) -> Iterator[StatusAnswer | Unavailable]:
    for url in addresses.ocsp:
        try:
            yield _ask_ocsp(question, asking, url)
        except Unavailable as silent:
            yield silent
    for url in addresses.crl:
        try:
            yield _ask_crl(question, asking, url, addresses.delta)
        except Unavailable as silent:
            yield silent


def _ask_ocsp(question: StatusQuestion, asking: Asking, url: str) -> StatusAnswer:
    request, nonce = request_for(question.certificate, question.issuer)
    der = asking.fetch.ocsp(url, request)
    # Saved answers were given to other questions; they alone may bear another nonce.
    ours = None if isinstance(asking.fetch, SavedAnswers) else nonce
    circumstances = Circumstances(asking.profile, question.issuer, question.path, question.at, ours)
    try:
        said = understand(der, question.certificate, circumstances)
    except OcspFlaw as wrong:
        raise Unavailable(f"{url}: {wrong}") from wrong
    return StatusAnswer(_of_ocsp(said, question.at), ocsp=der)


def _of_ocsp(said: OcspStatus, at: datetime) -> Revocation:
    return Revocation(
        said.status,
        RevocationSource.OCSP,
        checked_at=at,
        produced_at=said.produced_at,
        valid_until=said.valid_until,
        revoked_at=said.revoked_at,
        detail=said.detail,
        reason=said.reason,
    )


def _ask_crl(
    question: StatusQuestion, asking: Asking, url: str, deltas: tuple[str, ...]
) -> StatusAnswer:
    full = _list(question, asking, url)
    delta = _delta(question, asking, full, deltas) if deltas else None
    try:
        check_full(full)
        check_scope(full, question.certificate)
        entry = find(question.certificate.serial_number, full, delta)
    except ValueError as wrong:
        raise Unavailable(f"{url}: {wrong}") from wrong
    last = delta or full
    crls = (full.der,) if delta is None else (full.der, delta.der)
    return StatusAnswer(_of_list(entry, last, question.at), crls=crls)


def _delta(
    question: StatusQuestion, asking: Asking, full: RevokedList, urls: tuple[str, ...]
) -> RevokedList:
    """The delta list for ``full``; who configures one wants no older news, so it is needed."""
    silent = []
    for url in urls:
        try:
            delta = _list(question, asking, url)
            check_delta(full, delta)
        except (Unavailable, ListFlaw) as wrong:
            silent.append(wrong if isinstance(wrong, Unavailable) else f"{url}: {wrong}")
        else:
            return delta
    raise Unavailable("; ".join(str(one) for one in silent))


def _list(question: StatusQuestion, asking: Asking, url: str) -> RevokedList:
    """The list at ``url``, proven and in force; Unavailable if there is none."""

    def load(former: RevokedList | None) -> RevokedList:
        der = asking.fetch.crl(url)
        return former if former and former.der == der else open_list(der, question.issuer)

    try:
        listed = asking.list_cache.take((url, question.issuer.dump()), question.at, load)
        check_term(listed, question.at, asking.profile.limits.clock_tolerance)
    except ListFlaw as wrong:
        raise Unavailable(f"{url}: {wrong}") from wrong
    return listed


def _of_list(entry: RevokedEntry | None, last: RevokedList, at: datetime) -> Revocation:
    return Revocation(
        RevocationStatus.GOOD if entry is None else RevocationStatus.REVOKED,
        RevocationSource.CRL,
        checked_at=at,
        produced_at=last.this_update,
        valid_until=last.next_update,
        revoked_at=entry.revoked_at if entry else None,
        reason=entry.reason if entry else None,
    )
