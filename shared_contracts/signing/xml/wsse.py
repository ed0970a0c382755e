"""Web services security as the state's gateway uses it: the body of an envelope is signed.

Its shape: one wsse:Security in the header with one signature and nothing else, a reference to the
``wsu:Id`` of the body, exclusive C14N throughout, the certificate in a wsse:KeyIdentifier. The
header and whatever else stands in the envelope was not signed.
"""

from dataclasses import dataclass

import msgspec
from lxml import etree

from shared_contracts.signing.report import Reason, SignatureForm, SignatureRefused
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.signing.xml.enveloped import check_document, check_value
from shared_contracts.signing.xml.key_info import certificate
from shared_contracts.signing.xml.profile import (
    EXCLUSIVE,
    Profile,
    SignatureParts,
    check_algorithm,
    read_signature,
)
from shared_contracts.signing.xml.references import check_unrepeated, is_plain
from shared_contracts.signing.xml.strict import children, refused
from shared_contracts.signing.xml.vocabulary import SIGNATURE

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
_WSSE = f"{_OASIS}wssecurity-secext-1.0.xsd"
_ID = f"{{{_OASIS}wssecurity-utility-1.0.xsd}}Id"
_SECURITY = f"{{{_WSSE}}}Security"
_TOKEN = [f"{{{_WSSE}}}SecurityTokenReference"]
_KEY = [f"{{{_WSSE}}}KeyIdentifier"]
_KEY_ATTRIBUTES = {
    "EncodingType": f"{_OASIS}soap-message-security-1.0#Base64Binary",
    "ValueType": f"{_OASIS}x509-token-profile-1.0#X509v3",
}
ENVELOPES = (
    "http://schemas.xmlsoap.org/soap/envelope/",
    "http://www.w3.org/2003/05/soap-envelope",
)
"""Namespaces of SOAP 1.1 and 1.2."""


def _key_identifier(key_info: etree._Element) -> tuple[bytes, ...]:
    """The certificate of a KeyInfo that refers to it by carrying it."""
    (token,) = children(key_info, [*_TOKEN])
    (key,) = children(token, [*_KEY])
    if dict(key.items()) != _KEY_ATTRIBUTES or len(key):
        raise refused(Reason.PROFILE, key)
    return (certificate(key, key.text or ""),)


GATEWAY = Profile(
    info_methods={EXCLUSIVE: True},
    transforms={EXCLUSIVE: True},
    enveloped=False,
    certificates=_key_identifier,
)


@dataclass(frozen=True, slots=True)
class SignedBody:
    """The body of an envelope whose signature is proven: its canonical octets."""

    octets: bytes
    parts: SignatureParts


def security_of(root: etree._Element) -> etree._Element | None:
    """The first security header of an envelope; None if it has none, or ``root`` is no envelope."""
    for soap in ENVELOPES:
        if root.tag == f"{{{soap}}}Envelope":
            return root.find(f"{{{soap}}}Header/{_SECURITY}")
    return None


def prove_body(root: etree._Element) -> SignedBody:
    """Prove the one signature of an envelope with a security header; raises SignatureRefused."""
    check_document(root, "Envelope")
    header, body = _parts_of(root)
    signature = _signature(root, header)
    check_algorithm(signature)
    parts = msgspec.structs.replace(read_signature(signature, GATEWAY), form=SignatureForm.WSS)
    identifier = body.get(_ID)
    if not is_plain(identifier) or parts.uri != f"#{identifier}":
        raise refused(Reason.COVERAGE, signature, parts.uri)
    check_unrepeated(root, parts.uri[1:])
    octets = canonical(body, exclusive=True)
    if parts.suite.digest([octets]) != parts.digest:
        raise refused(Reason.DIGEST, signature)
    check_value(parts)
    return SignedBody(octets, parts)


def _parts_of(root: etree._Element) -> tuple[etree._Element, etree._Element]:
    """Header and body, which are all that an envelope has."""
    soap = etree.QName(root).namespace
    if [one.tag for one in root] != [f"{{{soap}}}Header", f"{{{soap}}}Body"]:
        raise SignatureRefused(Reason.COVERAGE, "/Envelope", "one Header, then one Body")
    return root[0], root[1]


def _signature(root: etree._Element, header: etree._Element) -> etree._Element:
    """The one signature, alone in the one security header."""
    securities = header.findall(_SECURITY)
    found = list(root.iter(SIGNATURE))
    if not found:
        raise SignatureRefused(Reason.NO_SIGNATURE, "/Envelope/Header")
    if len(found) > 1 or len(securities) > 1:
        raise SignatureRefused(Reason.TOO_MANY_SIGNATURES, "/Envelope")
    if list(securities[0]) != found:
        raise SignatureRefused(Reason.COVERAGE, "/Envelope/Header/Security")
    if next(root.iter(etree.PI, etree.Entity), None) is not None:
        raise SignatureRefused(Reason.COMMENT, "/Envelope")
    return found[0]
