"""Time stamps as tokens (RFC 3161, 5652): what one says, and that its authority signed it.

Whether the authority is one of ours is judged in ``stamping``.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, tsp, x509
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.exceptions import InvalidSignature

from shared_contracts.errors import BadInput
from shared_contracts.signing.algorithms import GOST_256, GOST_512, RSA_SHA256
from shared_contracts.signing.gost.oids import BY_BITS, DIGEST_2004
from shared_contracts.signing.report import Indication, SubIndication
from shared_contracts.signing.validation.cms_signer import certificate_of_signer
from shared_contracts.signing.validation.der_reading import MALFORMED
from shared_contracts.signing.validation.national import VALIDATOR, objection, teach

_FAILED, _OPEN = Indication.TOTAL_FAILED, Indication.INDETERMINATE

_DIGESTS = {
    "2.16.840.1.101.3.4.2.1": RSA_SHA256.digest,
    BY_BITS[512].digest: GOST_512.digest,
    BY_BITS[256].digest: GOST_256.digest,
}
"""The digests a time stamp may use, by OID: SHA-256 and both Streebogs."""

_COMPLETE = {"2.16.840.1.101.3.4.2.1": "sha256_rsa"} | {
    oids.digest: oids.signature for oids in BY_BITS.values()
}
"""The signature algorithm meant by that of a key alone, by the digest that goes with it."""

_BARE = frozenset({"1.2.840.113549.1.1.1", *(oids.key for oids in BY_BITS.values())})


MOST_CERTIFICATES = 5
"""Certificates in a token: ways to an authority are as many as the orders of those on them."""


class StampFlaw(BadInput):
    """A time stamp that is not believed: the standard's verdict and a technical word."""

    def __init__(self, indication: Indication, ground: SubIndication, detail: str) -> None:
        super().__init__(f"{ground}: time stamp: {detail}")
        self.indication = indication
        self.ground = ground
        self.detail = f"time stamp: {detail}"


@dataclass(frozen=True, slots=True)
class StampToken:
    """An opened token: what it says, who signed it, and the certificates it brought (DER)."""

    generated_at: datetime
    policy: str
    imprint: tuple[str, bytes]
    content: bytes
    signer: cms.SignerInfo
    leaf: x509.Certificate
    others: tuple[bytes, ...]


def open_token(der: bytes) -> StampToken:
    """Open a token (DER); StampFlaw if it is none or lacks its authority's certificate."""
    teach()
    try:
        signed = cms.ContentInfo.load(der, strict=True)["content"]
        return _opened(signed, _only(signed["signer_infos"]))
    except MALFORMED as broken:
        raise StampFlaw(_FAILED, SubIndication.FORMAT_FAILURE, f"no token: {broken}") from broken


def prove(token: StampToken, over: bytes) -> None:
    """The token is over these octets, and its authority's key signed it; StampFlaw if not."""
    try:
        _check_imprint(token, over)
        _check_attributes(token)
        _check_value(token)
    except MALFORMED as broken:
        raise StampFlaw(_FAILED, SubIndication.FORMAT_FAILURE, f"no token: {broken}") from broken


def _opened(signed: cms.SignedData, signer: cms.SignerInfo) -> StampToken:
    enclosed = signed["encap_content_info"]
    if enclosed["content_type"].native != "tst_info":
        raise ValueError("its content is not about time")
    content = bytes(enclosed["content"])
    said = tsp.TSTInfo.load(content, strict=True)
    certificates = [one.chosen for one in signed["certificates"] or ()]
    if len(certificates) > MOST_CERTIFICATES:
        raise ValueError(f"more than {MOST_CERTIFICATES} certificates")
    imprint, leaf = said["message_imprint"], certificate_of_signer(signer, certificates)
    if leaf is None:
        missing = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
        raise StampFlaw(_OPEN, missing, "its authority's certificate is missing")
    return StampToken(
        generated_at=said["gen_time"].native,
        policy=said["policy"].dotted,
        imprint=(_oid(imprint["hash_algorithm"]), imprint["hashed_message"].native),
        content=content,
        signer=signer,
        leaf=leaf,
        others=tuple(one.dump() for one in certificates if one is not leaf),
    )


