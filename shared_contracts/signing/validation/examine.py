"""One examination of a signer's certificate, from its chain to its revocation (S216-A2.1.3).

The moment of verification is that of a valid time stamp, else that of checking. Chain and usage
are judged at the moment of verification; revocation is asked for at the moment of checking, and
what was revoked since a time stamp is harmless only for a benign reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from asn1crypto import x509
from cryptography.exceptions import UnsupportedAlgorithm

from shared_contracts.signing.report import (
    CertificateReport,
    Indication,
    Revocation,
    RevocationStatus,
    Stamp,
    SubIndication,
    Subject,
    VerdictEvidence,
)
from shared_contracts.signing.subject import NOBODY, subject_named, subject_of
from shared_contracts.signing.validation.chain import (
    Chain,
    ChainFlaw,
    Purpose,
    Usage,
    chain_of,
    check_usage,
    purpose_of,
    usage_flaw,
    validate_chain,
)
from shared_contracts.signing.validation.der_reading import MALFORMED, serial_text
from shared_contracts.signing.validation.issuer_cache import known_signer
from shared_contracts.signing.validation.stamping import Stamped, examine_stamp
from shared_contracts.signing.validation.status import Asking, StatusAnswer, StatusQuestion, ask
from shared_contracts.signing.validation.timestamp import StampFlaw
from shared_contracts.signing.validation.trust_profile import TrustProfile

BENIGN = frozenset(
    {"superseded", "affiliation_changed", "cessation_of_operation", "privilege_withdrawn"}
)
"""Reasons of revocation that leave alone what was signed, and stamped with the time, before."""

_GROUNDS = {
    RevocationStatus.REVOKED: SubIndication.REVOKED_NO_POE,
    RevocationStatus.UNKNOWN: SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
    RevocationStatus.UNAVAILABLE: SubIndication.TRY_LATER,
}


@dataclass(frozen=True, slots=True)
class Given:
    """What is examined: certificates (DER, leaf first), for what, and the time stamp, if any."""

    chain: tuple[bytes, ...]
    purpose: Purpose | None = None
    stamp: Stamp | None = None


def examine(given: Given, asking: Asking, at: datetime) -> CertificateReport:
    """Examine certificates at the moment ``at`` of checking; a bad one is a bad report."""
    try:
        if (known := _known(given, asking.profile, at)) is not None:
            return _judged(known, at, _ask_all(known.chain, asking, at, None))
        leaf = _open(given.chain[0])
        return _examined(leaf, given, asking, at)
    except StampFlaw as flaw:
        told = (flaw.indication, flaw.ground, flaw.detail)
        return replace(_flawed(leaf, given, at, told), stamp_refused=True)
    except (*MALFORMED, UnsupportedAlgorithm) as broken:
        return _unreadable(given.chain, at, str(broken))


def _examined(
    leaf: x509.Certificate, given: Given, asking: Asking, at: datetime
) -> CertificateReport:
    subject = subject_of(given.chain[0], leaf)
    stamped = examine_stamp(given.stamp, asking, at) if given.stamp else None
    moment = stamped.report.generated_at if stamped else at
    try:
        found = validate_chain(asking.profile, leaf, given.chain[1:], moment)
        check_usage(asking.profile, leaf, given.purpose or purpose_of(subject))
        report = _judged(_signer(found), at, _ask_all(found, asking, at, stamped))
    except ChainFlaw as flaw:
        report = _flawed(leaf, given, at, (Indication.INDETERMINATE, flaw.ground, flaw.detail))
    return report if stamped is None else _with_stamp(report, stamped)


@dataclass(frozen=True, slots=True)
class _ProvenSigner:
    """A signer whose chain is valid, and what a report tells of it; lists begin with the leaf."""

    chain: Chain
    certificates: tuple[bytes, ...]
    names: tuple[str, ...]
    subject: Subject
    serial: str
    not_after: datetime


def _signer(chain: Chain) -> _ProvenSigner:
    return _ProvenSigner(
        chain,
        certificates=tuple(one.dump() for one in chain.certificates),
        names=tuple(one.subject.human_friendly for one in chain.certificates),
        subject=subject_of(chain.leaf.dump()),
        serial=_serial(chain.leaf),
        not_after=chain.leaf.not_valid_after,
    )


def _known(given: Given, profile: TrustProfile, at: datetime) -> _ProvenSigner | None:
    """A signer without a time stamp whose issuer was proven before; None if it is no plain one.

    Whatever speaks against a signer is told by the long way.
    """
    known = known_signer(profile, given.chain, at) if given.stamp is None else None
    if known is None:
        return None
    plain, issuer = known.certificate, known.issuer
    name = x509.Name.load(plain.subject)
    subject = subject_named(plain.der, name, plain.purposes)
    usage = Usage(plain.usage, plain.purposes, plain.policies)
    if usage_flaw(profile, usage, given.purpose or purpose_of(subject)):
        return None
    return _ProvenSigner(
        chain_of(known, x509.Certificate.load(plain.der)),
        certificates=(plain.der, *issuer.ders),
        names=(name.human_friendly, *issuer.names),
        subject=subject,
        serial=serial_text(plain.serial),
        not_after=plain.until,
    )


def _open(der: bytes) -> x509.Certificate:
    """A certificate of which all that a report tells can be read; ValueError if not."""
    leaf = x509.Certificate.load(der, strict=True)
    _ = leaf.not_valid_before, leaf.not_valid_after, leaf.serial_number
    _ = leaf.subject.human_friendly, leaf.issuer.human_friendly
    return leaf


def _ask_all(
    chain: Chain, asking: Asking, at: datetime, stamped: Stamped | None
) -> list[StatusAnswer]:
    """The answers from the anchor downwards, up to the first that harms."""
    answers = []
    for certificate, issuer in chain.links:
        answer = ask(StatusQuestion(certificate, issuer, chain.path, at), asking)
        answers.append(_forgiven(answer, stamped))
        if _ground_of(answers[-1].revocation) is not None:
            break
    return answers


def _forgiven(answer: StatusAnswer, stamped: Stamped | None) -> StatusAnswer:
    """The answer, with a word on why a revocation since the time stamp does no harm."""
    revocation = answer.revocation
    if stamped is None or revocation.revoked_at is None or revocation.reason not in BENIGN:
        return answer
    if revocation.revoked_at <= stamped.report.generated_at:
        return answer
    detail = f"revoked after the time stamp, for a benign reason: {revocation.reason}"
    return replace(answer, revocation=replace(revocation, harmless=True, detail=detail))


def _ground_of(revocation: Revocation) -> SubIndication | None:
    return None if revocation.harmless else _GROUNDS.get(revocation.status)


def _judged(signer: _ProvenSigner, at: datetime, answers: list[StatusAnswer]) -> CertificateReport:
    """The report on a valid chain, of which the last answer decides."""
    decisive = answers[-1].revocation if answers else None
    ground = _ground(signer.chain, answers)
    return CertificateReport(
        indication=Indication.INDETERMINATE if ground else Indication.TOTAL_PASSED,
        sub_indication=ground,
        detail=_detail(decisive) if ground else "",
        subject=signer.subject,
        serial=signer.serial,
        not_after=signer.not_after,
        chain=signer.names,
        revocation=decisive,
        validated_at=at,
        evidence=_evidence(signer.certificates, answers),
    )


def _evidence(certificates: tuple[bytes, ...], answers: Sequence[StatusAnswer]) -> VerdictEvidence:
    return VerdictEvidence(
        certificates=certificates,
        ocsp=tuple(one.ocsp for one in answers if one.ocsp is not None),
        crls=tuple(der for one in answers for der in one.crls),
    )


def _with_stamp(report: CertificateReport, stamped: Stamped) -> CertificateReport:
    """The report with the time stamp that gave its moment, and what that rests on."""
    ders = tuple(one.dump() for one in stamped.chain.certificates)
    own, more = report.evidence, _evidence(ders, stamped.answers)
    evidence = VerdictEvidence(
        certificates=_together(own.certificates, more.certificates),
        ocsp=_together(own.ocsp, more.ocsp),
        crls=_together(own.crls, more.crls),
        stamps=(stamped.token,),
    )
    return replace(report, stamp=stamped.report, evidence=evidence)


def _together(first: tuple[bytes, ...], second: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _ground(chain: Chain, answers: list[StatusAnswer]) -> SubIndication | None:
    """Why the certificate is not admitted; without any answer nothing proves that it is good."""
    if not answers:
        return SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
    ground = _ground_of(answers[-1].revocation)
    if ground is SubIndication.REVOKED_NO_POE and len(answers) < len(chain.links):
        return SubIndication.REVOKED_CA_NO_POE
    return ground


def _detail(revocation: Revocation | None) -> str:
    if revocation is None:
        return "an authority's own certificate signs no document"
    reason = f", {revocation.reason}" if revocation.reason else ""
    return revocation.detail or f"{revocation.status} by {revocation.source}{reason}"


def _flawed(
    leaf: x509.Certificate,
    given: Given,
    at: datetime,
    verdict: tuple[Indication, SubIndication, str],
) -> CertificateReport:
    return CertificateReport(
        *verdict,
        subject=subject_of(given.chain[0]),
        serial=_serial(leaf),
        not_after=leaf.not_valid_after,
        chain=(leaf.subject.human_friendly,),
        revocation=None,
        validated_at=at,
        evidence=VerdictEvidence(given.chain, stamps=(given.stamp.token,) if given.stamp else ()),
    )


def _unreadable(chain: tuple[bytes, ...], at: datetime, detail: str) -> CertificateReport:
    return CertificateReport(
        indication=Indication.INDETERMINATE,
        sub_indication=SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
        detail=detail,
        subject=NOBODY,
        serial="",
        not_after=datetime.max.replace(tzinfo=UTC),
        chain=(),
        revocation=None,
        validated_at=at,
        evidence=VerdictEvidence(chain),
    )


def _serial(certificate: x509.Certificate) -> str:
    return serial_text(certificate.serial_number)
