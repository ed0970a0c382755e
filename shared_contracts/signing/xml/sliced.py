"""Signatures of a document that is too large for one tree: proven slice by slice.

The canonical form is written in the order of the document, and what is written of an element
depends on the elements around it alone (Canonical XML 1.0, 2.3; Exclusive XML Canonicalization,
3). So the canonical form of the whole is that of its skeleton, with the items of each slice, as
they stand in the slice's own canonical form, in the place of the hole; the tests prove it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree
from typing_extensions import override

from shared_contracts.signing.report import Reason, SignatureRefused
from shared_contracts.signing.xml.coverage import Covered, canonical, cover
from shared_contracts.signing.xml.vocabulary import SIGNATURE
from shared_contracts.signing.xml.whole import CanonicalTexts
from shared_contracts.xml.slices import Slices


@dataclass(frozen=True, slots=True)
class FilledPieces:
    """Pieces of a canonical text with items in the place of the hole; read as often as needed."""

    pieces: Sequence[bytes | memoryview]
    frame: tuple[bytes, bytes]
    slices: Slices
    exclusive: bool

    def __iter__(self) -> Iterator[bytes]:
        """The pieces, one slice in memory at a time."""
        for piece in self.pieces:
            before, hole, after = bytes(piece).partition(self.slices.hole)
            yield before
            if hole:
                yield from self._items()
                yield after

    def _items(self) -> Iterator[bytes]:
        before, after = self.frame
        for _, root in self.slices.trees():
            name = etree.QName(root).localname
            _check_items(root, name)
            text = canonical(root, exclusive=self.exclusive)
            if not (text.startswith(before) and text.endswith(after)):
                raise SignatureRefused(Reason.COVERAGE, f"/{name}", "the slices are not alike")
            yield text[len(before) : len(text) - len(after)]


@dataclass(frozen=True, slots=True)
class SlicedText(Covered):
    """The canonical text of a skeleton, which is filled whenever it is digested."""

    slices: Slices
    exclusive: bool

    @override
    def without_last(self, count: int) -> FilledPieces:
        before, hole, after = self.text.partition(self.slices.hole)
        if not hole or self.slices.hole in after:
            raise SignatureRefused(Reason.COVERAGE, detail="the place of the items is not told")
        pieces = Covered.without_last(self, count)
        return FilledPieces(tuple(pieces), (before, after), self.slices, self.exclusive)


def _check_items(root: etree._Element, name: str) -> None:
    """Nothing stands among the items that may not: a signature, or what is no element."""
    for node in root.iter(etree.Comment, etree.PI, etree.Entity, SIGNATURE):
        if node.tag != SIGNATURE:
            raise SignatureRefused(Reason.COMMENT, f"/{name}")
        if node.getparent() is not root:
            raise SignatureRefused(Reason.COVERAGE, f"/{name}", "signatures are the last children")


class SlicedTexts(CanonicalTexts):
    """The canonical texts of a document in slices."""

    def __init__(
        self, root: etree._Element, found: Sequence[etree._Element], slices: Slices
    ) -> None:
        super().__init__(root, found)
        self._slices = slices

    @override
    def __missing__(self, exclusive: bool) -> Covered:
        covered = cover(self._root, self._found, exclusive=exclusive)
        made = SlicedText(covered.text, covered.spans, self._slices, exclusive)
        self[exclusive] = made
        return made
