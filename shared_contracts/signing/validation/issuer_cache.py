"""Authorities proven once: what hangs on them directly is proven without the long way each time.

pyHanko proves an issuer's path and an OCSP responder the first time. Of a further certificate of
the same issuer, or a further answer of the same responder, only what is its own is looked at here,
and only where it is plain. Whatever is not, and whatever does not hold, goes pyHanko's way, which
also finds the reason of a refusal: nothing is refused here. Tests hold both ways against each
other.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

from asn1crypto import algos, keys, ocsp, x509
from asn1crypto.core import Void
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator.authority import TrustAnchor
from pyhanko_certvalidator.path import ValidationPath

from shared_contracts.signing.validation.der_reading import MALFORMED
from shared_contracts.signing.validation.national import VALIDATOR, NationalPolicy
from shared_contracts.signing.validation.trust_profile import TrustProfile

T = TypeVar("T")

KEPT = 256
"""How many authorities of a kind are kept; the least recently used go first."""
PLAIN = frozenset({"key_usage", "basic_constraints", "extended_key_usage"})
"""Critical extensions of a certificate that is proven here."""
MOST_POLICIES = 8
"""Policies that a certificate proven here may name."""


class BoundedCache(Generic[T]):
    """A bounded number of things by key, for all threads."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._kept: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable) -> T | None:
        """What is kept under a key, or None."""
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, kept: T) -> None:
        """Keep something, and drop what was used least recently."""
        with self._guard:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Drop everything."""
        with self._guard:
            self._kept.clear()


@dataclass(frozen=True, slots=True)
class Issuers:
    """A proven path from an anchor to an issuer, the anchor first."""

    anchor: TrustAnchor
    certificates: tuple[x509.Certificate, ...]

    def path_to(self, leaf: x509.Certificate) -> ValidationPath:
        """The path to a certificate of the issuer."""
        return ValidationPath(self.anchor, interm=list(self.certificates[1:]), leaf=leaf)


PATHS: BoundedCache[Issuers] = BoundedCache()
"""Proven paths to issuers."""
RESPONDERS: BoundedCache[x509.Certificate] = BoundedCache()
"""Certificates of proven OCSP responders, by issuer."""


def keep_path(profile: TrustProfile, path: ValidationPath) -> None:
    """Keep the issuer of a certificate whose path was proven, if its path has no conditions."""
    *issuers, leaf = path.iter_certs(include_root=True)
    if not issuers or any(map(_has_conditions, issuers)) or not _is_plain(leaf):
        return
    PATHS.put((_trust(profile), *_issuer_of(leaf)), Issuers(path.trust_anchor, tuple(issuers)))


def path_of(profile: TrustProfile, leaf: x509.Certificate, at: datetime) -> ValidationPath | None:
    """The path of a certificate whose issuer is kept; None if pyHanko has to find and prove it."""
    try:
        kept = PATHS.get((_trust(profile), *_issuer_of(leaf))) if _is_plain(leaf) else None
        if kept is None:
            return None
        in_force = (leaf, *kept.certificates)
        if not all(one.not_valid_before <= at <= one.not_valid_after for one in in_force):
            return None
        is_its = _is_signed(profile, leaf, kept.certificates[-1], at)
        return kept.path_to(leaf) if is_its else None
    except MALFORMED:
        return None


def are_of(path: ValidationPath, others: Sequence[bytes]) -> bool:
    """Whether the certificates that a message brought beside its signer's stand in the path.

    Whatever else it brought, pyHanko has to read it.
    """
    known = {one.dump() for one in path.iter_certs(include_root=True)}
    return known.issuperset(others)


def _trust(profile: TrustProfile) -> Hashable:
    return profile.anchors, profile.intermediates, profile.algorithms, profile.shortest_rsa


def _issuer_of(leaf: x509.Certificate) -> tuple[bytes, bytes]:
    return leaf.issuer.dump(), leaf.authority_key_identifier


def _is_plain(leaf: x509.Certificate) -> bool:
    """An end entity's certificate that asks nothing of its path, with each extension once."""
    tbs = leaf["tbs_certificate"]
    names = [extension["extn_id"].dotted for extension in tbs["extensions"]]
    aki = leaf.authority_key_identifier_value
    return (
        tbs["version"].native == "v3"
        and len(names) == len(set(names))
        and leaf.critical_extensions <= PLAIN
        and not leaf.ca
        and leaf.issuer.dump() != leaf.subject.dump()
        and aki is not None
        and bool(aki["key_identifier"].native)
        and leaf.authority_issuer_serial is None
        and not _has_conditions(leaf)
        and len(leaf.certificate_policies_value or ()) <= MOST_POLICIES
        and tbs["signature"].dump() == leaf["signature_algorithm"].dump()
    )


