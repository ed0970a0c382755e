"""Signatures in XML: of systems over their message, of persons over the whole document."""

import hashlib
from base64 import b64decode
from copy import deepcopy
from dataclasses import dataclass

from cryptography import x509
from lxml import etree

from .keys import GOST, check_xml
from .steps import Flaw, Undecided

DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
CONTRACT = "{urn:kz:tru-registry:exchange:1}"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_METHODS = {
    _EXCLUSIVE: True,
    f"{_EXCLUSIVE}WithComments": True,
    _INCLUSIVE: False,
    f"{_INCLUSIVE}#WithComments": False,
}
_MOST_NAMESPACES, _MOST_ATTRIBUTES, _MOST_SIGNATURES = 32, 64, 20
"""In scope at one place, on one element, in one document: canonical XML sorts the first two."""
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"

Element = etree._Element  # noqa: SLF001  # lxml gives its class no public name


@dataclass(frozen=True)
class OneSignature:
    """One signature where it stands: its number in the document, from 0."""

    root: Element
    number: int
    element: Element

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """The certificates that came with it, leaf first."""
        found = self.element.findall(f"{DSIG}KeyInfo/{DSIG}X509Data/{DSIG}X509Certificate")
        if not found:
            raise Flaw("SIGNATURE_CERTIFICATE")
        return tuple(x509.load_der_x509_certificate(b64decode(one.text or "")) for one in found)


def parse(data: bytes) -> Element:
    """The root of a document that has no DTD, comment or processing instruction; or ``Flaw``.

    Nor has it what would make its canonical form endless to compute.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as broken:
        raise Flaw("XML", detail=str(broken)) from broken
    if root.getroottree().docinfo.internalDTD is not None:
        raise Flaw("XML_DTD")
    beside = (root.getprevious(), root.getnext())
    if (
        beside != (None, None)
        or next(root.iter(etree.Comment, etree.PI, etree.Entity), None) is not None
    ):
        raise Flaw("XML_COMMENT")
    _check_cost(root)
    return root


def _check_cost(root: Element) -> None:
    if any(len(one.attrib) > _MOST_ATTRIBUTES for one in root.iter(etree.Element)):
        raise Flaw("XML_COST", detail=f"more than {_MOST_ATTRIBUTES} attributes on an element")
    in_scope = 0
    for event, _ in etree.iterwalk(root, events=("start-ns", "end-ns")):
        in_scope += 1 if event == "start-ns" else -1
        if in_scope > _MOST_NAMESPACES:
            raise Flaw("XML_COST", detail=f"more than {_MOST_NAMESPACES} namespaces in scope")


def message_in(root: Element) -> Element:
    """The system's message in a document: itself, or the one that a SOAP Body carries."""
    if etree.QName(root).localname != "Envelope":
        return root
    bodies = [one for one in root if etree.QName(one).localname == "Body"]
    wrappers = [one for body in bodies for one in body]
    messages = [one for wrapper in wrappers for one in wrapper]
    if (len(bodies), len(wrappers), len(messages)) != (1, 1, 1):
        raise Flaw("ENVELOPE")
    return messages[0]


def signatures(root: Element) -> list[OneSignature]:
    """The signatures of a document or message: its last children, and none elsewhere."""
    found = list(root.iter(f"{DSIG}Signature"))
    count = len(found)
    if not count:
        raise Flaw("SIGNATURE_MISSING")
    if count > _MOST_SIGNATURES:
        raise Flaw("XML_COST", detail=f"{count} signatures, at most {_MOST_SIGNATURES}")
    if found != list(root)[-count:]:
        raise Flaw("SIGNATURE_PLACE")
    return [OneSignature(root, number, one) for number, one in enumerate(found)]


