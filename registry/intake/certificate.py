"""Step 3: the certificate is there, authentic, in force, and its owner may sign this.

(S216-A2.1.3, S216-3, S95-4)
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.intake.content_report import BadSignature, ExaminedDocument, WorkRequest
from registry.intake.steps import Genuine, NotAccepted, NotPassed, Proven, Received, WholePackage
from registry.intake.verdict_log import Checker
from registry.records.rules.facts import SendingSystem
from registry.systems.system import SystemRegistered
from shared_contracts.astana_time import shown
from shared_contracts.faults import Breach, Fault, Unprocessed, once
from shared_contracts.messages.document import NAMESPACE, DocumentKind
from shared_contracts.messages.kinds import KINDS
from shared_contracts.rules.catalogue import parameters
from shared_contracts.signing.report import CertificateReport, Reason
from shared_contracts.signing.roles import ROLES, Refusal, judge_signer
from shared_contracts.signing.subject import subject_of

BESIDE = ("F-XSD-", "F-ID-1", "F-ID-3", "F-HDR-9")
"""Rules whose findings tell why the number of a buyer is missing or another."""

REVOCATION_RETRY = 10
"""Seconds after which to ask again when no revocation data could be had; a question is cheap."""

RULES = {
    Reason.NO_SIGNATURE: "C-01",
    Reason.ALGORITHM: "C-09",
    Reason.ALGORITHM_OBSOLETE: "C-09",
    Reason.KEY_TOO_SHORT: "C-09",
}
"""Rules for the reasons of a refused signature; all others are C-02."""

CERTIFICATE_RULES = {"OUT_OF_BOUNDS_NO_POE": "C-04", "REVOKED_NO_POE": "C-05"}
"""Rules for a certificate that is not admitted; all other verdicts are C-03."""

SIGNER_RULES = {
    Refusal.ROLE_NOT_ALLOWED: "C-06",
    Refusal.BIN_MISMATCH: "C-07",
    Refusal.IIN_MISMATCH: "C-07",
    Refusal.NOBODY_NAMED: "C-11",
}
"""Rules for a signer who may not sign this."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What is asked about a signer: the authority, the register, for whom one may sign."""

    checker: Checker
    system: Callable[[str], SystemRegistered | None]
    persons: Callable[[ExaminedDocument], Collection[str] | None] = lambda one: one.persons

    def sender(self, sez_code: str) -> SendingSystem:
        """The registered system with this code, as rules see it (``LookupError``)."""
        system = self.system(sez_code)
        if system is None:
            raise LookupError(f"no system {sez_code} in the register")
        return SendingSystem(system.access_date, system.conditions, system.sectors)

    def knows(self, asked: WorkRequest, at: datetime) -> bool:
        """Whether a message comes from the system it names, as far as nobody has to be asked.

        Who is not known here is refused by ``prove``; whoever is may still be refused.
        """
        system = self.system(asked.sez_code or "")
        if system is None or not asked.certificates:
            return False
        try:
            subject = subject_of(asked.certificates[0])
        except ValueError:
            return False
        signer = hashlib.sha256(asked.certificates[0]).hexdigest()
        is_its_own = not system.system_uid or subject.system_uid == system.system_uid
        is_pinned = system.certificate_sha256 in {None, signer}
        named = subject.bin == system.bin and is_its_own and is_pinned
        return named and self.checker.comes_from_authority(asked.certificates, at)


def prove(received: Received, admission: Admission) -> Proven | NotAccepted:
    """Whose the package is: its signature, its certificate, its place in the register.

    ``NotAccepted`` says why its sender is not proven.
    """
    examined = received.examined
    root = f"/{examined.root}"
    if examined.bad_signature is not None:
        return NotAccepted((_signature_breach(examined.bad_signature),))
    code = examined.identity.sez_code
    system = admission.system(code or "")
    if system is None:
        return NotAccepted((Breach("I-11", f"{root}/SezCode", code),))
    if strange := tuple(_connection(received, system)):
        return NotAccepted(strange)
    report = admission.checker.check(examined.certificates, received.at)
    path = f"{root}/Signature"
    unavailable = _unavailable(report)
    admitted = () if unavailable else _admitted(report, path)
    signer = hashlib.sha256(examined.certificates[0]).hexdigest()
    owner = _owner(report, system, received.at, path)
    if breaches := [*admitted, *owner, *_pinned(signer, system, path)]:
        return NotAccepted(tuple(breaches))
    return Proven(system.code, examined.package_hash, signer, unavailable)


def _connection(received: Received, system: SystemRegistered) -> Iterator[Breach]:
    """A system whose TLS certificate is on record must have shown it (S216-19)."""
    expected, shown = system.tls_certificate_sha256, received.tls_certificate
    if expected is not None and (shown is None or not hmac.compare_digest(shown, expected)):
        path = f"/{received.examined.root}/SezCode"
        yield Breach("I-15", path, shown, {"expected": expected})


