"""Signatures of one part of a document, as signXml makes them when it is given paths.

The part bears an attribute ``Id``, the signature stands elsewhere in the document and names it by
``#Id``, with inclusive C14N and an exclusive SignedInfo. What stands outside the part was not
signed: such a document never passes intake, and only the part's octets are given back.
"""

from dataclasses import dataclass

from lxml import etree

from shared_contracts.signing.report import Reason, SignatureRefused
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.signing.xml.enveloped import check_document, check_value
from shared_contracts.signing.xml.profile import (
    EXCLUSIVE,
    INCLUSIVE,
    Profile,
    SignatureParts,
    check_algorithm,
    inherits,
    read_signature,
)
from shared_contracts.signing.xml.references import the_only
from shared_contracts.signing.xml.strict import place_of, refused
from shared_contracts.signing.xml.vocabulary import SIGNATURE
from shared_contracts.signing.xml.whole import MOST_SIGNATURES

PART = Profile(
    info_methods={EXCLUSIVE: True},
    transforms={INCLUSIVE: False, f"{INCLUSIVE}#WithComments": False},
    enveloped=False,
)


@dataclass(frozen=True, slots=True)
class SignedPart:
    """The one part that all signatures of a document are of: its path and canonical octets."""

    path: str
    octets: bytes
    parts: list[SignatureParts]


def prove_part(root: etree._Element) -> SignedPart:
    """Prove all signatures of a document, which are of the same part.

    Raises SignatureRefused.
    """
    name = etree.QName(root).localname
    check_document(root, name)
    if next(root.iter(etree.PI, etree.Entity), None) is not None:
        raise SignatureRefused(Reason.COMMENT, f"/{name}")
    found = list(root.iter(SIGNATURE))
    if len(found) > MOST_SIGNATURES:
        raise SignatureRefused(Reason.TOO_MANY_SIGNATURES, f"/{name}")
    for signature in found:
        check_algorithm(signature)
    parts = [read_signature(signature, PART) for signature in found]
    target = _target(root, parts)
    octets = canonical(target, exclusive=False)
    for one in parts:
        if one.suite.digest([octets]) != one.digest:
            raise refused(Reason.DIGEST, one.element)
        check_value(one)
    return SignedPart(place_of(target), octets, parts)


def _target(root: etree._Element, parts: list[SignatureParts]) -> etree._Element:
    """The element that all signatures refer to; it has a canonical form of its own."""
    if len({one.uri for one in parts}) > 1:
        raise refused(Reason.COVERAGE, parts[-1].element, "signatures of different parts")
    target = the_only(root, parts[0].uri, "Id")
    if next(target.iter(SIGNATURE), None) is not None:
        raise refused(Reason.COVERAGE, parts[0].element, "a signature within what is signed")
    if inherits(target):
        raise SignatureRefused(Reason.PROFILE, place_of(target), "inherits an xml: attribute")
    return target
