"""What a printed document says: words in two languages, rows, tables, places for signatures."""

from typing import Annotated, TypeAlias

import msgspec


class Words(msgspec.Struct, frozen=True):
    """The same in Kazakh and in Russian."""

    kk: str
    ru: str


Cell: TypeAlias = str | Words
"""What stands in a cell: the same in both languages, or each under the other."""


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    """The head of what follows."""

    text: Words


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """A paragraph, Kazakh on the left and Russian on the right."""

    text: Words


class NamedValue(msgspec.Struct, frozen=True):
    """A named value."""

    name: Words
    value: Cell


class NamedValues(msgspec.Struct, frozen=True, tag="rows"):
    """Named values, one under the other."""

    rows: tuple[NamedValue, ...]


class PrintedColumn(msgspec.Struct, frozen=True):
    """The head of a column, and its width in proportion to the others."""

    name: Words
    width: Annotated[float, msgspec.Meta(gt=0, le=100)] = 1.0


class Table(msgspec.Struct, frozen=True, tag="table"):
    """A table whose head is repeated on each page; each row has a cell for each column."""

    columns: tuple[PrintedColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]


class PlaceForSignature(msgspec.Struct, frozen=True):
    """Who signs, and in which role; on paper the line beside the name is signed."""

    role: Words
    name: str


class Places(msgspec.Struct, frozen=True, tag="places"):
    """The places for signatures."""

    signers: tuple[PlaceForSignature, ...]


Block: TypeAlias = Heading | Paragraph | NamedValues | Table | Places


class PrintedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A whole document; ``number`` stands at the foot of each page."""

    title: Words
    number: str
    blocks: tuple[Block, ...]
