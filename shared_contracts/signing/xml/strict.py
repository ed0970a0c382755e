"""Reading the parts of a signature strictly: what is not expected is refused, with its path."""

from collections.abc import Iterable, Sequence
from itertools import islice

from lxml import etree
from pybase64 import b64decode, b64encode

from shared_contracts.signing.report import Reason, SignatureRefused
from shared_contracts.signing.xml.vocabulary import OBSOLETE, SIGNATURE

_BLANKS = " \t\r\n"
_NONE: list[str] = []


def refused(reason: Reason, element: etree._Element, detail: str = "") -> SignatureRefused:
    """The refusal of ``element``, a part of a signature, with its path from the signed root."""
    return SignatureRefused(reason, path_of(element), detail)


def algorithm_refused(element: etree._Element, uri: str) -> SignatureRefused:
    """The refusal of an algorithm: one overtaken by time has a reason of its own."""
    if uri in OBSOLETE:
        return refused(Reason.ALGORITHM_OBSOLETE, element, OBSOLETE[uri])
    return refused(Reason.ALGORITHM, element, uri)


def digest_refused(element: etree._Element, stated: bytes, computed: bytes) -> SignatureRefused:
    """The refusal of a digest: the one stated, and the one of what came, as XML has them."""
    told = " ≠ ".join(b64encode(digest[:64]).decode() for digest in (stated, computed))
    return refused(Reason.DIGEST, element, told)


def path_of(element: etree._Element) -> str:
    """The path of a part of a signature, from the root that the signature stands in."""
    steps = []
    for one in (element, *element.iterancestors()):
        steps.append(_step(one))
        parent = one.getparent()
        if one.tag == SIGNATURE and parent is not None:
            steps.append(etree.QName(parent).localname)
            break
    return "/" + "/".join(reversed(steps))


def place_of(element: etree._Element) -> str:
    """The path of an element from the root of its document, in local names."""
    above = [_step(one) for one in (element, *element.iterancestors())]
    return "/" + "/".join(reversed(above))


def _step(element: etree._Element) -> str:
    """The local name, and which of its kind where there are several."""
    name = etree.QName(element).localname
    parent = element.getparent()
    alike = [element] if parent is None else parent.findall(str(element.tag))
    return f"{name}[{alike.index(element) + 1}]" if len(alike) > 1 else name


def children(
    element: etree._Element, names: Sequence[str], attributes: list[str] = _NONE
) -> list[etree._Element]:
    """The children of an element that has exactly these, and no other content or attribute."""
    found = list(element)
    if (
        [child.tag for child in found] != names
        or sorted(element.keys()) != attributes
        or not _blank(element.text)
        or not all(_blank(child.tail) for child in found)
    ):
        raise refused(Reason.PROFILE, element)
    return found


def _blank(text: str | None) -> bool:
    return text is None or not text.strip(_BLANKS)


def algorithm(element: etree._Element) -> str:
    """The algorithm that an element names and says nothing more of."""
    if element.keys() != ["Algorithm"] or len(element) or not _blank(element.text):
        raise refused(Reason.PROFILE, element)
    return element.get("Algorithm", "")


def choice(element: etree._Element, admitted: dict[str, bool]) -> bool:
    """What ``admitted`` says of the algorithm named; PROFILE if it is not among them."""
    uri = algorithm(element)
    if uri not in admitted:
        raise refused(Reason.PROFILE, element, differs([uri], admitted))
    return admitted[uri]


def differs(found: Iterable[str], *wanted: Iterable[str]) -> str:
    """What was found and what is wanted, without words; ``|`` stands between what is admitted."""
    each = ", ".join(" | ".join(admitted) for admitted in wanted)
    return f"{', '.join(one[:80] for one in islice(found, 3)) or '∅'} ≠ {each}"


def text(element: etree._Element) -> str:
    """The text of an element that has nothing else."""
    if len(element) or element.keys():
        raise refused(Reason.PROFILE, element)
    return element.text or ""


def octets(element: etree._Element) -> bytes:
    """What the base64 of an element encodes."""
    try:
        return from_base64(text(element).encode("ascii"))
    except ValueError as wrong:
        raise refused(Reason.PROFILE, element, "not base64") from wrong


def from_base64(written: bytes) -> bytes:
    """What strict base64 encodes; white space is allowed, tools for Windows write even CR.

    ValueError if it is not the one way to write something.
    """
    try:
        return _exactly(written)
    except ValueError:  # white space, or nothing at all
        return _exactly(written.translate(None, b" \t\r\n"))


def _exactly(written: bytes) -> bytes:
    data = b64decode(written, validate=True)
    if not data or b64encode(data) != written:
        raise ValueError("not the base64 of anything")
    return data
