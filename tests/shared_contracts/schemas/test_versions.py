"""Two versions of the contract stand side by side, and the older one never changes."""

from hashlib import sha256

import pytest
from lxml import etree

from shared_contracts.messages.published import FOLDER, schemas
from shared_contracts.messages.versions import FIRST, NEWEST, VERSIONS, newest_of, of_conditions
from shared_contracts.xml import codec, schema
from tests.clauses import clause
from tests.documents import GOLDEN, golden
from tests.xsd import XS, declared, enumerated, particles

PUBLISHED = {
    "common.xsd": "ed4ae04668f51d817ee5eada7b2eaec04eb1a4115d1a9cfd308b67c1b61368b7",
    "deletion.xsd": "d79837db1bef78cc75044bd5ee05fa0d2958c9c00076228ea5845cf0276cf0bd",
    "exchange.xsd": "84309d39601fa4a252025d6bbf8dc1f6db0fddf3bd5fd62c60cfb6e94ebb5b3f",
    "package.xsd": "43c802ffe7e2ee768a2d649d0258b58daf2a63c27cfc1b7d79b8d814bb23909b",
    "purchase.xsd": "0f22e6f318ec4e2f569e81bd4d3102c9f56183d677c39e6470289e5d765e7cd8",
    "receipt.xsd": "97a102add9c7e25315f0464133f015481797779ec50b7e172beac67dc448cf59",
    "registry.wsdl": "5547cf08b5e90211e33e680641929f94da49af44c7ec21215dbc2362eeb8174f",
    "sez.wsdl": "6abf5f829907613b66860873d19aace44a50012fc6e8fafd5439bfe8023cb568",
    "time.xsd": "c846bec1c8859f22a9f861551da65934959155e5b610280a143cacc389c9683f",
}
"""SHA-256 of each file of version 1.0, as it was published."""
NAMES = sorted(str(path.relative_to(GOLDEN).with_suffix("")) for path in GOLDEN.rglob("*.xml"))


NEWER = {"later/Receipt", "supplied/Receipt"}
"""Answers with what only a later version has, and nothing by which they tell it."""


def is_of_first(name: str) -> bool:
    """Whether version 1.0 knows a golden document: it obeys that version, or none by name."""
    element = golden(name)
    if name in NEWER or codec.local_name(element) not in declared("element", FIRST):
        return False
    names_one = element.find("{*}Act") is not None or codec.local_name(element) == "Package"
    return not names_one or schema.contract_of(element) == FIRST


@clause("S216-11c")
def test_the_published_files_of_the_first_version_do_not_change_by_a_byte() -> None:
    files = sorted((FOLDER / FIRST).iterdir())
    assert {file.name: sha256(file.read_bytes()).hexdigest() for file in files} == PUBLISHED


@pytest.mark.parametrize("name", [name for name in NAMES if is_of_first(name)])
@pytest.mark.parametrize("version", VERSIONS)
@clause("S216-11c")
def test_what_the_first_version_knows_is_valid_in_every_version(name: str, version: str) -> None:
    assert schema.validate(golden(name), "F-XSD-1", version=version) == []


@clause("S216-11c")
def test_a_document_obeys_the_contract_of_its_conditions_and_a_package_the_one_it_names() -> None:
    purchase, package = golden("Purchase"), golden("Package")
    assert (schema.contract_of(purchase), schema.contract_of(package)) == (FIRST, FIRST)
    [conditions] = purchase.iter("{*}ConditionsVersion")
    [named] = package.iterfind("{*}ContractVersion")
    for given, contract in (
        ("2", NEWEST),
        (" 1 ", FIRST),
        ("+1", FIRST),
        ("7", NEWEST),
        ("", NEWEST),
        ("one", NEWEST),
        ("9" * 5000, NEWEST),
    ):
        conditions.text = given
        assert schema.contract_of(purchase) == contract, given
    named.text = NEWEST
    assert schema.contract_of(package) == NEWEST
    named.text = "9.9"
    assert schema.contract_of(package) == NEWEST


def test_a_package_names_the_newest_contract_among_its_documents() -> None:
    assert [of_conditions(1), of_conditions(2), of_conditions(99)] == [FIRST, NEWEST, NEWEST]
    assert (newest_of((1, 1)), newest_of((1, 2, 1)), newest_of(())) == (FIRST, NEWEST, FIRST)


def test_a_later_version_only_adds() -> None:
    for name in declared("complexType", FIRST):
        new = [part.get("name") for part in particles(name)]
        old = [part.get("name") for part in particles(name, FIRST)]
        assert [part for part in new if part in old] == old, name
        for part in particles(name):
            if part.get("name") not in old:
                assert part.get("minOccurs") == "0", f"{name}/{part.get('name')} is not optional"
    for name, declaration in declared("simpleType", FIRST).items():
        values = [str(value.get("value")) for value in declaration.iter(f"{XS}enumeration")]
        assert [value for value in enumerated(name) if value in values] == values, name


def test_the_newest_schemas_refer_to_their_own_and_compile_alone() -> None:
    for version in VERSIONS:
        roots = [etree.fromstring(data) for data in schemas(version).values()]
        places = {one.get("schemaLocation") for root in roots for one in root.iter(f"{XS}include")}
        assert places <= {f"{name}.xsd" for name in schemas(version)}
