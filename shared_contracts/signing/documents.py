"""Any signed XML that the project knows: what kind it is, what was signed, and by whom.

For those who examine a document from outside. Intake is stricter and does not come here: it reads
only the two profiles of the contract. Documents of the contract are held to its rules here too;
in others comments are passed over, as no signature covers them (XMLDSig 4.4.3.2).
"""

from dataclasses import dataclass, replace
from enum import Enum, auto

from lxml import etree

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.messages.document import NAMESPACE, DocumentKind
from shared_contracts.messages.kinds import signed_as
from shared_contracts.messages.roots import ROOTS, SYSTEM_DOCUMENTS
from shared_contracts.messages.tags import qualified
from shared_contracts.signing.report import Reason, SignatureForm, SignatureRefused
from shared_contracts.signing.verify import SignedBy, all_signed_by, signed_by, verify_system
from shared_contracts.signing.xml.coverage import cover
from shared_contracts.signing.xml.part import prove_part
from shared_contracts.signing.xml.strict import place_of
from shared_contracts.signing.xml.vocabulary import SIGNATURE, dsig
from shared_contracts.signing.xml.whole import prove
from shared_contracts.signing.xml.wsse import ENVELOPES, prove_body, security_of
from shared_contracts.xml import schema

_ENVELOPES = frozenset(f"{{{soap}}}Envelope" for soap in ENVELOPES)
_REFERENCE = "/".join(dsig("SignedInfo", "Reference"))


