"""GOST for the two libraries that know X.509: asn1crypto reads it, pyHanko's validator believes it.

Two things are changed in them, by ``teach`` and nowhere else; both are pinned (asn1crypto 1.5,
pyhanko-certvalidator 0.33), and tests tell when a change is needed no more:

1. ``asn1crypto.keys.PublicKeyInfo`` takes the layout of a key from a closed table and raises
   KeyError for any other algorithm; now the octets of an unknown key are simply octets.
2. ``pyhanko_certvalidator.revinfo.validate_ocsp`` makes a context of its own for a delegated
   responder with ocsp-nocheck (at the national authority always), and leaves the caller's
   signature validator out of it; now that context has ours.
"""

from datetime import datetime
from functools import cache, lru_cache, partial

from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.core import OctetBitString
from asn1crypto.keys import PublicKeyInfo
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    DEFAULT_WEAK_HASH_ALGOS,
    AlgorithmUsageConstraint,
    DisallowWeakAlgorithmsPolicy,
)
from pyhanko_certvalidator.revinfo import validate_ocsp
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)
from typing_extensions import override

from shared_contracts.signing.algorithms import (
    ECDSA_P256_SHA256,
    GOST_256,
    GOST_512,
    RSA_SHA256,
    AlgorithmSuite,
)
from shared_contracts.signing.gost.keys import GostPublicKey, load_spki
from shared_contracts.signing.gost.oids import BY_SIGNATURE, KEY_2004, SIGNATURE_2004

KEYS_KEPT = 256
"""How many GOST keys of authorities are kept open; the least recently used go first."""

_GOST = {512: GOST_512, 256: GOST_256}
_RSA, _EC = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
_KEYS = {"rsassa_pkcs1v15": _RSA, "rsassa_pss": _RSA, "ecdsa": _EC}
"""The key that each of the usual signature mechanisms needs, by OID."""

_SUITES = {
    "1.2.840.113549.1.1.11": RSA_SHA256.name,
    "1.2.840.10045.4.3.2": ECDSA_P256_SHA256.name,
    **{oid: _GOST[oids.bits].name for oid, oids in BY_SIGNATURE.items()},
}
"""Our name of a signature algorithm, by its OID."""


def suite_name(algorithm: str) -> str | None:
    """Our name of a signature algorithm by its OID; None if it is none of ours."""
    return _SUITES.get(algorithm)


@cache
def teach() -> None:
    """Change both libraries as the head of this module says; a second call does nothing."""
    known = PublicKeyInfo._spec_callbacks["public_key"]  # noqa: SLF001  # no public seam

    def layout(key: PublicKeyInfo) -> object:
        try:
            return known(key)
        except KeyError:
            return OctetBitString, None

    PublicKeyInfo._spec_callbacks = {"public_key": layout}  # noqa: SLF001  # no public seam
    vars(validate_ocsp)["ValidationContext"] = partial(
        ValidationContext, signature_validator=VALIDATOR
    )


def objection(
    algorithm: SignedDigestAlgorithm, key: PublicKeyInfo, admitted: frozenset[str] = frozenset()
) -> str | None:
    """What speaks against such a signature by such a key; None if nothing does.

    The key decides: an algorithm that is not the key's own is no signature at all. ``admitted``
    holds names of suites; none named, all admitted.
    """
    signature, bearer = algorithm["algorithm"].dotted, key["algorithm"]["algorithm"].dotted
    if SIGNATURE_2004 in (signature, bearer) or bearer == KEY_2004:
        return "GOST 34.310-2004 is obsolete"
    if _hash_of(algorithm) in DEFAULT_WEAK_HASH_ALGOS:
        return f"the signature algorithm {signature} is obsolete"
    if bearer != _key_for(algorithm):
        return f"the signature algorithm {signature} is not that of the key {bearer}"
    if admitted and _SUITES.get(signature) not in admitted:
        return f"the signature algorithm {_SUITES.get(signature, signature)} is not admitted"
    return None


def _key_for(algorithm: SignedDigestAlgorithm) -> str | None:
    """The OID of the key that an algorithm needs; None for an unknown algorithm."""
    oids = BY_SIGNATURE.get(algorithm["algorithm"].dotted)
    if oids is not None:
        return oids.key
    try:
        return _KEYS.get(algorithm.signature_algo)
    except ValueError:
        return None


def _hash_of(algorithm: SignedDigestAlgorithm) -> str | None:
    try:
        found: str = algorithm.hash_algo
    except ValueError:  # it names none, or is unknown
        return None
    return found


class NationalPolicy(DisallowWeakAlgorithmsPolicy):
    """pyHanko's rules on algorithms, and those of a trust profile."""

    def __init__(self, admitted: frozenset[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library says no types here
        self._admitted = admitted

    @override
    def signature_algorithm_allowed(
        self, algo: SignedDigestAlgorithm, moment: datetime | None, public_key: PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        against = objection(algo, public_key, self._admitted) if public_key else "no key"
        if against:
            return AlgorithmUsageConstraint(allowed=False, failure_reason=against)
        return super().signature_algorithm_allowed(algo, moment, public_key)


class NationalValidator(DefaultSignatureValidator):
    """Verifies GOST by our suites, all else by pyHanko; raises InvalidSignature."""

    @override
    def validate_signature(  # the library's own signature
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: PublicKeyInfo,
        signature_algorithm: SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        against = objection(signature_algorithm, public_key_info)
        if against:
            raise InvalidSignature(against)
        if signature_algorithm["algorithm"].dotted not in BY_SIGNATURE:
            try:
                super().validate_signature(
                    signature, signed_data, public_key_info, signature_algorithm, context
                )
            except (UnsupportedAlgorithm, NotImplementedError, ValueError) as unusable:
                raise InvalidSignature(str(unusable)) from unusable
            return
        suite, key = gost_key(public_key_info.dump())
        if not suite.verify(key, signed_data, signature):
            raise InvalidSignature("GOST signature")


@lru_cache(maxsize=KEYS_KEPT)
def gost_key(spki: bytes) -> tuple[AlgorithmSuite, GostPublicKey]:
    """The key in an SPKI (DER) and its suite; InvalidSignature if it cannot verify anything."""
    try:
        key = load_spki(spki)
    except ValueError as broken:
        raise InvalidSignature(str(broken)) from broken
    return _GOST[key.bits], key


VALIDATOR = NationalValidator()
"""The validator that every context of ours has."""
