"""What signatures cover: the canonical text of the root, with signatures cut out of it.

In canonical XML (C14N 1.0, exclusive C14N) a literal ``<`` stands only before a tag: in text and
attributes it is escaped, and comments and processing instructions are refused before. Since the
signatures are the last children of the root, their text is found from the end, and cutting it out
is the same as the enveloped-signature transform followed by canonicalisation; the tests prove it.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from shared_contracts.signing.report import Reason, SignatureRefused

_EMPTY = re.compile(rb"<([\w:]+)( Algorithm=\"[^\"<>&]*\")/>")


@dataclass(frozen=True, slots=True)
class Covered:
    """The canonical text of a root, and where in it each of its signatures stands."""

    text: bytes
    spans: tuple[tuple[int, int], ...]

    def without_last(self, count: int) -> Iterable[bytes | memoryview]:
        """The text without the last ``count`` signatures, in pieces."""
        view, start = memoryview(self.text), 0
        pieces: list[memoryview] = []
        for left, right in self.spans[len(self.spans) - count :]:
            pieces.append(view[start:left])
            start = right
        return [*pieces, view[start:]]

    def sha256(self) -> tuple[bytes, bytes]:
        """SHA-256 of the text with its one signature, and without it; the head is read once."""
        [(left, right)], view = self.spans, memoryview(self.text)
        whole = hashlib.sha256(view[:left])
        without = whole.copy()
        whole.update(view[left:])
        without.update(view[right:])
        return whole.digest(), without.digest()


def canonical(element: etree._Element, *, exclusive: bool) -> bytes:
    """The canonical text of ``element``; SignatureRefused if it has none."""
    try:
        return etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=False)
    except etree.LxmlError as impossible:
        raise SignatureRefused(Reason.PROFILE, detail=str(impossible)) from impossible


def cover(
    root: etree._Element, signatures: Sequence[etree._Element], *, exclusive: bool
) -> Covered:
    """The canonical text of ``root``, whose last children are ``signatures``."""
    text = canonical(root, exclusive=exclusive)
    # The root's own end tag is the last one, and may be called like a signature's.
    spans, end = [], text.rindex(b"</")
    for signature in reversed(signatures):
        start, right = last_span(text, signature, end)
        spans.append((start, right))
        end = start
    return Covered(text, tuple(reversed(spans)))


def as_written(text: bytes, at: int, signatures: Sequence[etree._Element]) -> Covered | None:
    """The same of a message that is its own canonical text, at least up to ``at``.

    From there on only its signatures may stand, one after another; None if something else does, and
    for the rest the form of each signature tells (``compact``). What libraries write as an empty
    element gets its end tag, as in canonical XML.
    """
    if text.find(b"/>", at) >= 0:
        text = text[:at] + _EMPTY.sub(rb"<\1\2></\1>", text[at:])
    spans, end = [], text.rindex(b"</")
    for signature in reversed(signatures):
        start, right = last_span(text, signature, end)
        if right != end:
            return None
        spans.append((start, right))
        end = start
    return Covered(text, tuple(reversed(spans))) if end == at else None


def last_span(text: bytes, element: etree._Element, end: int) -> tuple[int, int]:
    """Where the last element with the name of ``element`` before ``end`` begins and ends."""
    name = _name(element)
    closing = b"</%b>" % name
    right = text.rindex(closing, 0, end) + len(closing)
    opening = b"<" + name
    start = text.rindex(opening, 0, right)
    while text[start + len(opening)] not in b" >":
        start = text.rindex(opening, 0, start)
    return start, right


def _name(element: etree._Element) -> bytes:
    name = etree.QName(element).localname
    return (f"{element.prefix}:{name}" if element.prefix else name).encode()