class Extent(Enum):
    """How much of a document the last signature covers, that signature itself left out."""

    WHOLE = auto()
    """The whole document."""
    BUT_COMMENTS = auto()
    """The whole document, comments and what stands beside the root left out."""
    MESSAGE = auto()
    """A message of the contract: the element that bears the signature."""
    PART = auto()
    """One element; the rest of the document is not signed."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a signature covers: the extent, and the path of the element, "" for a whole document."""

    extent: Extent
    path: str = ""


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A document whose signatures are all proven; its certificates are judged elsewhere.

    ``kind`` is the form of the last signature, ``root`` the local name of the document's root,
    ``covered`` says what that signature covers, ``octets`` are the canonical octets it covers:
    the only thing to read. ``signatures`` stand in the order of the document.
    ``ours`` says whether what was signed is of the contract's namespace; ``resembled`` is the name
    of a document of the contract that stands in another namespace or place, where a reader by
    local names would take it for one of ours.
    """

    kind: SignatureForm
    root: str
    covered: Coverage
    octets: bytes
    signatures: tuple[SignedBy, ...]
    ours: bool = False
    resembled: str = ""
    object_type: str | None = None


def verify_document(data: bytes) -> SignedDocument:
    """Prove all signatures of a document of any kind the project knows.

    Raises SignatureRefused; PROFILE, with the fault's name, also for what is no readable XML.
    """
    root = _opened(data)
    document = _verified(root, data)
    return document if document.ours else replace(document, resembled=_resembled(root, document))


def _verified(root: etree._Element, data: bytes) -> SignedDocument:
    message = _message(root)
    if message is not None:
        return _system(root, message)
    if etree.QName(root).namespace == NAMESPACE:
        return _whole(root, comments=False)
    comments = next(root.iter(etree.Comment), None) is not None or _is_beside(root)
    bare = _without_comments(data) if comments else root
    if security_of(bare) is not None:
        return _body(bare)
    return _whole(bare, comments=comments) if _is_whole(bare) else _part(bare)


def _resembled(root: etree._Element, document: SignedDocument) -> str:
    """The name of ours that the root, what an envelope carries, or the signed element bears."""
    carried = (*root.iterfind("{*}Body/*"), *root.iterfind("{*}Body/*/*"))
    names = [etree.QName(one).localname for one in (root, *carried)]
    signed = document.covered.path.rpartition("/")[2].partition("[")[0]
    return next((name for name in (*names, signed) if name in ROOTS), "")


def _opened(data: bytes) -> etree._Element:
    try:
        return schema.parse(data)
    except Unprocessed as problem:
        reason = Reason.DTD if problem.fault is Fault.DTD_FORBIDDEN else Reason.PROFILE
        raise SignatureRefused(reason, detail=str(problem)) from problem


def _without_comments(data: bytes) -> etree._Element:
    """The tree of data that have been opened before, without its comments."""
    return etree.fromstring(
        data,
        etree.XMLParser(
            encoding="UTF-8", resolve_entities=False, no_network=True, remove_comments=True
        ),
    )


def _is_beside(root: etree._Element) -> bool:
    return (root.getprevious(), root.getnext()) != (None, None)


def _message(root: etree._Element) -> etree._Element | None:
    """The system's message in a document: itself, or what an operation in an envelope carries.

    An envelope that holds one has the shape which the endpoints take: whatever else a reader could
    take for the message is refused.
    """
    if root.tag not in _ENVELOPES or security_of(root) is not None:
        return root if _is_message(root) else None
    if not any(map(_is_message, root.iterfind("{*}Body//*"))):
        return None
    return _only(_only(_body_of(root)))


def _body_of(root: etree._Element) -> etree._Element:
    """The Body, before which only one Header may stand."""
    soap = etree.QName(root).namespace
    header, body = f"{{{soap}}}Header", f"{{{soap}}}Body"
    if [one.tag for one in root.iterchildren("*")] not in ([body], [header, body]):
        raise SignatureRefused(Reason.COVERAGE, "/Envelope", "one Body, and before it a Header")
    return next(root.iterchildren(body))


def _only(parent: etree._Element) -> etree._Element:
    """The one element in a part of an envelope: a second could be taken for the message."""
    found = list(parent.iterchildren("*"))
    texts = [parent.text, *(node.tail for node in parent)]
    if len(found) != 1 or any(text and text.strip() for text in texts):
        told = f"{len(found)} elements, one and no text is wanted"
        raise SignatureRefused(Reason.COVERAGE, place_of(parent), told)
    return found[0]


def _is_message(element: etree._Element) -> bool:
    """Whether an element of the contract bears an Id, and a signature that names it."""
    reference = element.find(f"{SIGNATURE}/{_REFERENCE}")
    return (
        reference is not None
        and etree.QName(element).namespace == NAMESPACE
        and element.get("Id") is not None
        and reference.get("URI") != ""
    )


def _is_whole(root: etree._Element) -> bool:
    """Whether the first signature says that it covers the whole document, or there is none."""
    signature = next(root.iter(SIGNATURE), None)
    reference = None if signature is None else signature.find(_REFERENCE)
    return reference is None or reference.get("URI", "") == ""


def _system(root: etree._Element, message: etree._Element) -> SignedDocument:
    proven = verify_system(message)
    name, object_type = etree.QName(message).localname, _object_type(message)
    if signed_as(name, object_type) not in {None, DocumentKind.SYSTEM}:
        raise SignatureRefused(Reason.PROFILE, f"/{name}", "Id on the root")
    text = cover(message, message.findall(SIGNATURE), exclusive=True)
    return SignedDocument(
        kind=proven.signed_by.form,
        root=etree.QName(root).localname,
        covered=Coverage(Extent.MESSAGE, place_of(message)),
        octets=b"".join(text.without_last(1)),
        signatures=(proven.signed_by,),
        ours=True,
        object_type=object_type,
    )


def _whole(root: etree._Element, *, comments: bool) -> SignedDocument:
    name = etree.QName(root).localname
    own = etree.QName(root).namespace == NAMESPACE
    proven = prove(root, name, identified=not own)
    object_type = _object_type(root) if own else None
    by_system = name in SYSTEM_DOCUMENTS or signed_as(name, object_type) is DocumentKind.SYSTEM
    if own and by_system:
        raise SignatureRefused(Reason.PROFILE, f"/{name}", "a system signs it by its Id")
    return SignedDocument(
        kind=proven.parts[-1].form,
        root=name,
        covered=Coverage(Extent.BUT_COMMENTS if comments else Extent.WHOLE),
        octets=proven.octets,
        signatures=all_signed_by(proven.parts, f"/{name}/Signature"),
        ours=own,
        object_type=object_type,
    )


def _object_type(root: etree._Element) -> str | None:
    """The type of object that a document's act names: a deletion is of any."""
    stated = root.findtext(f"{qualified('Act')}/{qualified('ObjectType')}")
    return None if stated is None else stated.strip()


def _part(root: etree._Element) -> SignedDocument:
    proven = prove_part(root)
    return SignedDocument(
        kind=SignatureForm.XMLDSIG,
        root=etree.QName(root).localname,
        covered=Coverage(Extent.PART, proven.path),
        octets=proven.octets,
        signatures=tuple(signed_by(one, place_of(one.element)) for one in proven.parts),
    )


def _body(root: etree._Element) -> SignedDocument:
    proven = prove_body(root)
    return SignedDocument(
        kind=SignatureForm.WSS,
        root="Envelope",
        covered=Coverage(Extent.PART, "/Envelope/Body"),
        octets=proven.octets,
        signatures=(signed_by(proven.parts, place_of(proven.parts.element)),),
    )
