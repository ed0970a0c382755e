"""Old documents stay readable: what the first version of the contract wrote is read for ever."""

import pytest
from lxml import etree

from shared_contracts.messages.forms import form, parts_within
from shared_contracts.messages.roots import ROOTS
from shared_contracts.messages.tags import SIGNATURE_NAMESPACE
from shared_contracts.xml import codec, schema
from tests.clauses import clause
from tests.documents import GOLDEN, golden


def bare(element: etree._Element) -> bytes:
    """Canonical bytes of ``element`` without its signatures and the white space between."""
    for node in list(element.iter()):
        if len(node):
            node.text = None
        node.tail = None
    for slot in element.findall(f"{{{SIGNATURE_NAMESPACE}}}*"):
        element.remove(slot)
    return etree.tostring(element, method="c14n", exclusive=True)


LATER = (
    "later/AuditAnswer",
    "later/Capabilities",
    "later/Notice",
    "later/Purchase",
    "later/Receipt",
    "supplied/Receipt",
    "later/works/Notice",
    "later/trees/AuditRequest",
    "later/trees/AuditAnswer",
)
"""Documents with elements that came later; the first ones, without them, stay as they are."""


@pytest.mark.parametrize("name", [*ROOTS, *LATER])
@clause("S216-11c")
def test_a_document_of_the_first_version_is_valid_and_loses_nothing(name: str) -> None:
    element, cls = golden(name), ROOTS[name.rpartition("/")[2]]
    assert schema.validate(element, "F-XSD-1") == []
    written = codec.write(codec.read(element, cls), root_id=element.get("Id"))
    assert bare(written) == bare(element)


def test_every_root_has_its_frozen_document() -> None:
    assert {path.stem for path in GOLDEN.glob("*.xml")} == set(ROOTS)


def test_the_frozen_documents_use_every_element_there_is() -> None:
    used = {codec.local_name(node) for name in (*ROOTS, *LATER) for node in golden(name).iter("*")}
    parts = {part for root in ROOTS.values() for part in parts_within(root)}
    named = {field.tag for part in parts for field in form(part)}
    assert named - used == set()