def check(one: OneSignature, *, system: bool) -> None:
    """The signature covers its message or document, and its certificate's key made it; or ``Flaw``.

    ``Undecided`` where GOST would have to be computed.
    """
    info = one.element.find(f"{DSIG}SignedInfo")
    references = [] if info is None else info.findall(f"{DSIG}Reference")
    if info is None or not 1 <= len(references) <= (1 if system else 2):
        raise Flaw("SIGNATURE_REFERENCES")
    method = _algorithm(info, "SignatureMethod")
    if method.startswith(GOST):
        _covers(one, references[0], system=system)
        raise Undecided("GOST", detail=method.removeprefix(GOST))
    exclusive = _METHODS.get(_algorithm(info, "CanonicalizationMethod"))
    if exclusive is None or (system and not exclusive):
        raise Flaw("SIGNATURE_ALGORITHM")
    exclusive_document = _covers(one, references[0], system=system)
    _check_digest(references[0], _canonical(_without(one), exclusive=exclusive_document))
    if len(references) == 2:  # noqa: PLR2004  # XAdES: what the signature says of itself
        _check_properties(one, references[1])
    value = b64decode("".join(one.element.findtext(f"{DSIG}SignatureValue", "").split()))
    signed = _canonical(info, exclusive=exclusive)
    check_xml(one.certificates[0], method, value, signed)


def identity(message: Element) -> str:
    """SHA-256 of the exclusive canonical form of a message with its signature, lower hex."""
    return hashlib.sha256(_canonical(message, exclusive=True)).hexdigest()


def canonical_sha256(data: bytes) -> str:
    """The same of a whole document."""
    return identity(parse(data))


def _covers(one: OneSignature, reference: Element, *, system: bool) -> bool:
    """The reference is to the whole message or document; whether by exclusive canonicalisation."""
    name = one.root.get("Id")
    expected = f"#{name}" if system else ""
    if reference.get("URI") != expected or (name is not None) != system:
        raise Flaw("SIGNATURE_COVERAGE")
    if system and sum(one == name for one in _identifiers(one.root)) != 1:
        raise Flaw("SIGNATURE_COVERAGE")
    named = [each.get("Algorithm", "") for each in reference.findall(f"{DSIG}Transforms/*")]
    exclusive = _METHODS.get(named[-1]) if named else None
    if len(named) != 2 or named[0] != _ENVELOPED or exclusive is None:  # noqa: PLR2004
        raise Flaw("SIGNATURE_ALGORITHM")
    return exclusive


def _identifiers(root: Element) -> list[str]:
    """All values of attributes called like an Id in the document around ``root``."""
    elements = root.getroottree().getroot().iter(etree.Element)
    names = {"id", "Id", "ID"}
    return [str(v) for e in elements for k, v in e.items() if etree.QName(k).localname in names]


def _without(one: OneSignature) -> Element:
    """A copy of the message or document without this signature and those after it."""
    copied = deepcopy(one.root)
    for signature in [each for each in copied if each.tag == f"{DSIG}Signature"][one.number :]:
        before, tail = signature.getprevious(), signature.tail or ""
        if before is None:
            copied.text = (copied.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
        copied.remove(signature)
    return copied


def _check_properties(one: OneSignature, reference: Element) -> None:
    """The second reference covers the signed properties, which name the certificate (XAdES)."""
    signed = one.element.find(f"{DSIG}Object/{XADES}QualifyingProperties/{XADES}SignedProperties")
    if signed is None or reference.get("Type") != _PROPERTIES:
        raise Flaw("XADES")
    if reference.get("URI") != f"#{signed.get('Id')}":
        raise Flaw("XADES")
    _check_digest(reference, _canonical(signed, exclusive=True))
    digest = signed.find(f".//{XADES}SigningCertificateV2/{XADES}Cert/{XADES}CertDigest")
    if digest is None:
        raise Flaw("XADES")
    encoded = one.element.findtext(f"{DSIG}KeyInfo/{DSIG}X509Data/{DSIG}X509Certificate", "")
    _check_digest(digest, b64decode("".join(encoded.split())))


def _check_digest(reference: Element, octets: bytes) -> None:
    method = _algorithm(reference, "DigestMethod")
    if method != _SHA256:
        raise Flaw("SIGNATURE_ALGORITHM", detail=method)
    written = "".join(reference.findtext(f"{DSIG}DigestValue", "").split())
    if b64decode(written) != hashlib.sha256(octets).digest():
        raise Flaw("SIGNATURE_DIGEST")


def _canonical(element: Element, *, exclusive: bool) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=False)


def _algorithm(parent: Element, name: str) -> str:
    """The algorithm that a child of an element names, "" if there is none."""
    found = parent.find(f"{DSIG}{name}")
    return "" if found is None else found.get("Algorithm", "")
