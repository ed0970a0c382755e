"""From a signer's certificate to an authority we trust (RFC 5280, 6), without revocation."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath

from shared_contracts.astana_time import shown
from shared_contracts.errors import BadInput
from shared_contracts.signing.certificates import load_signing_certificate
from shared_contracts.signing.report import SignatureRefused, SubIndication, Subject
from shared_contracts.signing.roles import NOWHERE_ELSE, PERSONS
from shared_contracts.signing.subject import is_system
from shared_contracts.signing.validation import issuer_cache
from shared_contracts.signing.validation.national import VALIDATOR, NationalPolicy, teach
from shared_contracts.signing.validation.trust_profile import TrustProfile
from shared_contracts.signing.validation.well_made import flaw_of, foreign_authority, key_flaw


class Purpose(Enum):
    """What a key is to be used for, as the bits that its certificate must bear."""

    SYSTEM = frozenset({"digital_signature"})
    PERSON = frozenset({"digital_signature", "non_repudiation"})


def purpose_of(subject: Subject) -> Purpose:
    """A system authenticates what it sends; a person is also answerable for it.

    Where a role with which persons sign stands beside a system's, the rules for persons hold.
    """
    is_only_system = is_system(subject) and PERSONS.isdisjoint(subject.roles)
    return Purpose.SYSTEM if is_only_system else Purpose.PERSON


class ChainFlaw(BadInput):
    """A chain that is not admitted: the standard's ground and a technical word."""

    def __init__(self, ground: SubIndication, detail: str) -> None:
        super().__init__(f"{ground}: {detail}")
        self.ground = ground
        self.detail = detail


_UTC = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ")

_GROUNDS: tuple[tuple[type[Exception], SubIndication], ...] = (
    (ExpiredError, SubIndication.OUT_OF_BOUNDS_NO_POE),
    (NotYetValidError, SubIndication.OUT_OF_BOUNDS_NO_POE),
    (PathBuildingError, SubIndication.NO_CERTIFICATE_CHAIN_FOUND),
    (InvalidCertificateError, SubIndication.NO_CERTIFICATE_CHAIN_FOUND),
    (DisallowedAlgorithmError, SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
)


@dataclass(frozen=True, slots=True)
class Chain:
    """A validated chain: certificates from the leaf to the anchor, and pyHanko's path."""

    certificates: tuple[x509.Certificate, ...]
    path: ValidationPath

    @property
    def leaf(self) -> x509.Certificate:
        """The signer's certificate."""
        return self.certificates[0]

    @property
    def links(self) -> tuple[tuple[x509.Certificate, x509.Certificate], ...]:
        """Each certificate with its issuer, the anchor's own end first."""
        pairs = zip(self.certificates, self.certificates[1:], strict=False)
        return tuple(reversed(tuple(pairs)))


def validate_chain(
    profile: TrustProfile, leaf: x509.Certificate, others: Sequence[bytes], at: datetime
) -> Chain:
    """Build and validate the path from ``leaf`` to an anchor of ``profile`` at the moment ``at``.

    Every certificate below the anchor is in force at that moment (S216-A2.1.3), and so is the
    anchor. Certificates the message brought (``others``) help to find the way and are not
    trusted. Raises ChainFlaw.
    """
    known = issuer_cache.known_signer(profile, (leaf.dump(), *others), at)
    if known is not None:
        return chain_of(known, leaf)
    path = _proven(profile, leaf, others, at)
    certificates = tuple(reversed(list(path.iter_certs(include_root=True))))
    _check_anchor(certificates[-1], at)
    _check_made(profile, certificates)
    issuer_cache.keep_issuer(profile, certificates, path)
    return Chain(certificates, path)


def chain_of(known: issuer_cache.KnownSigner, leaf: x509.Certificate) -> Chain:
    """The chain of a signer whose issuer was proven before."""
    return Chain((leaf, *known.issuer.certificates), known.issuer.path_to(leaf))


def _proven(
    profile: TrustProfile, leaf: x509.Certificate, others: Sequence[bytes], at: datetime
) -> ValidationPath:
    """The path, built and proven by pyHanko."""
    teach()
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in profile.anchors],
        other_certs=[x509.Certificate.load(der) for der in (*profile.intermediates, *others)],
        moment=at,
        revocation_mode="none",
        time_tolerance=timedelta(),
        allow_fetching=False,
        algorithm_usage_policy=NationalPolicy(profile.algorithms),
        signature_validator=VALIDATOR,
    )
    validator = CertificateValidator(leaf, validation_context=context)
    try:
        return asyncio.run(validator.async_validate_path())
    except (ValidationError, PathBuildingError) as flaw:
        raise ChainFlaw(_ground(flaw), _in_astana(str(flaw))) from flaw