def check_certificate(
    whole: WholePackage, proven: Proven, admission: Admission
) -> Genuine | NotPassed:
    """Check every signature of every document; ``NotAccepted`` names all that fail.

    ``Unprocessed(REVOCATION_UNAVAILABLE)`` asks to come again.
    """
    breaches: list[Breach] = []
    signers: list[tuple[CertificateReport, ...]] = []
    for document in whole.documents:
        checked = _document(document, whole.received.at, admission)
        if isinstance(checked, Unprocessed):
            return checked
        breaches += checked.breaches
        signers.append(checked.reports)
    if breaches:
        return NotAccepted(tuple(breaches))
    warnings = (*_expiring(whole, signers), *_unnamed(whole, signers))
    return Genuine(whole, proven, tuple(signers), warnings)


def _expiring(
    whole: WholePackage, signers: Sequence[Sequence[CertificateReport]]
) -> Iterator[Breach]:
    """Warnings about certificates that will soon expire (C-10).

    One that has expired is valid only by a time stamp, and a warning comes too late for it.
    """
    at = whole.received.at
    days = parameters("C-10", at.date())["days"]
    for document, reports in zip(whole.documents, signers, strict=True):
        path = f"/{document.root}/Signature"
        for report in reports:
            if timedelta(0) <= report.not_after - at < timedelta(days=days):
                named = {"not_after": shown(report.not_after), "days": str(days)}
                yield Breach("C-10", path, report.serial, named, document.number)


def _unnamed(
    whole: WholePackage, signers: Sequence[Sequence[CertificateReport]]
) -> Iterator[Breach]:
    """Warnings about records whose stated user is none of the signers (C-08)."""
    for document, reports in zip(whole.documents, signers, strict=True):
        stated = whole.package.records[document.number - 1].header.formed_by.iin
        signed = [report.subject.iin for report in reports]
        if stated is not None and stated not in signed:
            names = ", ".join(report.subject.common_name or "" for report in reports)
            named = {"expected": stated, "subject": names}
            found = ", ".join(filter(None, signed))
            yield Breach("C-08", f"/{document.root}/Signature", found, named, document.number)


@dataclass(frozen=True, slots=True)
class _CheckedSigners:
    """The breaches by the signatures of a document, and the reports on its signers."""

    breaches: Sequence[Breach]
    reports: tuple[CertificateReport, ...]


def _document(
    document: ExaminedDocument, at: datetime, admission: Admission
) -> _CheckedSigners | Unprocessed:
    if document.bad_signature is not None:
        return _CheckedSigners([_signature_breach(document.bad_signature, document.number)], ())
    persons = admission.persons(document)
    breaches: list[Breach] = []
    reports: list[CertificateReport] = []
    for signature in document.signatures:
        report = admission.checker.check(signature.certificates, at, stamp=signature.stamp)
        if unavailable := _unavailable(report):
            return unavailable
        breaches += _admitted(report, signature.path, document.number)
        if persons is not None:  # else an earlier version tells, which has not come yet
            breaches += _entitled(report, persons, at, signature.path, document)
        reports.append(report)
    found = once([*breaches, *_why_unknown(breaches, document)])
    return _CheckedSigners(found, tuple(reports))


def _signature_breach(bad: BadSignature, number: int | None = None) -> Breach:
    parameters = {"reason": bad.reason, "detail": bad.detail}
    rule = RULES.get(bad.reason, "C-02")
    return Breach(rule, bad.path, None, parameters, number, *bad.verdict)


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


def _pinned(signer: str, system: SystemRegistered, path: str) -> Iterator[Breach]:
    """A system whose signing certificate is on record signs with that one alone."""
    expected = system.certificate_sha256
    if expected is not None and not hmac.compare_digest(signer, expected):
        yield Breach("I-17", path, signer, {"expected": expected})


def _entitled(
    report: CertificateReport,
    persons: Collection[str],
    at: datetime,
    path: str,
    document: ExaminedDocument,
) -> Iterator[Breach]:
    refusal = judge_signer(report, persons, KINDS[document.object_type].signed_as, at)
    if refusal is Refusal.NOBODY_NAMED:
        yield _nobody(document, persons)
    elif refusal:
        yield _signer_breach(refusal, report, persons, path, document.number)


def _nobody(document: ExaminedDocument, persons: Collection[str]) -> Breach:
    """That nobody can tell for whom a document is signed, at the place of the number."""
    root, kind = f"/{document.root}", KINDS[document.object_type]
    readable = document.root == kind.whole.__name__ and not any(
        breach.path == root for breach in document.breaches
    )
    path = kind.signed_for_place() if readable else root
    named = {"namespace": NAMESPACE}
    return Breach("C-11", path, next(iter(persons), None), named, document.number)


def _why_unknown(breaches: Iterable[Breach], document: ExaminedDocument) -> Iterator[Breach]:
    """What the schema and the rules say of the numbers, where nobody or another one is named."""
    if {breach.rule for breach in breaches} & {"C-07", "C-11"}:
        yield from (one for one in document.breaches if one.rule.startswith(BESIDE))


def _signer_breach(
    refusal: Refusal,
    report: CertificateReport,
    expected: Collection[str],
    path: str,
    number: int | None = None,
) -> Breach:
    subject = report.subject
    value = ", ".join(sorted(subject.roles)) if refusal is Refusal.ROLE_NOT_ALLOWED else None
    parameters = {
        "expected": ", ".join(expected),
        "subject": subject.common_name or "",
        "roles": ", ".join(ROLES.get(role, role) for role in sorted(subject.roles)),
    }
    value = value or subject.bin or subject.iin
    return Breach(SIGNER_RULES[refusal], path, value, parameters, number)
