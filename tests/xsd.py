"""The published schemas as tests look at them: types, their elements, their facets."""

from collections.abc import Iterator, Mapping
from functools import cache

from lxml import etree

from shared_contracts.messages.published import schemas
from shared_contracts.messages.versions import NEWEST

XS = "{http://www.w3.org/2001/XMLSchema}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@cache
def sources(version: str = NEWEST) -> Mapping[str, etree._Element]:
    """The root of every schema of a version of the contract by its name."""
    return {name: etree.fromstring(data) for name, data in schemas(version).items()}


def declared(kind: str, version: str = NEWEST) -> dict[str, etree._Element]:
    """All global declarations of one kind (``complexType``, ``simpleType``, ``element``)."""
    found = [node for root in sources(version).values() for node in root.iterchildren(XS + kind)]
    names = [str(node.get("name")) for node in found]
    assert len(names) == len(set(names)), f"declared twice: {sorted(names)}"
    return dict(zip(names, found, strict=True))


@cache
def facets(type_name: str) -> Mapping[str, str]:
    """Facets of a simple type of ours; a built-in type has none here."""
    declaration = declared("simpleType").get(type_name)
    if declaration is None:
        return {}
    restriction = declaration.find(f"{XS}restriction")
    assert restriction is not None
    values = {etree.QName(facet).localname: str(facet.get("value", "")) for facet in restriction}
    return values | {"base": str(restriction.get("base"))}


def enumerated(type_name: str) -> list[str]:
    """Values of a closed list, in its order."""
    return [str(v.get("value")) for v in declared("simpleType")[type_name].iter(XS + "enumeration")]


@cache
def type_of(complex_type: str, element: str) -> str:
    """Local name of the type of ``element``, wherever it stands in ``complex_type``."""
    found = declared("complexType")[complex_type].iterfind(f".//{XS}element[@name='{element}']")
    types = {str(node.get("type")) for node in found if node.get("type")}
    if not types and complex_type == "Record":
        return type_of("RecordDocument", element)
    (name,) = types
    return name.partition(":")[2]


def particles(complex_type: str, version: str = NEWEST) -> Iterator[etree._Element]:
    """Elements and wildcards of ``complex_type`` in their order."""
    declaration = declared("complexType", version)[complex_type]
    model = declaration.find(f"{XS}sequence")
    if model is None:
        model = declaration.find(f"{XS}choice")
    assert model is not None
    yield from model.iterchildren(f"{XS}element", f"{XS}any")
