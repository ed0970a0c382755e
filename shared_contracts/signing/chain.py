"""From a signer's certificate to an authority we trust (RFC 5280, 6), without revocation."""

import asyncio
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

from shared_contracts.signing.report import SubIndication, Subject
from shared_contracts.signing.roles import INFORMATION_SYSTEM
from shared_contracts.signing.trust_profile import TrustProfile


class Purpose(Enum):
    """What a key is to be used for, as the bits that its certificate must bear."""

    SYSTEM = frozenset({"digital_signature"})
    PERSON = frozenset({"digital_signature", "non_repudiation"})


def purpose_of(subject: Subject) -> Purpose:
    """A system authenticates what it sends; a person is also answerable for it."""
    return Purpose.SYSTEM if INFORMATION_SYSTEM in subject.roles else Purpose.PERSON


class ChainFlaw(Exception):
    """A chain that is not admitted: the standard's ground and a technical word."""

    def __init__(self, ground: SubIndication, detail: str) -> None:
        super().__init__(f"{ground}: {detail}")
        self.ground = ground
        self.detail = detail


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

    Certificates the message brought (``others``) help to find the way and are not trusted.
    Raises ChainFlaw.
    """
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in profile.anchors],
        other_certs=[x509.Certificate.load(der) for der in (*profile.intermediates, *others)],
        moment=at,
        revocation_mode="none",
        time_tolerance=timedelta(),
        allow_fetching=False,
    )
    validator = CertificateValidator(leaf, validation_context=context)
    try:
        path = asyncio.run(validator.async_validate_path())
    except (ValidationError, PathBuildingError) as flaw:
        raise ChainFlaw(_ground(flaw), str(flaw)) from flaw
    return Chain(tuple(reversed(list(path.iter_certs(include_root=True)))), path)


def check_usage(profile: TrustProfile, leaf: x509.Certificate, purpose: Purpose) -> None:
    """The key may be used so: key usage, policy, length. Raises ChainFlaw."""
    usage = leaf.key_usage_value
    if usage is None or not purpose.value <= usage.native:
        raise ChainFlaw(
            SubIndication.CHAIN_CONSTRAINTS_FAILURE,
            f"key usage lacks {', '.join(sorted(purpose.value))}",
        )
    if profile.policies and not profile.policies & _policies(leaf):
        raise ChainFlaw(SubIndication.CHAIN_CONSTRAINTS_FAILURE, "certificate policy")
    key = leaf.public_key
    if key.algorithm == "rsa" and key.bit_size < profile.shortest_rsa:
        raise ChainFlaw(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, f"RSA of {key.bit_size} bits")


def _ground(flaw: Exception) -> SubIndication:
    for kind, ground in _GROUNDS:
        if isinstance(flaw, kind):
            return ground
    return SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE


def _policies(leaf: x509.Certificate) -> frozenset[str]:
    policies = leaf.certificate_policies_value or ()
    return frozenset(one["policy_identifier"].dotted for one in policies)
