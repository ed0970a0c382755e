"""A second engine, which is not libxml2, judges documents by the published schemas as ours does."""

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.published import FOLDER
from shared_contracts.messages.tags import SIGNATURE_NAMESPACE
from shared_contracts.messages.versions import FIRST, NEWEST
from shared_contracts.xml import codec, schema
from shared_contracts.xml.codec import Element
from tests.clauses import clause
from tests.kinds import GOLDEN, VALID
from tests.shared_contracts.rules.broken import BROKEN

DOCUMENTS = sorted((GOLDEN / "documents").glob("*.xml"))
PLACES = 6
"""Elements of a document which each alteration is tried on."""


@cache
def engine(version: str = NEWEST) -> xmlschema.XMLSchema10:
    """The schemas of a version of the contract, as the second engine reads them."""
    return xmlschema.XMLSchema10(str(FOLDER / version / "exchange.xsd"), allow="local")


def agreed(element: Element, version: str = NEWEST) -> bool:
    """Whether both find an element valid; they must not differ."""
    # parsed once more: an altered tree keeps prefixes and tails that a message would not have
    read = schema.parse(codec.to_bytes(element))
    ours = not schema.validate(read, "F-XSD-1")
    found = [str(one.reason)[:200] for one in engine(version).iter_errors(read)]
    assert ours is not bool(found), (etree.tostring(read)[:2000], found)
    return ours


def written(document: Amendable) -> Element:
    """A document as it is before its signatures; what the system signs has an Id."""
    return codec.write(document, root_id="document-1" if kind_of(document).by_system else None)


@clause("S216-18.5", "S216-A2.1.2")
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_golden_document_is_valid_by_both(path: Path) -> None:
    assert agreed(schema.parse(path.read_bytes()))


def test_every_valid_example_is_valid_by_both() -> None:
    for document in VALID:
        version = FIRST if document.act.conditions_version == 1 else NEWEST
        assert agreed(written(document), version), type(document)


def test_of_documents_that_break_rules_both_say_the_same() -> None:
    verdicts = {agreed(written(case.document)) for case in BROKEN}
    assert True in verdicts  # what a rule judges keeps a type that lets it through


def _above(node: Element) -> Element:
    parent = node.getparent()
    assert parent is not None
    return parent


def _without(node: Element) -> None:
    _above(node).remove(node)


def _twice(node: Element) -> None:
    node.addnext(deepcopy(node))


def _unknown(node: Element) -> None:
    node.tag = f"{{{etree.QName(node).namespace}}}Unknown"


def _other_text(node: Element) -> None:
    if not len(node):
        node.text = "\N{SNOWMAN} 0"


def _no_text(node: Element) -> None:
    if not len(node):
        node.text = None


def _long_text(node: Element) -> None:
    if not len(node):
        node.text = "9" * 70_000


def _last(node: Element) -> None:
    _above(node).append(node)


ALTERATIONS: tuple[Callable[[Element], None], ...] = (
    *(_without, _twice, _unknown, _other_text, _no_text, _long_text, _last),
)


def altered(path: Path) -> Iterator[Element]:
    """A golden document after each alteration, of some elements each; the same every time."""
    chance = random.Random(path.stem)  # noqa: S311  # chance that can be repeated, not a secret
    root = schema.parse(path.read_bytes())
    count = sum(1 for _ in _inside(root))
    for alteration in ALTERATIONS:
        for place in sorted(chance.sample(range(count), min(PLACES, count))):
            copy = deepcopy(root)
            alteration(list(_inside(copy))[place])
            yield copy


def _inside(root: Element) -> Iterator[Element]:
    """The elements below the root but for signatures, which no schema of ours judges."""
    for node in root.iterdescendants("*"):
        if etree.QName(node).namespace != SIGNATURE_NAMESPACE:
            yield node


@clause("S216-A2.1.4")
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_of_every_altered_document_both_say_the_same(path: Path) -> None:
    verdicts = [agreed(element) for element in altered(path)]
    assert False in verdicts
