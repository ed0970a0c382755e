"""SOAP around a signed document, in versions 1.1 and 1.2 (S216-18.5)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from lxml import etree

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.limits import MESSAGE_BYTES
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.xml import schema
from shared_contracts.xml.body_content import ExpatError, within_body

Element = etree._Element  # noqa: SLF001  # lxml gives its class no public name
"""An element of a message, as the hardened parser gives it."""


class SoapVersion(StrEnum):
    """The two versions of SOAP; an envelope's namespace tells which one it is."""

    V11 = "1.1"
    V12 = "1.2"

    @property
    def namespace(self) -> str:
        """Namespace of the envelope."""
        return _NAMESPACES[self]

    @property
    def content_type(self) -> str:
        """Content type of a message in this version."""
        return _CONTENT_TYPES[self]


_NAMESPACES = {
    SoapVersion.V11: "http://schemas.xmlsoap.org/soap/envelope/",
    SoapVersion.V12: "http://www.w3.org/2003/05/soap-envelope",
}
_CONTENT_TYPES = {
    SoapVersion.V11: "text/xml; charset=utf-8",
    SoapVersion.V12: "application/soap+xml; charset=utf-8",
}
_VERSIONS = {namespace: version for version, namespace in _NAMESPACES.items()}
_PLAIN = re.compile(
    (
        r"(?:<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'][Uu][Tt][Ff]-8[\"'])? ?\?>\s*)?"
        rf'<([\w-]{{1,20}}):Envelope xmlns:\1="({"|".join(map(re.escape, _VERSIONS))})"><\1:Body>'
        r'<(?:([\w-]{1,20}):)?(\w{1,64}) xmlns(?(3):\3)="([\w:./-]{1,200})">'
    ).encode()
)
"""A message as libraries write it, up to the start of the document in it."""