def _has_conditions(certificate: x509.Certificate) -> bool:
    """Whether a certificate limits names or policies of those below it."""
    limits = (
        certificate.name_constraints_value,
        certificate.policy_constraints_value,
        certificate.inhibit_any_policy_value,
        certificate.policy_mappings_value,
    )
    return any(one is not None for one in limits)


def _is_signed(
    profile: TrustProfile, leaf: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> bool:
    """Whether a certificate names this issuer and its key, and is signed by it."""
    names_it = (issuer.subject.dump(), issuer.key_identifier) == _issuer_of(leaf)
    signed = leaf["tbs_certificate"].dump()
    given = (leaf["signature_value"].native, signed, leaf["signature_algorithm"])
    return names_it and _verified(profile, given, issuer.public_key, at)


def _verified(
    profile: TrustProfile,
    given: tuple[bytes, bytes, algos.SignedDigestAlgorithm],
    key: keys.PublicKeyInfo,
    at: datetime,
) -> bool:
    """Whether ``given``, value, octets and algorithm, is an admitted signature by ``key``."""
    value, octets, algorithm = given
    if not NationalPolicy(profile.algorithms).signature_algorithm_allowed(algorithm, at, key):
        return False
    try:
        VALIDATOR.validate_signature(value, octets, key, algorithm)
    except InvalidSignature:
        return False
    return True


def keep_responder(
    profile: TrustProfile,
    response: ocsp.OCSPResponse,
    certificate: x509.Certificate,
    path: ValidationPath,
) -> None:
    """Keep the responder of an answer that was proven, if nobody need be asked about it."""
    responder = _responder(response)
    if responder is None or responder.ocsp_no_check_value is None:
        return
    issuer = path.find_issuing_authority(certificate).certificate
    RESPONDERS.put((_trust(profile), issuer.dump(), responder.dump()), responder)


def is_proven(
    profile: TrustProfile,
    response: ocsp.OCSPResponse,
    about: tuple[x509.Certificate, ValidationPath],
    at: datetime,
) -> bool:
    """Whether an answer is good news of a certificate, now, by a responder that is kept.

    False says only that pyHanko has to judge it.
    """
    certificate, path = about
    try:
        responder = _responder(response)
        issuer = path.find_issuing_authority(certificate).certificate
        if responder is None:
            return False
        kept = RESPONDERS.get((_trust(profile), issuer.dump(), responder.dump()))
        return bool(
            kept is not None
            and _is_good_news(response, certificate, issuer)
            and _is_fresh(profile, response, at)
            and _names(response, kept)
            and kept.not_valid_before <= at <= kept.not_valid_after
            and _answered_by(profile, response, kept, at)
        )
    except (*MALFORMED, LookupError):
        return False


def _responder(response: ocsp.OCSPResponse) -> x509.Certificate | None:
    """The one certificate that an answer brings; None if it brings none, or more."""
    brought = response.basic_ocsp_response["certs"]
    return brought[0] if not isinstance(brought, Void) and len(brought) == 1 else None


def _is_good_news(
    response: ocsp.OCSPResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> bool:
    single = response.response_data["responses"][0]
    named = single["cert_id"]
    hashing = named["hash_algorithm"]["algorithm"].native
    return bool(
        single["cert_status"].name == "good"
        and named["issuer_name_hash"].native == getattr(certificate.issuer, hashing)
        and named["issuer_key_hash"].native == getattr(issuer.public_key, hashing)
        and named["serial_number"].native == certificate.serial_number
    )


def _is_fresh(profile: TrustProfile, response: ocsp.OCSPResponse, at: datetime) -> bool:
    """In force at the moment; one without an end is as old as the profile says at most."""
    single = response.response_data["responses"][0]
    since, until = single["this_update"].native, single["next_update"].native
    begun = since <= at + profile.limits.clock_tolerance
    return bool(begun and at <= (until or since + profile.ocsp.fresh))


def _names(response: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    named = response.response_data["responder_id"]
    if named.name == "by_key":
        return bool(named.native == responder.public_key.sha1)
    return bool(named.chosen.chosen.dump() == responder.subject.chosen.dump())


def _answered_by(
    profile: TrustProfile, response: ocsp.OCSPResponse, responder: x509.Certificate, at: datetime
) -> bool:
    basic = response.basic_ocsp_response
    signed = basic["tbs_response_data"].dump()
    given = (basic["signature"].native, signed, basic["signature_algorithm"])
    return _verified(profile, given, responder.public_key, at)
