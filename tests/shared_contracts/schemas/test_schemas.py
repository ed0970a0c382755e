"""The hand-written schemas say what the object model says, and say it in three languages."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from lxml import etree

from shared_contracts import limits
from shared_contracts.messages.document import NAMESPACE, DocumentKind, Part, Token
from shared_contracts.messages.forms import FieldForm, form, parts_within
from shared_contracts.messages.kinds import signed_as
from shared_contracts.messages.package import Record
from shared_contracts.messages.roots import DOCUMENTS, ROOTS, SYSTEM_DOCUMENTS, UNSIGNED
from shared_contracts.messages.tags import SIGNATURE_NAMESPACE
from shared_contracts.messages.versions import VERSIONS
from tests.clauses import clause
from tests.xsd import XML_LANG, XS, declared, enumerated, facets, particles, sources, type_of

PARTS = sorted(
    {part for root in ROOTS.values() for part in parts_within(root)}, key=lambda part: part.__name__
)
BASES = {
    str: "xs:string",
    Token: "xs:token",
    int: ("xs:int", "xs:long"),
    Decimal: "xs:decimal",
    datetime: "xs:dateTime",
    date: "xs:date",
    UUID: "xs:token",
    bytes: "xs:base64Binary",
}
ADDED = {"Extension", None}
"""What stands in a schema without a field: room for later versions, the slot of signatures."""


def fields(part: type[Part]) -> Iterator[tuple[FieldForm, str]]:
    """Each field with the name of the complex type in which its element is declared."""
    for field in form(part):
        yield field, part.__name__ if field.choice is None else f"{part.__name__}{field.choice}"


@pytest.mark.parametrize("part", [part for part in PARTS if part is not Record])
def test_a_part_has_the_elements_of_its_fields_in_their_order(part: type[Part]) -> None:
    names = [particle.get("name") for particle in particles(part.__name__)]
    assert [name for name in names if name not in ADDED] == [field.tag for field in form(part)]


def test_a_record_holds_its_document_or_a_reference_to_it() -> None:
    assert [element.get("name") for element in particles("Record")] == ["Header", "Document"]
    assert [element.get("name") for element in particles("RecordDocument")] == ["Bytes", "FileRef"]
    assert declared("complexType")["RecordDocument"].find(f"{XS}choice") is not None


def test_no_type_is_without_a_part() -> None:
    names = {part.__name__ for part in PARTS} | {"Extension", "RecordDocument"}
    assert set(declared("complexType")) == names


@pytest.mark.parametrize("part", PARTS)
def test_an_element_may_be_absent_if_its_field_has_a_default(part: type[Part]) -> None:
    for field, declared_in in fields(part):
        (element,) = [p for p in particles(declared_in) if p.get("name") == field.tag]
        optional = element.get("minOccurs") == "0"
        assert field.choice is not None or optional is not field.required, field.name


@pytest.mark.parametrize("part", PARTS)
def test_an_element_has_the_type_of_its_field(part: type[Part]) -> None:
    for field, declared_in in fields(part):
        name = type_of(declared_in, field.item or field.tag)
        if issubclass(field.kind, Part):
            assert name == field.kind.__name__
        elif issubclass(field.kind, StrEnum):
            assert enumerated(name) == [str(value) for value in field.kind]
        elif field.kind is bool:
            assert name == "boolean"
        else:
            # A text keeps its white space, so that the schema judges what the codec reads.
            assert facets(name)["base"] in BASES[field.kind]


LONGEST = {"Programme": limits.PROGRAMME_ITEMS, "BidList": 10_000, "DownloadList": 10_000}
"""Items of the lists that may be long."""


def test_lists_are_wrapped_and_bounded() -> None:
    for part in PARTS:
        for field, declared_in in fields(part):
            if field.item is None:
                continue
            (wrapper,) = [p for p in particles(declared_in) if p.get("name") == field.tag]
            (item,) = (
                wrapper.iter(f"{XS}element")
                if wrapper.get("type")
                else list(wrapper.iter(f"{XS}element"))[1:]
            )
            assert item.get("name") == field.item
            assert item.get("minOccurs") is None
            longest = {
                "Programme": limits.PROGRAMME_ITEMS,
                "BidList": 10_000,
                "DownloadList": 10_000,
            }
            assert 1 < int(str(item.get("maxOccurs"))) <= longest.get(declared_in, 1000)


@clause("S216-18.5")
def test_roots_are_the_messages_and_nothing_else() -> None:
    elements = declared("element")
    assert set(elements) == set(ROOTS)
    assert all(element.get("type") == f"x:{name}" for name, element in elements.items())
    assert {root.get("targetNamespace") for root in sources().values()} == {NAMESPACE}


SHARED = ("Deletion",)
"""Documents of kinds that persons sign and of kinds that a system signs."""


def by_system(root: str) -> bool:
    """Whether a document is only ever signed by a system."""
    return root not in SHARED and signed_as(root) is DocumentKind.SYSTEM


@pytest.mark.parametrize("name", sorted(ROOTS))
@clause("S95-4", "S216-3")
def test_documents_have_room_for_the_signatures_of_their_kind(name: str) -> None:
    slots = {
        **{root: ("0", "1" if by_system(root) else "20") for root in DOCUMENTS},
        **dict.fromkeys(SYSTEM_DOCUMENTS, ("1", "1")),
        **dict.fromkeys(UNSIGNED, None),
    }
    last = list(particles(name))[-1]
    slot = (
        (last.get("minOccurs"), last.get("maxOccurs"))
        if last.get("namespace") == SIGNATURE_NAMESPACE
        else None
    )
    assert slot == slots[name]
    attributes = declared("complexType")[name].findall(f"{XS}attribute")
    ids = [(a.get("name"), a.get("type"), a.get("use")) for a in attributes]
    use = "required" if name in SYSTEM_DOCUMENTS or by_system(name) else "optional"
    borne = name in {*SYSTEM_DOCUMENTS, *SHARED} or by_system(name)
    assert ids == ([("Id", "xs:ID", use)] if borne else [])


def named_in_schemas(version: str) -> Iterator[tuple[str, etree._Element]]:
    """Everything that must be documented, with a name for the failure."""
    kinds = [XS + k for k in ("element", "attribute", "complexType", "simpleType", "enumeration")]
    for schema, root in sources(version).items():
        yield schema, root
        for node in root.iter(*kinds, f"{XS}any"):
            anonymous = node.tag == f"{XS}complexType" and node.get("name") is None
            if not anonymous:
                yield f"{schema}:{node.sourceline} {node.get('name') or node.get('value')}", node


def wordings(node: etree._Element) -> dict[str, str]:
    """The documentation of ``node`` by language."""
    found = node.findall(f"{XS}annotation/{XS}documentation")
    assert [text.get(XML_LANG) for text in found] == ["kk", "ru", "en"]
    return {str(text.get(XML_LANG)): (text.text or "").strip() for text in found}


@pytest.mark.parametrize("version", VERSIONS)
@clause("S95-12b")
def test_everything_is_documented_in_kazakh_russian_and_english(version: str) -> None:
    for name, node in named_in_schemas(version):
        words = wordings(node)
        assert all(words.values()), name
        assert re.search("[а-яәғқңөұүһі]", words["kk"] + words["ru"], re.IGNORECASE), name
        assert not re.search("[а-яәғқңөұүһі]", words["en"], re.IGNORECASE), name


@pytest.mark.parametrize("version", VERSIONS)
def test_kazakh_wordings_are_not_the_russian_ones(version: str) -> None:
    same = {
        words["kk"]
        for words in (wordings(node) for _, node in named_in_schemas(version))
        if words["kk"] == words["ru"]
    }
    assert same == {"Лот."}


def test_codes_of_rules_faults_and_grounds_are_patterns_and_not_lists() -> None:
    for name in ("RuleId", "FaultCode", "GroundCode", "Kind", "Code"):
        assert not enumerated(name)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_schema_qualifies_its_elements_and_lets_no_type_be_replaced(version: str) -> None:
    for root in sources(version).values():
        assert root.get("version") == version
        assert root.get("elementFormDefault") == "qualified"
        assert root.get("blockDefault") == "#all"
