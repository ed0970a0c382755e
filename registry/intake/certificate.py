"""Step 3: the certificate is there, authentic, in force, and its owner may sign this.

(S216-A2.1.3, S216-3, S95-4)
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.intake.rules.facts import Sender
from registry.intake.steps import Genuine, Proven, Received, SignedDocument, Whole
from registry.intake.witness import Checker
from registry.systems.system import SystemRegistered
from shared_contracts.faults import Breach, Fault, Refused, Unprocessed
from shared_contracts.messages.codec import Element, local_name
from shared_contracts.rules.catalogue import parameters
from shared_contracts.signing.report import CertificateReport, Reason, SignatureRefused
from shared_contracts.signing.roles import DocumentKind, Refusal, judge_signer
from shared_contracts.signing.verify import verify_person, verify_system

REVOCATION_RETRY = 30
"""Seconds after which to ask again when no revocation data could be had."""

RULES = {Reason.NO_SIGNATURE: "C-01", Reason.ALGORITHM: "C-09", Reason.KEY_TOO_SHORT: "C-09"}
"""Rules for the reasons of a refused signature; all others are C-02."""

CERTIFICATE_RULES = {"OUT_OF_BOUNDS_NO_POE": "C-04", "REVOKED_NO_POE": "C-05"}
"""Rules for a certificate that is not admitted; all other verdicts are C-03."""

SIGNER_RULES = {
    Refusal.ROLE_NOT_ALLOWED: "C-06",
    Refusal.BIN_MISMATCH: "C-07",
    Refusal.IIN_MISMATCH: "C-08",
}
"""Rules for a signer who may not sign this."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What is asked about a signer: the authority, the register, the buyers on record."""

    checker: Checker
    system: Callable[[str], SystemRegistered | None]
    buyers: Callable[[SignedDocument], Collection[str]] = lambda _document: ()

    def sender(self, sez_code: str) -> Sender:
        """The registered system with this code, as rules see it (``LookupError``)."""
        system = self.system(sez_code)
        if system is None:
            raise LookupError(f"no system {sez_code} in the register")
        return Sender(system.access_date, system.conditions, system.sectors)


def prove(received: Received, admission: Admission) -> Proven:
    """Whose the package is: its signature, its certificate, its place in the register.

    ``Refused`` says why it is nobody's.
    """
    root = f"/{local_name(received.element)}"
    try:
        signed = verify_system(received.element)
    except SignatureRefused as refused:
        raise Refused(_signature_breach(refused, root)) from refused
    code = text_at(received.element, "SezCode")
    system = admission.system(code or "")
    if system is None:
        raise Refused(Breach("I-11", f"{root}/SezCode", code))
    report = admission.checker.check(signed.certificates, received.at)
    path = f"{root}/Signature"
    unavailable = _unavailable(report)
    admitted = () if unavailable else _admitted(report, path)
    if breaches := [*admitted, *_owner(report, system, received.at, path)]:
        raise Refused(*breaches)
    signer = hashlib.sha256(signed.certificates[0]).hexdigest()
    return Proven(system.code, signed.canonical_sha256, signer, unavailable)


def check_certificate(whole: Whole, proven: Proven, admission: Admission) -> Genuine:
    """Check every signature of every document; ``Refused`` names all that do not hold.

    ``Unprocessed(REVOCATION_UNAVAILABLE)`` asks to come again.
    """
    breaches: list[Breach] = []
    signers: list[tuple[CertificateReport, ...]] = []
    for document in whole.documents:
        found, reports = _document(document, whole.received.at, admission)
        breaches += found
        signers.append(reports)
    if breaches:
        raise Refused(*breaches)
    return Genuine(whole, proven, tuple(signers), tuple(_expiring(whole, signers)))


def _expiring(whole: Whole, signers: Sequence[Sequence[CertificateReport]]) -> Iterator[Breach]:
    """Warnings about certificates that will soon be out of force (C-10)."""
    at = whole.received.at
    days = parameters("C-10", at.date())["days"]
    for document, reports in zip(whole.documents, signers, strict=True):
        path = f"/{local_name(document.element)}/Signature"
        for report in reports:
            if report.not_after - at < timedelta(days=days):
                named = {"not_after": report.not_after.isoformat(), "days": str(days)}
                yield Breach("C-10", path, report.serial, named, document.number)


