"""Is an answer that of the system it should come from? (S216-13a, S216-13b)."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from shared_contracts.astana_time import shown
from shared_contracts.errors import BadInput
from shared_contracts.event_log.proofs.checkpoint import BadCheckpoint, Checkpoint, parse
from shared_contracts.event_log.proofs.extension import not_of_now
from shared_contracts.faults import Unprocessed
from shared_contracts.messages.document import DocumentKind, Part
from shared_contracts.signing.report import CertificateReport, SignatureRefused, SubIndication
from shared_contracts.signing.roles import judge_signer
from shared_contracts.signing.validation.trust_profile import TrustProfile
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import codec, schema
from shared_contracts.xml.codec import Element

P = TypeVar("P", bound=Part)
_ENDED = frozenset({SubIndication.OUT_OF_BOUNDS_NO_POE, SubIndication.REVOKED_NO_POE})


class NotTheCounterpart(BadInput):
    """An answer does not prove itself; nothing of it is believed."""


class SignedByAnother(NotTheCounterpart):
    """The signature stands and its certificate is good, but another is pinned.

    ``found`` is the SHA-256 of that certificate (DER, lower hex).
    """

    def __init__(self, why: str, certificate: bytes) -> None:
        super().__init__(why)
        self.found = hashlib.sha256(certificate).hexdigest()


class NoLongerInForce(NotTheCounterpart):
    """The signature stands and is the pinned system's; its certificate has expired or is revoked.

    ``answer`` is what was signed: nothing of it is believed until the moment of signing is proven.
    """

    def __init__(self, why: str, answer: Part) -> None:
        super().__init__(why)
        self.answer = answer


class NotProvenYet(NotTheCounterpart):
    """No revocation data of the signer could be had: the same answer may be believed later."""


class SignerChecker(Protocol):
    """Judges the certificates of who signs answers; ``CertificateChecker`` says what each gives."""

    @property
    def profile(self) -> TrustProfile:
        """By which authorities."""

    def check(self, chain: Sequence[bytes], at: datetime) -> CertificateReport:
        """The verdict on a chain (DER, leaf first) at a moment."""

    def stood(self, chain: Sequence[bytes], at: datetime) -> bool:
        """Whether it was in force at a moment, revocation apart."""


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The other system as it is pinned: its BIN, and its UID and certificate where they are known.

    ``certificate_sha256`` is over the DER form, lower hex.
    """

    checker: SignerChecker
    bin: str
    uid: str = ""
    certificate_sha256: str | None = None


def believe(
    data: bytes, kind: type[P], counterpart: Counterpart, at: datetime | Callable[[P], datetime]
) -> P:
    """The signed answer in ``data``; ``NotTheCounterpart`` says why it is not believed.

    Its signer is judged as of the moment ``at``, or of the moment that ``at`` finds in the answer.
    ``NoLongerInForce`` says that nothing but the end of the signer's certificate is against it.
    """
    return believe_element(_parsed(data), kind, counterpart, at)


def believe_element(
    element: Element,
    kind: type[P],
    counterpart: Counterpart,
    at: datetime | Callable[[P], datetime],
) -> P:
    """The same for what was opened already, such as the content of an envelope."""
    answer, certificates = _read(element, kind)
    moment = at(answer) if callable(at) else at
    report = counterpart.checker.check(certificates, moment)
    if not report.passed:
        verdict = f"{report.indication} {report.sub_indication}: {report.detail}"
        if report.sub_indication in _ENDED and _is_pinned(report, counterpart, moment):
            raise NoLongerInForce(verdict, answer)
        raise (NotProvenYet if report.try_later else NotTheCounterpart)(verdict)
    _check_pinned(report, certificates[0], counterpart, moment)
    _check_certificate(certificates[0], counterpart)
    _check_sent_along(certificates, report, counterpart)
    return answer


def believe_as_of(data: bytes, kind: type[P], counterpart: Counterpart, at: datetime) -> P:
    """The same for a moment ``at`` that the other system has proven otherwise.

    Whether the certificate was revoked is not asked: what proves the moment proves the bytes.
    """
    answer, certificates = _read(_parsed(data), kind)
    if not counterpart.checker.stood(certificates, at):
        raise NotTheCounterpart(f"its certificate was not in force at {shown(at)}")
    report = counterpart.checker.check(certificates, at)
    _check_pinned(report, certificates[0], counterpart, at)
    return answer


def _parsed(data: bytes) -> Element:
    try:
        return schema.parse(data)
    except Unprocessed as problem:
        raise NotTheCounterpart(str(problem)) from problem


def _read(element: Element, kind: type[P]) -> tuple[P, tuple[bytes, ...]]:
    """An answer whose signature stands, and the certificates of whoever signed it."""
    try:
        signed = verify_system(element)
        if breaches := schema.validate(element, "I-XSD-1"):
            raise NotTheCounterpart(f"{breaches[0].path} is not as the contract says")
        return codec.read(element, kind), signed.certificates
    except (Unprocessed, SignatureRefused, ValueError) as problem:
        raise NotTheCounterpart(str(problem)) from problem


def _is_pinned(report: CertificateReport, pinned: Counterpart, at: datetime) -> bool:
    refusal = judge_signer(report, (pinned.bin,), DocumentKind.SYSTEM, at)
    return refusal is None and pinned.uid in ("", report.subject.system_uid)


def _check_pinned(
    report: CertificateReport, signer: bytes, pinned: Counterpart, at: datetime
) -> None:
    if not _is_pinned(report, pinned, at):
        told = f"signed by {report.subject.common_name}, who is not expected"
        raise SignedByAnother(told, signer)


def _check_certificate(signer: bytes, pinned: Counterpart) -> None:
    expected, found = pinned.certificate_sha256, hashlib.sha256(signer).hexdigest()
    if expected not in (None, found):
        told = f"signed with the certificate {found}, {expected} is expected"
        raise SignedByAnother(told, signer)


def _check_sent_along(
    certificates: tuple[bytes, ...], report: CertificateReport, pinned: Counterpart
) -> None:
    """Refuse certificates beside the signer's that lead nowhere: no signature covers their bytes.

    An answer that was changed on its way only there would be kept as other bytes than were sent.
    """
    profile = pinned.checker.profile
    known = {*report.evidence.certificates, *profile.intermediates, *profile.anchors}
    for der in certificates:
        if der not in known:
            digest = hashlib.sha256(der).hexdigest()
            raise NotTheCounterpart(
                f"X509Data holds a certificate that is not of the signer's path: SHA-256 {digest}; "
                "the answer was changed on its way, ask for it again"
            )


def checkpoint_told(note: str, now: datetime) -> Checkpoint:
    """The newest checkpoint of the other side's log, as it told it (decision 0061).

    ``NotTheCounterpart`` where it cannot be read, or is none of this time.
    """
    try:
        told = parse(note)
    except BadCheckpoint as bad:
        raise NotTheCounterpart(f"its checkpoint cannot be read: {bad}") from bad
    if doubt := not_of_now(told, now):
        raise NotTheCounterpart(doubt)
    return told
