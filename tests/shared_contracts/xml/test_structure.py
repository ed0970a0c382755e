"""However a document is torn, its schema's verdict stands, and each tear is named once."""

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from shared_contracts.limits import FINDINGS
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.messages.published import FOLDER
from shared_contracts.messages.roots import DOCUMENTS, SYSTEM_DOCUMENTS
from shared_contracts.messages.versions import NEWEST
from shared_contracts.xml import codec, schema
from shared_contracts.xml.codec import Element
from shared_contracts.xml.structure import mend
from tests.clauses import clause
from tests.documents import golden

LAW = etree.XMLSchema(etree.parse(FOLDER / NEWEST / "exchange.xsd"))
SIGNED = [*DOCUMENTS, *SYSTEM_DOCUMENTS]
TEARS = st.tuples(
    st.sampled_from(["drop", "double", "rename", "move", "empty", "attribute"]),
    st.integers(0, 10_000),
)


def tear(root: Element, kind: str, place: int) -> None:
    """Do ``kind`` of damage to some element below ``root``."""
    nodes = [node for node in root.iter("*") if node is not root]
    if not nodes:
        return
    node = nodes[place % len(nodes)]
    parent = node.getparent()
    assert parent is not None
    match kind:
        case "drop":
            parent.remove(node)
        case "double":
            parent.insert(parent.index(node), deepcopy(node))
        case "rename":
            node.tag = f"{{{NAMESPACE}}}Unheard"
        case "move":
            parent.append(node)
        case "empty":
            node[:] = []
            node.text = None
        case _:
            node.set("unheard", "of")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SIGNED), st.lists(TEARS, max_size=4))
@clause("S216-A2.1.4")
def test_breaches_are_found_exactly_where_the_schema_is_broken(
    name: str, tears: list[tuple[str, int]]
) -> None:
    root = golden(name)
    for kind, place in tears:
        tear(root, kind, place)
    before = etree.tostring(root)
    found = schema.validate(root, "F-XSD-1")
    assert (found == []) is LAW.validate(root)
    assert etree.tostring(root) == before
    assert all(breach.path.startswith(f"/{name}") for breach in found)


@given(st.sampled_from(SIGNED), st.data())
@settings(max_examples=60, deadline=None)
def test_one_element_taken_away_is_one_finding_at_most(name: str, data: st.DataObject) -> None:
    root = golden(name)
    node = data.draw(st.sampled_from([n for n in root.iter("*") if n is not root]))
    path, parent = codec.path_of(node), node.getparent()
    assert parent is not None
    parent.remove(node)
    found = schema.validate(root, "F-XSD-1")
    assert len(found) <= 1
    for breach in found:
        assert breach.parameters["facet"] == "missing"
        # Of an item, or of one of several, the list or choice that lacks it is named.
        assert path.startswith(breach.path)


def test_an_element_too_many_of_a_list_is_named() -> None:
    root = golden("Purchase")
    (lots,) = root.iter(f"{{{NAMESPACE}}}Lots")
    lots.extend([deepcopy(lots[0]) for _ in range(998)])
    assert schema.validate(root, "F-XSD-1") == []
    lots.append(deepcopy(lots[0]))
    (breach,) = schema.validate(root, "F-XSD-1")
    assert (breach.path, breach.parameters["facet"]) == ("/Purchase/Lots/Lot[1001]", "surplus")


@pytest.mark.parametrize(
    "inside",
    [
        "<Nothing/>" * 100_000,
        "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>" * 100_000 + "<Lots/>",
        f"<Lots>{'<Lot/>' * 100_000}</Lots>",
        f"<Lots>{'<Parcel/>' * 100_000}</Lots>",
    ],
    ids=["unheard", "signatures", "lots", "parcels"],
)
def test_a_hopeless_document_is_not_mended_to_its_end(inside: str) -> None:
    root = schema.parse(f'<Purchase xmlns="{NAMESPACE}">{inside}</Purchase>'.encode())
    mended = mend(root)
    assert FINDINGS <= len(mended.found) < FINDINGS + 50
    assert len(mended.invented) < FINDINGS + 50
    assert len(schema.validate(root, "F-XSD-1")) == schema.MAX_BREACHES
