"""The form that a signature must have: nothing but what the profile names (wire.md, 4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from lxml import etree

from shared_contracts.signing.algorithms import SUITES, AlgorithmSuite
from shared_contracts.signing.certificates import SigningCertificate, load_signing_certificate
from shared_contracts.signing.report import Reason, SignatureForm, SignatureRefused, Stamp
from shared_contracts.signing.xml import xades
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.signing.xml.key_info import x509_data
from shared_contracts.signing.xml.strict import (
    algorithm,
    algorithm_refused,
    children,
    choice,
    differs,
    octets,
    refused,
)
from shared_contracts.signing.xml.vocabulary import (
    DSIG,
    ENVELOPED,
    EXCLUSIVE,
    INCLUSIVE,
    SIGNATURE,
    dsig,
)

__all__ = [
    "DSIG",
    "ENVELOPED",
    "EXCLUSIVE",
    "INCLUSIVE",
    "PERSON",
    "SIGNATURE",
    "SYSTEM",
    "Profile",
    "SignatureParts",
    "check_algorithm",
    "inherits",
    "read_signature",
]

_SIGNATURE = dsig("SignedInfo", "SignatureValue", "KeyInfo")
_QUALIFIED = [*_SIGNATURE, *dsig("Object")]
_SIGNED_INFO = dsig("CanonicalizationMethod", "SignatureMethod", "Reference")
_TWO_REFERENCES = [*_SIGNED_INFO, *dsig("Reference")]
_REFERENCE = dsig("Transforms", "DigestMethod", "DigestValue")
_URI = ["URI"]
_TRANSFORM = dsig("Transform")
_XML = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True)
class Profile:
    """Which canonicalisations a signature may use; ``True`` stands for exclusive C14N.

    The forms with comments are taken for those without: a reference within the same document covers
    no comment (XMLDSig 4.4.3.2), and none is read within a signature. ``enveloped`` says whether
    the signature stands within what it signs, ``qualified`` whether it may be XAdES.
    """

    info_methods: dict[str, bool]
    transforms: dict[str, bool]
    enveloped: bool = True
    qualified: bool = False
    certificates: Callable[[etree._Element], tuple[bytes, ...]] = x509_data


SYSTEM = Profile(info_methods={EXCLUSIVE: True}, transforms={EXCLUSIVE: True})
"""Packages, receipts, lists, answers: exclusive C14N only, so that an envelope does no harm."""

PERSON = Profile(
    info_methods={
        EXCLUSIVE: True,
        f"{EXCLUSIVE}WithComments": True,
        INCLUSIVE: False,
        f"{INCLUSIVE}#WithComments": False,
    },
    transforms={EXCLUSIVE: True, INCLUSIVE: False, f"{INCLUSIVE}#WithComments": False},
    qualified=True,
)
"""Business documents, as persons' tools sign them."""


class SignatureParts(msgspec.Struct, frozen=True):
    """One signature, read: what it says it covers, how, and by whom.

    ``signed_info`` is in its canonical form: the octets that were signed. ``identifiers`` are
    those of its own parts, which nothing else in the document may bear.
    """

    element: etree._Element
    signed_info: bytes
    uri: str
    exclusive: bool
    suite: AlgorithmSuite
    digest: bytes
    value: bytes
    leaf: SigningCertificate
    certificates: tuple[bytes, ...]
    form: SignatureForm = SignatureForm.XMLDSIG
    claimed_at: datetime | None = None
    stamp: Stamp | None = None
    identifiers: tuple[str, ...] = ()


def read_signature(signature: etree._Element, profile: Profile) -> SignatureParts:
    """Read one signature that has exactly the form of ``profile``.

    Raises SignatureRefused: PROFILE, ALGORITHM, ALGORITHM_OBSOLETE, KEY_TOO_SHORT,
    CERTIFICATE_MISSING, CERTIFICATE_BROKEN; DIGEST of what a XAdES signature says of itself.
    """
    if [child.tag for child in signature] == _SIGNATURE[:-1]:  # no KeyInfo at all
        raise refused(Reason.CERTIFICATE_MISSING, signature)
    if profile.qualified and len(signature) == len(_QUALIFIED):
        return _read_qualified(signature, profile)
    own = children(signature, _SIGNATURE)
    return _read(signature, own, children(own[0], _SIGNED_INFO), profile)


