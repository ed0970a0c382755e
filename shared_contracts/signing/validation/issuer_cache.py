"""Authorities proven once: what hangs on them directly is proven without the long way each time.

pyHanko proves an issuer's path the first time. Of a further certificate of the same issuer only
what is its own is looked at here, and only where it is plain. Whatever is not, and whatever does
not hold, goes pyHanko's way, which also finds the reason of a refusal: nothing is refused here.
Tests hold both ways against each other.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from cryptography.x509 import load_der_x509_certificate
from pyhanko_certvalidator.authority import TrustAnchor
from pyhanko_certvalidator.path import ValidationPath

from shared_contracts.bounded_cache import BoundedCache
from shared_contracts.signing.algorithms import PublicKey
from shared_contracts.signing.certificates import public_key
from shared_contracts.signing.validation.national import suite_name
from shared_contracts.signing.validation.plain_certificate import (
    BROKEN,
    PlainCertificate,
    has_conditions,
    is_strong,
    read_plain,
    verified,
)
from shared_contracts.signing.validation.trust_profile import TrustProfile
from shared_contracts.signing.validation.well_made import purposes_of, serves_purposes

KEPT = 256
"""How many authorities of a kind are kept; the least recently used go first."""


@dataclass(frozen=True, slots=True)
class ProvenIssuer:
    """A proven path from an anchor to an issuer, the issuer first, and the issuer's key.

    ``purposes`` are those of each authority between a signer and the anchor.
    """

    anchor: TrustAnchor
    certificates: tuple[x509.Certificate, ...]
    ders: tuple[bytes, ...]
    names: tuple[str, ...]
    since: datetime
    until: datetime
    purposes: tuple[frozenset[str], ...]
    key: PublicKey

    def path_to(self, leaf: x509.Certificate) -> ValidationPath:
        """The path to a certificate of the issuer."""
        between = [*reversed(self.certificates[:-1])]
        return ValidationPath(self.anchor, interm=between, leaf=leaf)


@dataclass(frozen=True, slots=True)
class KnownSigner:
    """A plain certificate that a proven issuer signed, and which is in force."""

    certificate: PlainCertificate
    issuer: ProvenIssuer


ISSUERS = BoundedCache[Hashable, ProvenIssuer](KEPT)
"""Proven issuers, by profile, name and identifier of the key."""


def trust(profile: TrustProfile) -> Hashable:
    """What of a profile an authority was proven by."""
    return profile.anchors, profile.intermediates, profile.algorithms, profile.shortest_rsa


def keep_issuer(
    profile: TrustProfile, chain: Sequence[x509.Certificate], path: ValidationPath
) -> None:
    """Keep the issuer of a chain that was proven (leaf first), if its path has no conditions."""
    leaf, *issuers = chain
    found = read_plain(leaf.dump())
    if found is None or not issuers or any(map(has_conditions, issuers)):
        return
    named = (issuers[0].subject.dump(), issuers[0].key_identifier)
    if named != (found.issuer, found.issuer_key):
        return
    ders = tuple(one.dump() for one in issuers)
    try:
        key = public_key(load_der_x509_certificate(ders[0]))
    except BROKEN:
        return
    kept = ProvenIssuer(
        anchor=path.trust_anchor,
        certificates=tuple(issuers),
        ders=ders,
        names=tuple(one.subject.human_friendly for one in issuers),
        since=max(one.not_valid_before for one in issuers),
        until=min(one.not_valid_after for one in issuers),
        purposes=tuple(purposes_of(one) for one in issuers[:-1]),
        key=key,
    )
    ISSUERS.put((trust(profile), found.issuer, found.issuer_key), kept)


def known_signer(profile: TrustProfile, chain: Sequence[bytes], at: datetime) -> KnownSigner | None:
    """The signer of a chain (DER, leaf first) whose issuer is kept; else pyHanko has to prove it.

    Whatever the message brought beside certificates of the path, pyHanko has to read.
    """
    found = read_plain(chain[0])
    if found is None:
        return None
    issuer = ISSUERS.get((trust(profile), found.issuer, found.issuer_key))
    if issuer is None or not set(chain[1:]) <= {found.der, *issuer.ders}:
        return None
    since, until = max(found.since, issuer.since), min(found.until, issuer.until)
    if not since <= at <= until or not _is_admitted(profile, found, issuer):
        return None
    return KnownSigner(found, issuer) if verified(found.signed, issuer.key) else None


def _is_admitted(
    profile: TrustProfile, certificate: PlainCertificate, issuer: ProvenIssuer
) -> bool:
    """Whether the profile takes its key and the algorithm it was signed with."""
    signed_with = suite_name(certificate.signed.algorithm)
    admitted = profile.algorithms or {certificate.suite.name, signed_with}
    return (
        {certificate.suite.name, signed_with} <= admitted
        and is_strong(certificate, profile.shortest_rsa)
        and all(serves_purposes(one, certificate.purposes) for one in issuer.purposes)
    )
