"""What is wrong with a signature, its certificate or its signer, as rules of stage 2 name it.

(S216-A2.1.3, S216-3, S95-4)
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from registry.intake.content_report import BadSignature, ExaminedDocument
from registry.systems.system import SystemRegistered
from shared_contracts.faults import Breach
from shared_contracts.messages.document import NAMESPACE, DocumentKind
from shared_contracts.messages.kinds import KINDS
from shared_contracts.signing.report import CertificateReport, Reason
from shared_contracts.signing.roles import ROLES, Refusal, judge_signer

BESIDE = ("F-XSD-", "F-ID-1", "F-ID-3", "F-HDR-9")
"""Rules whose findings tell why the number of a buyer is missing or another."""

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


def bad_signature(bad: BadSignature, number: int | None = None) -> Breach:
    """That a signature was refused, of the record ``number``."""
    parameters = {"reason": bad.reason, "detail": bad.detail}
    rule = RULES.get(bad.reason, "C-02")
    return Breach(rule, bad.path, None, parameters, number, *bad.verdict)


def not_admitted(
    report: CertificateReport, path: str, number: int | None = None
) -> Iterator[Breach]:
    """That a certificate is not good for a signature now."""
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


def of_the_stand(report: CertificateReport, path: str) -> Breach:
    """That a certificate is not taken since an authority of the stand issued it."""
    named = {"subject": report.subject.common_name or ""}
    return Breach("I-19", path, report.serial, named)


def by_another_system(
    report: CertificateReport, certificate: bytes, system: SystemRegistered, at: datetime, path: str
) -> Iterator[Breach]:
    """That a certificate (DER) is not that of the registered system which sends.

    A system whose signing certificate is on record signs with that one alone.
    """
    refusal = judge_signer(report, (system.bin,), DocumentKind.SYSTEM, at)
    if refusal:
        yield _signer_breach(refusal, report, (system.bin,), path)
    if system.system_uid and report.subject.system_uid != system.system_uid:
        expected = {"expected": system.system_uid}
        yield Breach("I-12", path, report.subject.system_uid, expected)
    signer, pinned = hashlib.sha256(certificate).hexdigest(), system.certificate_sha256
    if pinned is not None and not hmac.compare_digest(signer, pinned):
        yield Breach("I-17", path, signer, {"expected": pinned})


def not_entitled(
    report: CertificateReport,
    persons: Collection[str],
    at: datetime,
    path: str,
    document: ExaminedDocument,
) -> Iterator[Breach]:
    """That its owner may not sign a document for any of ``persons``."""
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


def why_unknown(breaches: Iterable[Breach], document: ExaminedDocument) -> Iterator[Breach]:
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