_START = 16
"""Bytes in which an XML declaration begins, if there is one."""
_WRAPPER_DEPTH = 3  # Envelope, Body, wrapper
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}
_OUR_ROLES = frozenset(
    {
        "",
        "http://schemas.xmlsoap.org/soap/actor/next",
        "http://www.w3.org/2003/05/soap-envelope/role/next",
        "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
    }
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A SOAP message whose Body holds one wrapper; ``operation`` is the wrapper's local name."""

    version: SoapVersion
    namespace: str
    operation: str
    envelope: Element
    wrapper: Element


def requested_version(body: bytes, content_type: str | None) -> SoapVersion:
    """The version in which to answer, even where the body cannot be read: 1.1 if nothing tells."""
    places = {body[:4096].find(version.namespace.encode()): version for version in SoapVersion}
    told = min(place for place in (*places, 4096) if place >= 0)
    named = (content_type or "").strip().lower().startswith("application/soap+xml")
    return places.get(told, SoapVersion.V12 if named else SoapVersion.V11)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What the first bytes of a plain message tell: version, namespace and name of its wrapper."""

    version: SoapVersion
    namespace: str
    operation: str


def glance(body: bytes) -> Glimpse | None:
    """What a message asks for, without opening it; None where only opening it can tell.

    Whether the rest of it is in order, this does not say.
    """
    found = _PLAIN.match(body)
    if found is None:
        return None
    _, soap, _, name, service = (part.decode() for part in found.groups(b""))
    return Glimpse(_VERSIONS[soap], service, name)


def payload_in(body: bytes) -> bytes:
    """The bytes of the document in a plain message that was opened; none of another message."""
    found, end = _PLAIN.match(body), len(body)
    for _ in range(_WRAPPER_DEPTH):
        end = body.rindex(b"</", 0, end)
    return body[found.end() : end] if found else b""


def open_envelope(body: bytes, content_type: str | None) -> Opened:
    """Open a SOAP message; raises ``Unprocessed`` where it is none or asks what we do not know."""
    if len(body) > MESSAGE_BYTES:
        raise Unprocessed(Fault.TOO_LARGE, f"{len(body)} bytes, at most {MESSAGE_BYTES}")
    if not body:
        raise Unprocessed(Fault.NOT_XML, "the body is empty")
    check_charset(content_type)
    root = schema.parse(body)
    version = _version_of(root)
    if body.count(b"<?") > body[:_START].count(b"<?xml "):
        _refuse_instructions(root)
    header, content = _split(root, version)
    _check_headers(header, version)
    wrapper = _only_child(content, Fault.NOT_SOAP, "Body")
    name = etree.QName(wrapper)
    return Opened(version, name.namespace or "", name.localname, root, wrapper)


def payload_of(opened: Opened, expected: str | None = None) -> Element:
    """The document in the wrapper, as it stands in the message (tree shared, nothing moved).

    ``expected`` is the local name the document must have. Raises NOT_A_PACKAGE.
    """
    payload = _only_child(opened.wrapper, Fault.NOT_A_PACKAGE, opened.operation)
    name = etree.QName(payload)
    if name.namespace != NAMESPACE:
        raise Unprocessed(Fault.NOT_A_PACKAGE, f"{payload.tag} is not of the namespace {NAMESPACE}")
    if expected is not None and name.localname != expected:
        raise Unprocessed(
            Fault.NOT_A_PACKAGE, f"{opened.operation} takes {expected}, not {name.localname}"
        )
    return payload


def enclose(version: SoapVersion, service: str, wrapper: str, payload: bytes) -> bytes:
    """The signed bytes of ``payload`` unchanged in a wrapper of namespace ``service``."""
    return (
        (
            f'<soap:Envelope xmlns:soap="{version.namespace}"><soap:Body>'
            f'<w:{wrapper} xmlns:w="{service}">'
        ).encode()
        + _without_declaration(payload)
        + (f"</w:{wrapper}></soap:Body></soap:Envelope>".encode())
    )


def answer(version: SoapVersion, service: str, operation: str, payload: bytes) -> bytes:
    """The answer to ``operation``: its stored bytes, without XML declaration, in the response."""
    return enclose(version, service, f"{operation}Response", payload)


def payload_bytes(body: bytes, payload: Element) -> bytes:
    """The bytes of ``payload`` exactly as they stand in ``body``, from which it was parsed.

    Where the sender declared its namespaces outside the document, its exclusive canonical form,
    which every signature over the document survives.
    """
    canonical = etree.tostring(payload, method="c14n", exclusive=True, with_comments=True)
    try:
        cut = _cut(body)
        same = etree.tostring(schema.parse(cut), method="c14n", exclusive=True, with_comments=True)
    except (Unprocessed, ExpatError):
        return canonical
    return cut if same == canonical else canonical


def element_of(document: bytes) -> Element:
    """A document's bytes as an element; raises NOT_XML where they are none."""
    return schema.parse(document)


def check_charset(content_type: str | None) -> None:
    """Only UTF-8 is read; raises NOT_XML where the content type names another charset."""
    head = Message()
    head["content-type"] = content_type or "text/xml"
    charset = head.get_param("charset", "utf-8")
    if str(charset).lower() not in {"utf-8", "utf8"}:
        raise Unprocessed(Fault.NOT_XML, f"charset {charset}: only UTF-8 is read")


def _version_of(root: Element) -> SoapVersion:
    for version, namespace in _NAMESPACES.items():
        if root.tag == f"{{{namespace}}}Envelope":
            return version
    if etree.QName(root).localname == "Envelope":
        raise Unprocessed(Fault.VERSION_MISMATCH, f"{root.tag} is none of {', '.join(_VERSIONS)}")
    raise Unprocessed(Fault.NOT_SOAP, f"{root.tag} is not an Envelope of SOAP 1.1 or 1.2")


def _split(root: Element, version: SoapVersion) -> tuple[Element | None, Element]:
    header, body = (f"{{{version.namespace}}}{name}" for name in ("Header", "Body"))
    match _children(root, Fault.NOT_SOAP, "Envelope"):
        case [only] if only.tag == body:
            return None, only
        case [first, second] if first.tag == header and second.tag == body:
            return first, second
        case _:
            raise Unprocessed(Fault.NOT_SOAP, "an Envelope holds one Body, and before it a Header")


def _check_headers(header: Element | None, version: SoapVersion) -> None:
    if header is None:
        return
    role = "role" if version is SoapVersion.V12 else "actor"
    for block in _children(header, Fault.NOT_SOAP, "Header"):
        ours = block.get(f"{{{version.namespace}}}{role}", "").strip() in _OUR_ROLES
        if ours and _must_be_understood(block, version):
            raise Unprocessed(Fault.MUST_UNDERSTAND, f"header {block.tag}")


def _must_be_understood(block: Element, version: SoapVersion) -> bool:
    """Whether a header block says so; a value that SOAP does not know is no message of SOAP.

    SOAP 1.1 (4.2.3) knows 0 and 1; 1.2 (part 1, 5.2.3) the booleans of XML Schema, which are
    read in 1.1 as well, since libraries write them.
    """
    value = block.get(f"{{{version.namespace}}}mustUnderstand", "0").strip(" \t\r\n")
    if value not in _BOOLEANS:
        raise Unprocessed(Fault.NOT_SOAP, f"mustUnderstand={value!r} at {block.tag}: 1 or 0 is")
    return _BOOLEANS[value]


def _refuse_instructions(root: Element) -> None:
    """No processing instruction may stand in an envelope (SOAP 1.1, 3; SOAP 1.2 part 1, 5).

    Those in the document are left to the profile of its signature, whose finding says more.
    """
    beside = [*root.itersiblings(preceding=True), *root.itersiblings()]
    outside = any(isinstance(node, etree._ProcessingInstruction) for node in beside)  # noqa: SLF001
    if outside or any(not _in_document(found) for found in root.iter(etree.PI)):
        raise Unprocessed(Fault.NOT_SOAP, "a processing instruction stands in the envelope")


def _in_document(node: Element) -> bool:
    around = list(node.iterancestors())
    return len(around) > _WRAPPER_DEPTH and etree.QName(around[-2]).localname == "Body"


_AS_XML = "send the element as XML, not as a string or CDATA"


def _children(parent: Element, otherwise: Fault, name: str) -> Sequence[Element]:
    """The elements in ``parent``, past comments; text between them is refused."""
    texts = [parent.text, *(child.tail for child in parent)]
    if any(text and text.strip() for text in texts):
        raise Unprocessed(otherwise, f"text stands directly in {name}: {_AS_XML}")
    return list(parent.iterchildren("*"))


def _only_child(parent: Element, otherwise: Fault, name: str) -> Element:
    match _children(parent, otherwise, name):
        case [only]:
            return only
        case found:
            raise Unprocessed(otherwise, f"{name} holds {len(found)} elements, not 1")


def _without_declaration(document: bytes) -> bytes:
    if not document.startswith(b"<?xml "):
        return document
    return document[document.index(b"?>") + 2 :].lstrip()


def _cut(body: bytes) -> bytes:
    """The bytes between the tags of the wrapper in the Body, which are those of its document."""
    start, end = within_body(body, _WRAPPER_DEPTH)
    return body[start:end].rstrip()
