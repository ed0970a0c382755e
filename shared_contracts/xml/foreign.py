"""A root element that is none of the contract's, told with those that may stand there."""

from types import MappingProxyType

from shared_contracts.faults import Breach
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.messages.roots import DOCUMENTS, ROOTS, SYSTEM_DOCUMENTS
from shared_contracts.xml.codec import Element, local_name


def foreign_root(element: Element) -> Breach:
    """The breach, still without its rule; a known name of another namespace is told so."""
    name = local_name(element)
    known = name if name in ROOTS else ", ".join((*DOCUMENTS, *SYSTEM_DOCUMENTS))
    return _breach(element, known)


def foreign_document(element: Element) -> Breach:
    """The same where a business document is awaited."""
    return _breach(element, ", ".join(DOCUMENTS))


def _breach(element: Element, known: str) -> Breach:
    namespace = str(element.tag).rpartition("}")[0].removeprefix("{")
    shown = f'{local_name(element)} (xmlns="{namespace}")'
    named = {"facet": "root", "expected": f'xmlns="{NAMESPACE}": {known}'}
    return Breach("F-XSD-1", f"/{local_name(element)}", shown, MappingProxyType(named))
