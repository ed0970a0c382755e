"""Questions that need no signature, read strictly (wire.md 13)."""

from typing import TypeVar

from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.messages.document import Part
from shared_contracts.xml import codec, schema
from shared_contracts.xml.codec import Element

P = TypeVar("P", bound=Part)


def read_question(element: Element, kind: type[P]) -> P:
    """The question in an element; ``Unprocessed(NOT_A_PACKAGE)`` names what is wrong with it."""
    if found := schema.validate(element, "I-XSD-1"):
        first = found[0]
        raise Unprocessed(Fault.NOT_A_PACKAGE, _told(first))
    return codec.read(element, kind)


def _told(breach: Breach) -> str:
    named = breach.parameters
    return f"{breach.path}: {named['facet']}, expected {named['expected'] or '—'}"