def _document(
    document: SignedDocument, at: datetime, admission: Admission
) -> tuple[list[Breach], tuple[CertificateReport, ...]]:
    number, root = document.number, f"/{local_name(document.element)}"
    try:
        signed = verify_person(document.element)
    except SignatureRefused as refused:
        return [_signature_breach(refused, root, number)], ()
    buyers = admission.buyers(document) or buyers_in(document.element)
    breaches: list[Breach] = []
    reports: list[CertificateReport] = []
    many = len(signed.signatures) > 1
    for position, signature in enumerate(signed.signatures, 1):
        path = f"{root}/Signature[{position}]" if many else f"{root}/Signature"
        report = admission.checker.check(signature.certificates, at)
        if unavailable := _unavailable(report):
            raise unavailable
        breaches += _admitted(report, path, number)
        breaches += _entitled(report, buyers, at, path, number)
        reports.append(report)
    return breaches, tuple(reports)


def buyers_in(element: Element) -> tuple[str, ...]:
    """BIN or IIN of the customer and the organiser whom a document names."""
    named = (
        text_at(element, party, number)
        for party in ("Customer", "Organizer")
        for number in ("Bin", "Iin")
    )
    return tuple(number for number in named if number)


def text_at(element: Element, *names: str) -> str | None:
    """The text at the end of a path of local names, or None."""
    found: Element | None = element
    for name in names:
        children = found if found is not None else ()
        found = next((child for child in children if local_name(child) == name), None)
    return None if found is None else found.text


def _signature_breach(refused: SignatureRefused, root: str, number: int | None = None) -> Breach:
    return Breach(
        RULES.get(refused.reason, "C-02"),
        refused.path or f"{root}/Signature",
        None,
        {"reason": refused.reason, "detail": refused.detail},
        number,
        refused.indication,
        refused.sub_indication,
    )


def _unavailable(report: CertificateReport) -> Unprocessed | None:
    if not report.try_later:
        return None
    return Unprocessed(Fault.REVOCATION_UNAVAILABLE, report.detail, retry_after=REVOCATION_RETRY)


def _admitted(report: CertificateReport, path: str, number: int | None = None) -> Iterator[Breach]:
    if report.passed:
        return
    sub = report.sub_indication
    yield Breach(
        CERTIFICATE_RULES.get(sub or "", "C-03"),
        path,
        report.serial,
        {"subject": report.subject.common_name or "", "detail": report.detail},
        number,
        report.indication,
        sub,
    )


def _owner(
    report: CertificateReport, system: SystemRegistered, at: datetime, path: str
) -> Iterator[Breach]:
    refusal = judge_signer(report, (system.bin,), DocumentKind.SYSTEM, at)
    if refusal:
        yield _signer_breach(refusal, report, (system.bin,), path)
    if system.system_uid and report.subject.system_uid != system.system_uid:
        expected = {"expected": system.system_uid}
        yield Breach("I-12", path, report.subject.system_uid, expected)


def _entitled(
    report: CertificateReport, buyers: Collection[str], at: datetime, path: str, number: int
) -> Iterator[Breach]:
    refusal = judge_signer(report, buyers, DocumentKind.PURCHASE, at)
    if refusal:
        yield _signer_breach(refusal, report, buyers, path, number)


def _signer_breach(
    refusal: Refusal,
    report: CertificateReport,
    expected: Collection[str],
    path: str,
    number: int | None = None,
) -> Breach:
    subject = report.subject
    value = ", ".join(sorted(subject.roles)) if refusal is Refusal.ROLE_NOT_ALLOWED else None
    parameters = {"expected": ", ".join(expected), "subject": subject.common_name or ""}
    value = value or subject.bin or subject.iin
    return Breach(SIGNER_RULES[refusal], path, value, parameters, number)
