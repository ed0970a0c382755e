"""One examination of a signer's certificate, from its chain to its revocation (S216-A2.1.3)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from asn1crypto import x509
from cryptography.exceptions import UnsupportedAlgorithm

from shared_contracts.signing.chain import (
    Chain,
    ChainFlaw,
    Purpose,
    check_usage,
    purpose_of,
    validate_chain,
)
from shared_contracts.signing.report import (
    CertificateReport,
    Evidence,
    Indication,
    Revocation,
    RevocationStatus,
    SubIndication,
)
from shared_contracts.signing.revocation import Fetch
from shared_contracts.signing.status import Answer, Question, ask
from shared_contracts.signing.subject import NOBODY, subject_of
from shared_contracts.signing.trust_profile import TrustProfile

_GROUNDS = {
    RevocationStatus.REVOKED: SubIndication.REVOKED_NO_POE,
    RevocationStatus.UNKNOWN: SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
    RevocationStatus.UNAVAILABLE: SubIndication.TRY_LATER,
}


def examine(
    profile: TrustProfile,
    fetch: Fetch,
    chain: Sequence[bytes],
    at: datetime,
    purpose: Purpose | None,
) -> CertificateReport:
    """Examine ``chain`` (DER, leaf first) at the moment ``at``; a bad one is a bad report."""
    try:
        leaf, subject = _open(chain[0]), subject_of(chain[0])
        found = validate_chain(profile, leaf, chain[1:], at)
        check_usage(profile, leaf, purpose or purpose_of(subject))
    except ChainFlaw as flaw:
        return _flawed(leaf, chain, at, flaw)
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm) as broken:
        return _unreadable(chain, at, str(broken))
    return _judged(found, at, _ask_all(found, profile, fetch, at))


def _open(der: bytes) -> x509.Certificate:
    """A certificate of which all that a report tells can be read; ValueError if not."""
    leaf = x509.Certificate.load(der, strict=True)
    _ = leaf.not_valid_before, leaf.not_valid_after, leaf.serial_number
    _ = leaf.subject.human_friendly, leaf.issuer.human_friendly
    return leaf


def _ask_all(chain: Chain, profile: TrustProfile, fetch: Fetch, at: datetime) -> list[Answer]:
    """The answers from the anchor downwards, up to the first that is not good."""
    answers = []
    for certificate, issuer in chain.links:
        answers.append(ask(Question(certificate, issuer, chain.path, at), profile, fetch))
        if answers[-1].revocation.status is not RevocationStatus.GOOD:
            break
    return answers


def _judged(chain: Chain, at: datetime, answers: list[Answer]) -> CertificateReport:
    """The report on a valid chain, of which the last answer decides."""
    decisive = answers[-1].revocation if answers else None
    ground = _ground(chain, answers)
    return CertificateReport(
        indication=Indication.INDETERMINATE if ground else Indication.TOTAL_PASSED,
        sub_indication=ground,
        detail=_detail(decisive) if ground else "",
        subject=subject_of(chain.leaf.dump()),
        serial=_serial(chain.leaf),
        not_after=chain.leaf.not_valid_after,
        chain=tuple(one.subject.human_friendly for one in chain.certificates),
        revocation=decisive,
        validated_at=at,
        evidence=Evidence(
            certificates=tuple(one.dump() for one in chain.certificates),
            ocsp=tuple(one.ocsp for one in answers if one.ocsp is not None),
            crls=tuple(one.crl for one in answers if one.crl is not None),
        ),
    )


def _ground(chain: Chain, answers: list[Answer]) -> SubIndication | None:
    """Why the certificate is not admitted; without any answer nothing proves that it is good."""
    if not answers:
        return SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
    status = answers[-1].revocation.status
    if status is RevocationStatus.REVOKED and len(answers) < len(chain.links):
        return SubIndication.REVOKED_CA_NO_POE
    return _GROUNDS.get(status)


def _detail(revocation: Revocation | None) -> str:
    if revocation is None:
        return "an authority's own certificate signs no document"
    return revocation.detail or f"{revocation.status} by {revocation.source}"


def _flawed(
    leaf: x509.Certificate, chain: Sequence[bytes], at: datetime, flaw: ChainFlaw
) -> CertificateReport:
    return CertificateReport(
        indication=Indication.INDETERMINATE,
        sub_indication=flaw.ground,
        detail=flaw.detail,
        subject=subject_of(chain[0]),
        serial=_serial(leaf),
        not_after=leaf.not_valid_after,
        chain=(leaf.subject.human_friendly,),
        revocation=None,
        validated_at=at,
        evidence=Evidence(tuple(chain)),
    )


def _unreadable(chain: Sequence[bytes], at: datetime, detail: str) -> CertificateReport:
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
        evidence=Evidence(tuple(chain)),
    )


def _serial(certificate: x509.Certificate) -> str:
    return f"{certificate.serial_number:X}"
