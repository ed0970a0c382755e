"""A root element that is none of the contract's, told with those that may stand there."""

from functools import cache
from types import MappingProxyType

from lxml import etree

from shared_contracts.faults import Breach
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.messages.published import schemas
from shared_contracts.messages.roots import DOCUMENTS, ROOTS, SYSTEM_DOCUMENTS
from shared_contracts.xml.codec import Element, local_name

_ELEMENT = "{http://www.w3.org/2001/XMLSchema}element"


def foreign_root(element: Element, version: str) -> Breach:
    """The breach, still without its rule; a known name of another namespace is told so.

    ``version`` is that of the contract: what came later is none of its roots.
    """
    name, declared = local_name(element), _declared(version)
    signed = (root for root in (*DOCUMENTS, *SYSTEM_DOCUMENTS) if root in declared)
    return _breach(element, name if name in ROOTS and name in declared else ", ".join(signed))


@cache
def _declared(version: str) -> frozenset[str]:
    """The roots that the schemas of a version declare."""
    roots = (etree.fromstring(source) for source in schemas(version).values())
    return frozenset(one.get("name", "") for root in roots for one in root.iterchildren(_ELEMENT))


def foreign_document(element: Element) -> Breach:
    """The same where a business document is awaited."""
    return _breach(element, ", ".join(DOCUMENTS))


def _breach(element: Element, known: str) -> Breach:
    namespace = str(element.tag).rpartition("}")[0].removeprefix("{")
    shown = f'{local_name(element)} (xmlns="{namespace}")'
    named = {"facet": "root", "expected": f'xmlns="{NAMESPACE}": {known}'}
    return Breach("F-XSD-1", f"/{local_name(element)}", shown, MappingProxyType(named))
