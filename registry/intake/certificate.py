"""Step 3: the certificate is there, authentic, in force, and its owner may sign this.

(S216-A2.1.3, S216-3, S95-4)
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.intake.content_report import ExaminedDocument, WorkRequest
from registry.intake.signer_breaches import (
    bad_signature,
    by_another_system,
    not_admitted,
    not_entitled,
    of_the_stand,
    why_unknown,
)
from registry.intake.steps import Genuine, NotAccepted, NotPassed, Proven, Received, WholePackage
from registry.intake.verdict_log import Checker
from registry.records.rules.facts import SendingSystem
from registry.systems.entry import lies_in
from registry.systems.system import SystemRegistered, SystemStopped
from shared_contracts.astana_time import shown
from shared_contracts.faults import Breach, Fault, Unprocessed, once
from shared_contracts.messages.kinds import KINDS
from shared_contracts.rules.catalogue import parameters
from shared_contracts.rules.signatures import not_by_each
from shared_contracts.signing.report import CertificateReport
from shared_contracts.signing.subject import subject_of
from shared_contracts.soap.peer import Decipher, Enciphered

REVOCATION_RETRY = 10
"""Seconds after which to ask again when no revocation data could be had; a question is cheap."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What is asked about a signer: the authority, the register, for whom one may sign.

    ``of_stand`` says whether a certificate comes from an authority of the stand, in production.
    ``decipher`` opens what came enciphered, ``ensure_enciphered`` says whether it had to.
    """

    checker: Checker
    system: Callable[[str], SystemRegistered | None]
    persons: Callable[[ExaminedDocument], Collection[str] | None] = lambda one: one.persons
    stopped: Callable[[str], SystemStopped | None] = lambda _code: None
    of_stand: Callable[[Sequence[bytes], datetime], bool] = lambda _chain, _at: False
    decipher: Decipher | None = None
    ensure_enciphered: Callable[[str, Enciphered | None], None] = lambda _code, _came: None

    def registered(self, sez_code: str) -> SystemRegistered:
        """The registered system with this code (``LookupError``)."""
        system = self.system(sez_code)
        if system is None:
            raise LookupError(f"no system {sez_code} in the register")
        return system

    def sender(self, sez_code: str) -> SendingSystem:
        """The registered system with this code, as rules see it (``LookupError``)."""
        system = self.registered(sez_code)
        return SendingSystem(system.access_date, system.conditions, system.sectors)

    def knows(self, asked: WorkRequest, at: datetime) -> bool:
        """Whether a message comes from the system it names, as far as nobody has to be asked.

        Who is not known here is refused by ``prove``; whoever is may still be refused.
        """
        system = self.system(asked.sez_code or "")
        if system is None or self.stopped(system.code) or not asked.certificates:
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
        return NotAccepted((bad_signature(examined.bad_signature),))
    code = examined.identity.sez_code
    system = admission.system(code or "")
    if system is None:
        return NotAccepted((Breach("I-11", f"{root}/SezCode", code),))
    if (stop := admission.stopped(system.code)) is not None:
        told = {"since": shown(stop.stopped_at), "ground": stop.ground}
        return NotAccepted((Breach("I-18", f"{root}/SezCode", code, told),))
    if strange := tuple(_connection(received, system)):
        return NotAccepted(strange)
    report = admission.checker.check(examined.certificates, received.asked_at)
    path = f"{root}/Signature"
    unavailable = _unavailable(report)
    admitted = [] if unavailable else list(not_admitted(report, path))
    if admitted and admission.of_stand(examined.certificates, received.at):
        admitted = [of_the_stand(report, path)]
    certificate = examined.certificates[0]
    another = by_another_system(report, certificate, system, received.at, path)
    if breaches := [*admitted, *another]:
        return NotAccepted(tuple(breaches))
    signer = hashlib.sha256(certificate).hexdigest()
    return Proven(system.code, examined.package_hash, signer, unavailable)


def _connection(received: Received, system: SystemRegistered) -> Iterator[Breach]:
    """A system connects with the TLS certificate and from the networks on record, if there are any.

    (S216-19, S216-11a)
    """
    expected, shown = system.tls_certificate_sha256, received.tls_certificate
    path = f"/{received.examined.root}/SezCode"
    if expected is not None and (shown is None or not hmac.compare_digest(shown, expected)):
        yield Breach("I-15", path, shown, {"expected": expected})
    if system.networks and not lies_in(received.peer, system.networks):
        yield Breach("I-20", path, received.peer, {"expected": ", ".join(system.networks)})


def check_certificate(
    whole: WholePackage, proven: Proven, admission: Admission
) -> Genuine | NotPassed:
    """Check every signature of every document; ``NotAccepted`` names all that fail.

    ``Unprocessed(REVOCATION_UNAVAILABLE)`` asks to come again.
    """
    breaches: list[Breach] = []
    signers: list[tuple[CertificateReport, ...]] = []
    system = admission.registered(proven.sez_code)
    for document in whole.documents:
        checked = _document(document, whole.received.asked_at, admission, system)
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
    document: ExaminedDocument, at: datetime, admission: Admission, system: SystemRegistered
) -> _CheckedSigners | Unprocessed:
    if document.bad_signature is not None:
        return _CheckedSigners([bad_signature(document.bad_signature, document.number)], ())
    by_system = KINDS[document.object_type].by_system
    persons = None if by_system else admission.persons(document)
    breaches: list[Breach] = []
    reports: list[CertificateReport] = []
    for signature in document.signatures:
        report = admission.checker.check(signature.certificates, at, stamp=signature.stamp)
        if unavailable := _unavailable(report):
            return unavailable
        breaches += not_admitted(report, signature.path, document.number)
        if by_system:
            own = by_another_system(report, signature.certificates[0], system, at, signature.path)
            breaches += (breach.of(document.number) for breach in own)
        elif persons is not None:  # else an earlier version tells, which has not come yet
            breaches += not_entitled(report, persons, at, signature.path, document)
        reports.append(report)
    if persons is not None and KINDS[document.object_type].signed_by_each:
        signed = [report.subject.iin for report in reports]
        missed = not_by_each(document.root, persons, signed)
        breaches += (breach.of(document.number) for breach in missed)
    found = once([*breaches, *why_unknown(breaches, document)])
    return _CheckedSigners(found, tuple(reports))


def _unavailable(report: CertificateReport) -> Unprocessed | None:
    if not report.try_later:
        return None
    return Unprocessed(Fault.REVOCATION_UNAVAILABLE, report.detail, retry_after=REVOCATION_RETRY)
