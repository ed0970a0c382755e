"""A detached CMS signature that a party made elsewhere: who signed these bytes (RFC 5652, 5.4).

Only the signature is proven here; whether its certificate is believed, ``trust`` judges.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import cms, x509
from cryptography.exceptions import InvalidSignature

from shared_contracts.errors import BadInput
from shared_contracts.signing.algorithms import GOST_256, GOST_512
from shared_contracts.signing.gost.oids import BY_BITS
from shared_contracts.signing.validation.cms_signer import certificate_of_signer
from shared_contracts.signing.validation.der_reading import MALFORMED
from shared_contracts.signing.validation.national import VALIDATOR, objection, teach

MOST_BYTES: Final = 64 * 1024
"""Bytes of the largest signature: it is taken apart before anything of it is proven."""
MOST_CERTIFICATES: Final = 5


def _sha256(pieces: Iterable[bytes | memoryview]) -> bytes:
    return hashlib.sha256(b"".join(pieces)).digest()


_DIGESTS: Final[Mapping[str, Callable[[Iterable[bytes | memoryview]], bytes]]] = {
    "2.16.840.1.101.3.4.2.1": _sha256,
    BY_BITS[512].digest: GOST_512.digest,
    BY_BITS[256].digest: GOST_256.digest,
}


@dataclass(frozen=True, slots=True)
class DetachedSignature:
    """Who signed: DER of the certificates that the signature brought, that of the signer first."""

    certificates: tuple[bytes, ...]


def prove_detached(der: bytes, content: bytes) -> DetachedSignature:
    """The signature is over ``content``, by the key of its certificate; ``BadInput`` if not.

    One signer, signed attributes, SHA-256 or GOST 34.11-2015; the bytes are not inside it.
    """
    teach()
    if len(der) > MOST_BYTES:
        raise _flaw(f"it has {len(der)} bytes, more than {MOST_BYTES}")
    try:
        signed = cms.ContentInfo.load(der, strict=True)["content"]
        return _proven(signed, content)
    except (*MALFORMED, InvalidSignature) as broken:
        if isinstance(broken, BadInput):
            raise
        raise _flaw(f"it is no detached CMS signature ({broken})") from broken


def _proven(signed: cms.SignedData, content: bytes) -> DetachedSignature:
    if signed["encap_content_info"]["content"].native is not None:
        raise _flaw("it has content inside: sign detached")
    one = _only(signed["signer_infos"])
    certificates = [each.chosen for each in signed["certificates"] or ()]
    if len(certificates) > MOST_CERTIFICATES:
        raise _flaw(f"it brings more than {MOST_CERTIFICATES} certificates")
    leaf = certificate_of_signer(one, certificates)
    if leaf is None:
        raise _flaw("it does not bring the certificate of its signer: have it included")
    _check_digest(one, content)
    _check_value(one, leaf)
    others = [each.dump() for each in certificates if each is not leaf]
    return DetachedSignature((leaf.dump(), *others))


def _check_digest(one: cms.SignerInfo, content: bytes) -> None:
    algorithm = one["digest_algorithm"]["algorithm"].dotted
    digest = _DIGESTS.get(algorithm)
    if digest is None:
        raise _flaw(f"its digest {algorithm} is not admitted: use SHA-256 or GOST 34.11-2015")
    told = [each for each in one["signed_attrs"] if each["type"].native == "message_digest"]
    if _only(_only(told)["values"]).native != digest([content]):
        raise _flaw("it is over other bytes: sign the manifest as it is given now")


def _check_value(one: cms.SignerInfo, leaf: x509.Certificate) -> None:
    algorithm, key = one["signature_algorithm"], leaf.public_key
    if against := objection(algorithm, key):
        raise _flaw(against)
    # Signed is the SET itself; in the message it stands under an implicit tag.
    signed = one["signed_attrs"].untag().dump()
    VALIDATOR.validate_signature(one["signature"].native, signed, key, algorithm)


def _only(found: Any) -> Any:  # noqa: ANN401  # of an untyped library
    if len(found) != 1:
        raise ValueError(f"{len(found)} in place of one")
    return found[0]


def _flaw(why: str) -> BadInput:
    return BadInput(f"signature: {why}")