def _check_imprint(token: StampToken, over: bytes) -> None:
    algorithm, imprint = token.imprint
    if _digest(algorithm, over) != imprint:
        raise StampFlaw(_FAILED, SubIndication.HASH_FAILURE, "it is over something else")


def _check_attributes(token: StampToken) -> None:
    """What was signed names this content and this certificate (RFC 5652, 5.4; RFC 5816)."""
    attributes = token.signer["signed_attrs"]
    if _attribute(attributes, "content_type").native != "tst_info":
        raise ValueError("the signed content type is another")
    digest = _digest(_oid(token.signer["digest_algorithm"]), token.content)
    if _attribute(attributes, "message_digest").native != digest:
        raise StampFlaw(_FAILED, SubIndication.HASH_FAILURE, "its content was changed")
    named = [value for one in attributes for value in _named_certificates(one)]
    if not named:
        raise ValueError("it does not name its authority's certificate")
    if not all(_hash(algorithm, token.leaf.dump()) == value for algorithm, value in named):
        raise StampFlaw(
            _FAILED, SubIndication.SIG_CRYPTO_FAILURE, "it was signed under another certificate"
        )


def _named_certificates(attribute: cms.CMSAttribute) -> list[tuple[str, bytes]]:
    """Digest and its algorithm of the certificate which an ESS attribute names first."""
    kind = attribute["type"].native
    if kind == "signing_certificate":
        return [("sha1", _only(attribute["values"])["certs"][0]["cert_hash"].native)]
    if kind == "signing_certificate_v2":
        first = _only(attribute["values"])["certs"][0]
        return [(_oid(first["hash_algorithm"]), first["cert_hash"].native)]
    return []


def _hash(algorithm: str, data: bytes) -> bytes:
    """A digest that only tells one certificate of an authority from another; SHA-1 will do."""
    if algorithm == "sha1":
        return hashlib.sha1(data, usedforsecurity=False).digest()
    return _digest(algorithm, data)


def _check_value(token: StampToken) -> None:
    """The key of the authority's certificate signed the attributes."""
    # Signed is the SET itself; in the message it stands under an implicit tag.
    signed = token.signer["signed_attrs"].untag().dump()
    algorithm, key = _signature_algorithm(token.signer), token.leaf.public_key
    against = objection(algorithm, key)
    if against:
        raise StampFlaw(_OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, against)
    try:
        VALIDATOR.validate_signature(token.signer["signature"].native, signed, key, algorithm)
    except InvalidSignature as invalid:
        raise StampFlaw(
            _FAILED, SubIndication.SIG_CRYPTO_FAILURE, "its signature is not its authority's"
        ) from invalid


def _signature_algorithm(signer: cms.SignerInfo) -> SignedDigestAlgorithm:
    """The whole algorithm; some tokens name the key's only, and the digest beside it."""
    written = signer["signature_algorithm"]
    if written["algorithm"].dotted not in _BARE:
        return written
    return SignedDigestAlgorithm({"algorithm": _COMPLETE[_oid(signer["digest_algorithm"])]})


def _digest(algorithm: str, data: bytes) -> bytes:
    digest = _DIGESTS.get(algorithm)
    if digest is None:
        name = "GOST 34.311-95 is obsolete" if algorithm == DIGEST_2004 else f"digest {algorithm}"
        raise StampFlaw(_OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, name)
    return digest([data])


def _oid(algorithm: Any) -> str:  # noqa: ANN401  # of an untyped library
    dotted: str = algorithm["algorithm"].dotted
    return dotted


def _attribute(attributes: cms.CMSAttributes, kind: str) -> Any:  # noqa: ANN401  # as above
    """The one value of an attribute that must be there once; ValueError if it is not."""
    return _only(_only([one for one in attributes if one["type"].native == kind])["values"])


def _only(found: Any) -> Any:  # noqa: ANN401  # as above
    if len(found) != 1:
        raise ValueError(f"{len(found)} in place of one")
    return found[0]
