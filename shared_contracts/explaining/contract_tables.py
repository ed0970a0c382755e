"""The tables of the contract: every field and every code, as schemas and catalogue name them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import Final

from lxml import etree

from shared_contracts.errors import Absent
from shared_contracts.language import Language
from shared_contracts.messages.published import schemas
from shared_contracts.rules.catalogue import WORDS
from shared_contracts.visible import visible

XS: Final = "{http://www.w3.org/2001/XMLSchema}"
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
CATALOGUE_CODES: Final = ("method", "category", "status")
"""Codes that no schema lists: the rules judge them, and the catalogue has their words."""
_ANYWHERE = ("annotation", "attribute", "any")

Said = Mapping[Language, str]
"""What a field, type or code is called in each language; '' where it has no words."""


class TableKind(StrEnum):
    """What a table lists."""

    FIELDS = "fields"
    """The fields of a type, which is also that of the root element of its name."""
    BOUNDS = "bounds"
    """What bounds the values of a simple type."""
    CODES = "codes"
    """The values of a closed list."""


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A field, a code or the bounds of a type."""

    name: str
    """A path such as ``Lots/Lot`` or ``@number``; a code; the name of a simple type."""
    said: Said
    type: str = ""
    """Name of its type, as in ``xs:date`` or ``Money``; '' where it has none of its own."""
    least: str = ""
    most: str = ""
    """How often a field stands, ``unbounded`` for any number; '' for what is no field."""
    choice: bool = False
    """Whether it stands in a choice: one of several."""
    facets: tuple[tuple[str, str], ...] = ()
    """Facets of XML Schema with their values, of a simple type."""

    @property
    def times(self) -> str:
        """How often a field stands: ``1``, ``0…1``; '' for what is no field."""
        return self.least if self.least == self.most else f"{self.least}…{self.most}"


@dataclass(frozen=True, slots=True)
class ContractTable:
    """The table of a type or a closed list; ``schema`` is '' for codes of the catalogue."""

    name: str
    kind: TableKind
    schema: str
    said: Said
    rows: tuple[ContractRow, ...]


@cache
def contract_tables() -> tuple[ContractTable, ...]:
    """Every table of the newest version: in the order of the schemas, then the catalogue."""
    return (*_of_schemas(), *map(_of_catalogue, CATALOGUE_CODES))


def tables_about(element: str) -> Sequence[ContractTable]:
    """The table of a type, root element or closed list, else those in which a field stands.

    A table found by a field has the rows of that field alone. Raises Absent.
    """
    if named := [one for one in contract_tables() if one.name == element]:
        return named
    if standing := [one for table in contract_tables() if (one := _only(table, element)).rows]:
        return standing
    raise Absent(_unknown(element))


def root_elements(schema: str) -> tuple[ContractRow, ...]:
    """The root elements of a schema, each with its type."""
    return tuple(_row("", one) for one in _sources()[schema].iterchildren(f"{XS}element"))


def title(schema: str) -> Said:
    """What a schema is about."""
    return _said(_sources()[schema])


@cache
def _sources() -> Mapping[str, etree._Element]:
    return {name: etree.fromstring(data) for name, data in schemas().items()}


def _of_schemas() -> Iterator[ContractTable]:
    for schema, root in _sources().items():
        for one in root.iterchildren(f"{XS}complexType", f"{XS}simpleType"):
            kind, rows = _listed(one)
            yield ContractTable(str(one.get("name")), kind, schema, _said(one), tuple(rows))


def _listed(declared: etree._Element) -> tuple[TableKind, Iterator[ContractRow]]:
    if declared.tag == f"{XS}complexType":
        return TableKind.FIELDS, (_row(path, one) for path, one in _fields(declared))
    codes = list(declared.iter(f"{XS}enumeration"))
    if codes:
        rows = (ContractRow(str(one.get("value")), _said(one)) for one in codes)
        return TableKind.CODES, rows
    return TableKind.BOUNDS, iter([_bounds(declared)])


def _of_catalogue(name: str) -> ContractTable:
    rows = (
        ContractRow(code, {one: said[one] for one in Language})
        for code, said in WORDS[name].items()
    )
    return ContractTable(name, TableKind.CODES, "", dict.fromkeys(Language, ""), tuple(rows))


def _said(element: etree._Element) -> Said:
    """What the annotation of an element says, in each language."""
    said = {
        one.get(XML_LANG): one.text or ""
        for one in element.iterfind(f"{XS}annotation/{XS}documentation")
    }
    return {one: " ".join(said.get(one, "").split()) for one in Language}


def _fields(element: etree._Element, above: str = "") -> Iterator[tuple[str, etree._Element]]:
    """Fields in their order, those of an element without a type of its own behind it."""
    for one in element:
        if one.tag == f"{XS}element":
            yield above, one
            yield from _fields(one, f"{above}{one.get('name')}/")
        elif one.tag == f"{XS}attribute":
            yield f"{above}@", one
        elif str(one.tag).rpartition("}")[2] not in _ANYWHERE:
            yield from _fields(one, above)


def _row(before: str, field: etree._Element) -> ContractRow:
    if field.tag == f"{XS}attribute":
        least, most = ("1" if field.get("use") == "required" else "0"), "1"
    else:
        least, most = field.get("minOccurs", "1"), field.get("maxOccurs", "1")
    above = field.getparent()
    return ContractRow(
        name=f"{before}{field.get('name')}",
        said=_said(field),
        type=_type(field.get("type", "")),
        least=least,
        most=most,
        choice=above is not None and above.tag == f"{XS}choice",
    )


def _type(name: str) -> str:
    return name.removeprefix("x:")


def _bounds(simple: etree._Element) -> ContractRow:
    """The bounds of a simple type; without a type where it is one of several."""
    name, restriction = str(simple.get("name")), simple.find(f"{XS}restriction")
    if restriction is None:
        return ContractRow(name, _said(simple))
    facets = tuple(
        (etree.QName(one).localname, str(one.get("value")))
        for one in restriction
        if one.get("value")
    )
    return ContractRow(name, _said(simple), _type(str(restriction.get("base"))), facets=facets)


def _only(table: ContractTable, field: str) -> ContractTable:
    rows = tuple(one for one in table.rows if field in (one.name, *_last(one.name)))
    return ContractTable(table.name, table.kind, table.schema, table.said, rows)


def _last(path: str) -> tuple[str, str]:
    """The name of a field at the end of its path, also without the sign of an attribute."""
    name = path.rpartition("/")[2]
    return name, name.removeprefix("@")


def _unknown(element: str) -> str:
    names = sorted({one.name for one in contract_tables()})
    fields = {_last(row.name)[1] for table in contract_tables() for row in table.rows}
    known = {one.lower(): one for one in (*fields, *names)}
    near = [known[one] for one in get_close_matches(element.lower(), known, n=5)]
    meant = f" near to it: {', '.join(near)};" if near else ""
    told = visible(element)[:100]
    return f"no element, field or type {told} in the contract;{meant} there are: {', '.join(names)}"
