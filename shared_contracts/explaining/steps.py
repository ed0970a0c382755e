"""What was found about one signature, step by step, as data (EN 319 102-1; S216-A2.1.3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from asn1crypto import x509

from shared_contracts.astana_time import to_astana
from shared_contracts.explaining.authorities import describe
from shared_contracts.messages.document import DocumentKind
from shared_contracts.signing.report import (
    CertificateReport,
    Indication,
    Revocation,
    RevocationStatus,
    SubIndication,
)
from shared_contracts.signing.roles import Refusal, role_name
from shared_contracts.signing.verify import SignedBy

Value = str | tuple[str, ...] | None


class Mark(StrEnum):
    """What a step comes to, in the words of EN 319 102-1; INFO where nothing is judged."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    INDETERMINATE = "INDETERMINATE"
    INFO = "INFO"


@dataclass(frozen=True, slots=True)
class VerificationStep:
    """One step: which, what it came to, and the sentence ``code`` with its values."""

    step: str
    mark: Mark
    code: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Who may sign: for which BIN or IIN (none asked: only the role), and what was judged."""

    kind: DocumentKind | None
    expected: tuple[str, ...]
    refusal: Refusal | None


MARKS = {
    Indication.TOTAL_PASSED: Mark.PASSED,
    Indication.TOTAL_FAILED: Mark.FAILED,
    Indication.INDETERMINATE: Mark.INDETERMINATE,
}
"""What a verdict of the standard comes to."""

_REVOCATION_MARKS = {RevocationStatus.GOOD: Mark.PASSED, RevocationStatus.REVOKED: Mark.FAILED}


def steps_of(
    signature: SignedBy, report: CertificateReport, right: Entitlement, *, anyone_trusted: bool
) -> Iterator[VerificationStep]:
    """The steps in the order in which they were taken, from the value to the verdict."""
    proven = {"algorithm": signature.algorithm, "path": signature.path}
    yield VerificationStep("SIGNATURE", Mark.PASSED, "PROVEN", proven)
    yield signer(report)
    yield roles(report)
    yield time(signature, report)
    yield stamp(signature, report)
    yield (
        chain(report)
        if anyone_trusted
        else VerificationStep("CHAIN", Mark.INDETERMINATE, "NOBODY_TRUSTED", {})
    )
    if (term := validity(signature, report)) is not None:
        yield term
    yield revocation(report.revocation)
    yield entitlement(right)
    yield verdict(report.indication, report.sub_indication, report.detail)


def signer(report: CertificateReport) -> VerificationStep:
    """Whom the certificate names."""
    named = report.subject
    if not report.serial:
        return VerificationStep("SIGNER", Mark.INDETERMINATE, "SIGNER_UNREADABLE", {})
    fields = ("common_name", "organisation", "bin", "iin", "system_uid")
    values = {name: getattr(named, name) for name in fields}
    return VerificationStep("SIGNER", Mark.INFO, "SIGNER", {**values, "serial": report.serial})


def roles(report: CertificateReport) -> VerificationStep:
    """As what the certificate lets its owner act; other purposes of its key are left out."""
    names = {role_name(oid) for oid in report.subject.roles} - {None}
    if not names:
        return VerificationStep("ROLES", Mark.INFO, "ROLES_NONE", {})
    return VerificationStep(
        "ROLES", Mark.INFO, "ROLES", {"role": tuple(sorted(filter(None, names)))}
    )


def time(signature: SignedBy, report: CertificateReport) -> VerificationStep:
    """When the signer says to have signed, and for which moment the certificate was judged."""
    at = {"at": moment(report.moment)}
    if signature.claimed_at is None:
        return VerificationStep("TIME", Mark.INFO, "NOT_CLAIMED", at)
    return VerificationStep(
        "TIME", Mark.INFO, "CLAIMED", {"claimed": moment(signature.claimed_at), **at}
    )


def stamp(signature: SignedBy, report: CertificateReport) -> VerificationStep:
    """The time stamp that gave the moment of verification, if there is one."""
    if report.stamp is not None:
        generated = moment(report.stamp.generated_at)
        authority, policy = report.stamp.authority, report.stamp.policy
        values = {"generated": generated, "authority": authority, "policy": policy}
        return VerificationStep("STAMP", Mark.PASSED, "STAMPED", values)
    if signature.stamp is None:
        return VerificationStep("STAMP", Mark.INFO, "NOT_STAMPED", {})
    if report.stamp_refused:
        return VerificationStep(
            "STAMP", Mark.INDETERMINATE, "STAMP_OPEN", {"detail": report.detail}
        )
    return VerificationStep("STAMP", Mark.INDETERMINATE, "STAMP_UNJUDGED", {})


def chain(report: CertificateReport) -> VerificationStep:
    """From the signer to an authority that is trusted; a report without it has only the leaf."""
    if report.revocation is not None or report.passed:
        certificates = report.evidence.certificates[: len(report.chain)]
        names = " ← ".join(describe(der).common_name for der in certificates)
        return VerificationStep("CHAIN", Mark.PASSED, "CHAIN", {"chain": names})
    if report.stamp_refused:
        return VerificationStep("CHAIN", Mark.INDETERMINATE, "CHAIN_UNJUDGED", {})
    if report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND:
        return VerificationStep(
            "CHAIN", Mark.INDETERMINATE, "CHAIN_OPEN", {"detail": report.detail}
        )
    why = {"sub_indication": report.sub_indication, "detail": report.detail}
    return VerificationStep("CHAIN", Mark.INDETERMINATE, "CHAIN_UNFIT", why)


def validity(signature: SignedBy, report: CertificateReport) -> VerificationStep | None:
    """Whether the signer's certificate is in force at the moment of verification."""
    try:
        leaf = x509.Certificate.load(signature.certificates[0], strict=True)
        since, until = leaf.not_valid_before, leaf.not_valid_after
    except (ValueError, TypeError, KeyError):
        return None  # the step of the signer says that the certificate cannot be read
    values = {"since": moment(since), "until": moment(until)}
    if since <= report.moment <= until:
        return VerificationStep("VALIDITY", Mark.PASSED, "IN_FORCE", values)
    return VerificationStep("VALIDITY", Mark.FAILED, "OUT_OF_FORCE", values)


