"""A document with very many items, cut into small documents that bear the same head and end.

A tree takes some ten times the bytes of a document. Each slice is a document of its own that
opens like any other: the head, some of the items, and the end with the signatures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final
from xml.parsers import expat

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.xml import schema
from shared_contracts.xml.codec import Element

AT_ONCE: Final = 400
"""Most items in a slice."""

SLICE_BYTES: Final = 4 * 1024 * 1024
"""Bytes of items after which a slice ends; an item that is longer stands alone."""

FRAME_BYTES: Final = 2 * 1024 * 1024
"""Most bytes of the head, and of the end with its signatures."""

_READ: Final = 1024 * 1024
_LIST_DEPTH: Final = 2  # the list is a child of the root


@dataclass(frozen=True, slots=True)
class Slices:
    """Where a document on disk is cut: ``cuts`` are first byte, end, and items before.

    ``head`` ends where the first item begins, ``end`` begins where the list ends; ``hole`` is a
    text that stands for all items in ``skeleton`` and nowhere else.
    """

    path: Path
    head: bytes
    end: bytes
    cuts: tuple[tuple[int, int, int], ...]
    count: int
    hole: bytes

    @property
    def skeleton(self) -> bytes:
        """The document with ``hole`` in the place of its items."""
        return self.head + self.hole + self.end

    def trees(self) -> Iterator[tuple[int, Element]]:
        """The slices in their order, each with the number of items before it.

        Raises ``Unprocessed`` where one is more than a document may be.
        """
        with self.path.open("rb") as file:
            for first, last, before in self.cuts:
                file.seek(first)
                yield before, schema.parse(b"".join((self.head, file.read(last - first), self.end)))

    def at(self, number: int) -> tuple[int, Element]:
        """The slice with the item ``number`` (from 1), and the number of items before it."""
        first, last, before = next(cut for cut in reversed(self.cuts) if cut[2] < number)
        with self.path.open("rb") as file:
            file.seek(first)
            return before, schema.parse(b"".join((self.head, file.read(last - first), self.end)))


class _Cutter:
    """Finds the items of the list ``name`` while the document goes by."""

    def __init__(self, name: str, most: int) -> None:
        self._name, self._most, self._depth, self._inside = name, most, 0, False
        self.cuts: list[tuple[int, int]] = []
        self.count, self.end = 0, 0
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.StartElementHandler = self._starts
        self.parser.EndElementHandler = self._ends
        self.parser.StartDoctypeDeclHandler = _refuse_doctype

    def _starts(self, name: str, _attributes: object) -> None:
        if self._inside and self._depth == _LIST_DEPTH:
            self._item(self.parser.CurrentByteIndex)
        self._depth += 1
        if self._depth > schema.MAX_DEPTH:
            raise Unprocessed(Fault.TOO_DEEP, f"deeper than {schema.MAX_DEPTH} elements")
        if self._depth == _LIST_DEPTH and not self.count and name.rpartition(":")[2] == self._name:
            self._inside = True

    def _ends(self, _name: str) -> None:
        if self._inside and self._depth == _LIST_DEPTH:
            self._inside, self.end = False, self.parser.CurrentByteIndex
        self._depth -= 1

    def _item(self, place: int) -> None:
        if self.count == self._most:
            raise Unprocessed(Fault.TOO_LARGE, f"more than {self._most} items in {self._name}")
        if not self.cuts or self.count - self.cuts[-1][1] >= AT_ONCE or self._is_long(place):
            self.cuts.append((place, self.count))
        self.count += 1

    def _is_long(self, place: int) -> bool:
        return place - self.cuts[-1][0] >= SLICE_BYTES


def cut(path: Path, name: str, most: int) -> Slices | None:
    """Where a document is cut, whose root has the list ``name``; None where it has no items.

    Raises ``Unprocessed`` where it is no XML, has a DTD, is too deep, has more than ``most``
    items, or a head or end of more than ``FRAME_BYTES``.
    """
    cutter = _Cutter(name, most)
    with path.open("rb") as file:
        try:
            while piece := file.read(_READ):
                cutter.parser.Parse(piece, False)  # noqa: FBT003  # expat's own way to say it
            cutter.parser.Parse(b"", True)  # noqa: FBT003
        except expat.ExpatError as error:
            detail = f"line {error.lineno}, column {error.offset + 1}: {error}"
            raise Unprocessed(Fault.NOT_XML, detail) from None
        if not cutter.count:
            return None
        return _slices(path, cutter)


def _slices(path: Path, cutter: _Cutter) -> Slices:
    size, first = path.stat().st_size, cutter.cuts[0][0]
    if max(first, size - cutter.end) > FRAME_BYTES:
        raise Unprocessed(Fault.TOO_LARGE, f"more than {FRAME_BYTES} bytes beside the items")
    with path.open("rb") as file:
        head = file.read(first)
        file.seek(cutter.end)
        end = file.read()
    ends = [place for place, _ in cutter.cuts[1:]] + [cutter.end]
    cuts = zip(cutter.cuts, ends, strict=True)
    hole = token_hex(16).encode()
    return Slices(
        path, head, end, tuple((place, last, n) for (place, n), last in cuts), cutter.count, hole
    )


def _refuse_doctype(*_declared: object) -> None:
    raise Unprocessed(Fault.DTD_FORBIDDEN, "document type declaration")