def check_usage(profile: TrustProfile, leaf: x509.Certificate, purpose: Purpose) -> None:
    """The key may be used so: key usage, purposes, policy, algorithm. Raises ChainFlaw.

    Usages are read alike whether critical or not: the national authority does both.
    """
    if leaf.ca:
        raise _constraint("an authority's own certificate signs no document")
    usage = leaf.key_usage_value
    given = Usage(
        frozenset() if usage is None else usage.native,
        frozenset(one.dotted for one in leaf.extended_key_usage_value or ()),
        _policies(leaf),
    )
    if flaw := usage_flaw(profile, given, purpose):
        raise _constraint(flaw)
    check_key(profile, leaf)


@dataclass(frozen=True, slots=True)
class Usage:
    """For what a certificate says its key is: bits of the key usage, purposes and policies."""

    bits: frozenset[str]
    purposes: frozenset[str]
    policies: frozenset[str]


def usage_flaw(profile: TrustProfile, given: Usage, purpose: Purpose) -> str | None:
    """Why a key is not for such a use; None if it is."""
    if lacking := purpose.value - given.bits:
        told = f"key usage lacks {', '.join(sorted(lacking))}"
        only_logs_in = lacking == {"non_repudiation"}
        return f"the certificate is for logging in: {told}" if only_logs_in else told
    if foreign := given.purposes & NOWHERE_ELSE:
        return f"a certificate with {', '.join(foreign)} is for one system only"
    if purpose is Purpose.PERSON and profile.purposes and not profile.purposes & given.purposes:
        return f"extended key usage lacks {', '.join(sorted(profile.purposes))}"
    if profile.policies and not profile.policies & given.policies:
        return "certificate policy"
    return None


def _constraint(detail: str) -> ChainFlaw:
    return ChainFlaw(SubIndication.CHAIN_CONSTRAINTS_FAILURE, detail)


def check_key(profile: TrustProfile, leaf: x509.Certificate) -> None:
    """The signer's key is of an algorithm and a length that the profile admits; or ChainFlaw."""
    key = leaf.public_key
    if key.algorithm == "rsa" and key.bit_size < profile.shortest_rsa:
        raise ChainFlaw(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, f"RSA of {key.bit_size} bits")
    try:
        suite = load_signing_certificate(leaf.dump()).suite
    except SignatureRefused as refused:
        raise ChainFlaw(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, str(refused)) from refused
    if profile.algorithms and suite.name not in profile.algorithms:
        raise ChainFlaw(
            SubIndication.CRYPTO_CONSTRAINTS_FAILURE, f"the algorithm {suite.name} is not admitted"
        )


def _check_made(profile: TrustProfile, certificates: Sequence[x509.Certificate]) -> None:
    """All below the anchor are well made, and every key of the chain is one to be believed."""
    for one in certificates[:-1]:
        if flaw := flaw_of(one):
            raise ChainFlaw(SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE, flaw)
    for one in certificates:
        if flaw := key_flaw(one, profile.shortest_rsa, profile.algorithms):
            raise ChainFlaw(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, flaw)
    if flaw := foreign_authority(certificates):
        raise _constraint(flaw)


def _check_anchor(anchor: x509.Certificate, at: datetime) -> None:
    """RFC 5280 leaves the anchor's own term aside; the national rules do not."""
    if not anchor.not_valid_before <= at <= anchor.not_valid_after:
        raise ChainFlaw(
            SubIndication.OUT_OF_BOUNDS_NO_POE,
            f"the anchor {anchor.subject.human_friendly} is not in force",
        )


def _in_astana(text: str) -> str:
    """What pyHanko says of a flaw, with the moments in it as Astana's clocks show them."""
    return _UTC.sub(lambda found: shown(datetime.fromisoformat(found[0])), text)


def _ground(flaw: Exception) -> SubIndication:
    for kind, ground in _GROUNDS:
        if isinstance(flaw, kind):
            return ground
    return SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE


def _policies(leaf: x509.Certificate) -> frozenset[str]:
    policies = leaf.certificate_policies_value or ()
    return frozenset(one["policy_identifier"].dotted for one in policies)