def revocation(answer: Revocation | None) -> VerificationStep:
    """What the authority says, from which source, and how old its answer is."""
    if answer is None:
        return VerificationStep("REVOCATION", Mark.INDETERMINATE, "NOT_ASKED", {})
    mark = _REVOCATION_MARKS.get(answer.status, Mark.INDETERMINATE)
    values: dict[str, Value] = {"status": answer.status}
    if answer.status is RevocationStatus.UNAVAILABLE:
        return VerificationStep(
            "REVOCATION", mark, "NO_ANSWER", {**values, "detail": answer.detail}
        )
    values |= {"source": answer.source, "produced": moment(answer.produced_at)}
    if answer.status is RevocationStatus.REVOKED:
        since = {"revoked": moment(answer.revoked_at), "why": answer.reason}
        return VerificationStep("REVOCATION", mark, "REVOKED", {**values, **since})
    if answer.valid_until is None:  # the national OCSP service names no nextUpdate
        return VerificationStep("REVOCATION", mark, "REVOCATION_NO_NEXT", values)
    return VerificationStep(
        "REVOCATION", mark, "REVOCATION", {**values, "next": moment(answer.valid_until)}
    )


def entitlement(right: Entitlement) -> VerificationStep:
    """Whether the signer may sign this (S95-4, S216-3)."""
    if right.kind is None:
        return VerificationStep("RIGHT", Mark.INFO, "NOT_JUDGED", {})
    values: dict[str, Value] = {"kind": right.kind, "expected": right.expected}
    if right.refusal is not None:
        values |= {"refusal": right.refusal, "code": right.refusal}
        return VerificationStep("RIGHT", Mark.FAILED, "NOT_ENTITLED", values)
    return VerificationStep(
        "RIGHT", Mark.PASSED, "ENTITLED" if right.expected else "ROLE_FITS", values
    )


def verdict(indication: Indication, sub: SubIndication | None, detail: str) -> VerificationStep:
    """The standard's verdict on a signature."""
    values: dict[str, Value] = {"indication": indication, "code": indication}
    if sub is None:
        return VerificationStep("VERDICT", MARKS[indication], "VERDICT", values)
    values |= {"sub_indication": sub, "sub_code": sub}
    if not detail:
        return VerificationStep("VERDICT", MARKS[indication], "VERDICT_SUB", values)
    return VerificationStep(
        "VERDICT", MARKS[indication], "VERDICT_WHY", {**values, "detail": detail}
    )


def moment(at: datetime | None) -> str | None:
    """A moment as it is told: in Astana's time, to the second, with its offset."""
    return None if at is None else to_astana(at).isoformat(timespec="seconds")