def _read_qualified(signature: etree._Element, profile: Profile) -> SignatureParts:
    """A XAdES signature: a second reference covers what it says of itself."""
    own = children(signature, _QUALIFIED, ["Id"])
    parts = _read(signature, own, children(own[0], _TWO_REFERENCES), profile)
    if not parts.exclusive or own[0][0].get("Algorithm") != EXCLUSIVE:
        raise refused(Reason.PROFILE, own[0], "XAdES is read with exclusive C14N only")
    said = xades.read(signature, parts.leaf)
    return msgspec.structs.replace(
        parts,
        form=said.form,
        claimed_at=said.claimed_at,
        stamp=said.stamp,
        identifiers=said.identifiers,
    )


def _read(
    signature: etree._Element,
    own: list[etree._Element],
    information: list[etree._Element],
    profile: Profile,
) -> SignatureParts:
    """What the parts of a signature and of its SignedInfo say."""
    info, value, key_info, *_ = own
    c14n, method, reference, *_ = information
    exclusive = choice(c14n, profile.info_methods)
    suite = _suite(method)
    qualified = len(own) == len(_QUALIFIED)
    named = ["Id", *_URI] if qualified and reference.get("Id") is not None else _URI
    transforms, digest_method, digest = children(reference, _REFERENCE, named)
    certificates = profile.certificates(key_info)
    return SignatureParts(
        element=signature,
        signed_info=_signed_info(info, exclusive=exclusive),
        uri=reference.get("URI", ""),
        exclusive=_transform(transforms, profile),
        suite=suite,
        digest=_digest(digest_method, digest, suite),
        value=octets(value),
        leaf=_leaf(key_info, certificates[0], suite),
        certificates=certificates,
    )


def _signed_info(info: etree._Element, *, exclusive: bool) -> bytes:
    """The octets that were signed; an inclusive form would inherit xml:lang and its like."""
    if not exclusive and inherits(info):
        raise refused(Reason.PROFILE, info, "xml: attribute above an inclusive SignedInfo")
    return canonical(info, exclusive=exclusive)


def inherits(element: etree._Element) -> bool:
    """Whether an inclusive canonical form of ``element`` alone would inherit an xml: attribute."""
    above = element.iterancestors()
    return any(str(key).startswith(_XML) for one in above for key in one.keys())  # noqa: SIM118  # no dict


def check_algorithm(signature: etree._Element) -> None:
    """Say first that an algorithm is not admitted: everything else may depend on it.

    Raises SignatureRefused ALGORITHM or ALGORITHM_OBSOLETE if no suite has the method named.
    """
    method = signature.find(f"{_SIGNATURE[0]}/{_SIGNED_INFO[1]}")
    if method is not None and method.get("Algorithm") not in SUITES:
        raise algorithm_refused(method, method.get("Algorithm", ""))


def _suite(method: etree._Element) -> AlgorithmSuite:
    suite = SUITES.get(algorithm(method))
    if suite is None:
        raise algorithm_refused(method, method.get("Algorithm", ""))
    return suite


def _transform(transforms: etree._Element, profile: Profile) -> bool:
    """Whether the one canonicalisation, after the enveloped-signature transform, is exclusive."""
    if len(transforms) != 1 + profile.enveloped:
        found = (one.get("Algorithm", "") for one in transforms)
        wanted = [[ENVELOPED]] * profile.enveloped
        detail = differs(found, *wanted, profile.transforms)
        raise refused(Reason.PROFILE, transforms, detail)
    *before, c14n = children(transforms, _TRANSFORM * (1 + profile.enveloped))
    if before and algorithm(before[0]) != ENVELOPED:
        raise refused(Reason.PROFILE, before[0])
    return choice(c14n, profile.transforms)


def _digest(method: etree._Element, digest: etree._Element, suite: AlgorithmSuite) -> bytes:
    if algorithm(method) != suite.digest_uri:
        raise algorithm_refused(method, method.get("Algorithm", ""))
    return octets(digest)


def _leaf(key_info: etree._Element, der: bytes, suite: AlgorithmSuite) -> SigningCertificate:
    """The signer's certificate; its own key, not the signature, says which suite is right."""
    try:
        leaf = load_signing_certificate(der)
    except SignatureRefused as wrong:
        raise refused(wrong.reason, key_info, wrong.detail) from wrong
    if leaf.suite is not suite:
        raise refused(Reason.ALGORITHM, key_info, f"the key is for {leaf.suite.name}")
    return leaf
