"""Whether a time stamp may be believed: its authority, policy and moment (RFC 3161, 2)."""

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509

from shared_contracts.astana_time import shown
from shared_contracts.signing.report import (
    Indication,
    RevocationStatus,
    Stamp,
    StampReport,
    SubIndication,
)
from shared_contracts.signing.validation.chain import (
    Chain,
    ChainFlaw,
    check_key,
    validate_chain,
)
from shared_contracts.signing.validation.status import Asking, StatusAnswer, StatusQuestion, ask
from shared_contracts.signing.validation.timestamp import StampFlaw, StampToken, open_token, prove
from shared_contracts.signing.validation.trust_profile import TrustProfile

_OPEN = Indication.INDETERMINATE

_STATUS = {
    RevocationStatus.REVOKED: SubIndication.REVOKED_NO_POE,
    RevocationStatus.UNKNOWN: SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
    RevocationStatus.UNAVAILABLE: SubIndication.TRY_LATER,
}


@dataclass(frozen=True, slots=True)
class Stamped:
    """A time stamp that stands, with what it rests on."""

    report: StampReport
    token: bytes
    chain: Chain
    answers: tuple[StatusAnswer, ...]


def examine_stamp(stamp: Stamp, asking: Asking, at: datetime) -> Stamped:
    """Judge a time stamp at the moment ``at``, that of checking; StampFlaw if it falls.

    Its authority must be good at that moment: nothing else proves the time stamp any longer.
    """
    token = open_token(stamp.token)
    prove(token, stamp.over)
    _check_moment(token, at, asking.profile)
    _check_policy(token, asking.profile)
    chain = _chain(token, at, asking.profile)
    answers = _ask_all(chain, asking, at) if asking.profile.stamps.revocation else ()
    authority = token.leaf.subject.human_friendly
    report = StampReport(token.generated_at, authority, token.policy)
    return Stamped(report, stamp.token, chain, answers)


def _check_moment(token: StampToken, at: datetime, profile: TrustProfile) -> None:
    """The time is not ahead of ours, and the authority's certificate was in force then."""
    if token.generated_at > at + profile.limits.clock_tolerance:
        raise StampFlaw(
            _OPEN,
            SubIndication.TIMESTAMP_ORDER_FAILURE,
            f"of {shown(token.generated_at)}, which is later than the check",
        )
    leaf = token.leaf
    if not leaf.not_valid_before <= token.generated_at <= leaf.not_valid_after:
        raise StampFlaw(
            _OPEN, SubIndication.OUT_OF_BOUNDS_NO_POE, "its authority was not in force then"
        )


def _check_policy(token: StampToken, profile: TrustProfile) -> None:
    if profile.stamps.policies and token.policy not in profile.stamps.policies:
        raise StampFlaw(_OPEN, SubIndication.SIG_CONSTRAINTS_FAILURE, f"the policy {token.policy}")


def _chain(token: StampToken, at: datetime, profile: TrustProfile) -> Chain:
    if not _is_for_time_only(token.leaf):
        raise StampFlaw(
            _OPEN,
            SubIndication.CHAIN_CONSTRAINTS_FAILURE,
            "its authority's certificate is not critically for time stamps alone",
        )
    try:
        check_key(profile, token.leaf)
        return validate_chain(profile, token.leaf, token.others, at)
    except ChainFlaw as flaw:
        raise StampFlaw(_OPEN, flaw.ground, flaw.detail) from flaw


def _is_for_time_only(leaf: x509.Certificate) -> bool:
    """One extended key usage, critical (RFC 3161, 2.3); key usage, if any, is to sign."""
    purposes = leaf.extended_key_usage_value
    if purposes is None or purposes.native != ["time_stamping"]:
        return False
    usage = leaf.key_usage_value
    signs = usage is None or not usage.native.isdisjoint({"digital_signature", "non_repudiation"})
    return "extended_key_usage" in leaf.critical_extensions and signs


def _ask_all(chain: Chain, asking: Asking, at: datetime) -> tuple[StatusAnswer, ...]:
    """The answers about the authority's chain; StampFlaw at the first that is not good."""
    answers = []
    for certificate, issuer in chain.links:
        answer = ask(StatusQuestion(certificate, issuer, chain.path, at), asking)
        ground = _STATUS.get(answer.revocation.status)
        if ground is not None:
            told = answer.revocation.detail or f"its authority: {answer.revocation.status}"
            raise StampFlaw(_OPEN, ground, told)
        answers.append(answer)
    return tuple(answers)
