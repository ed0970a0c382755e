"""A short way to the verdict that a package is as its schema demands.

libxml2 checks base64 sign by sign, which costs more than all else in a package. Here the same
schemas are compiled as one, with the documents' bytes as mere text, and the base64 is read by the
codec's own strict reader. What does not pass goes the long way, which names every error.
"""

import threading
from collections.abc import Callable

from lxml import etree

from shared_contracts.limits import DOCUMENT_BYTES
from shared_contracts.messages.published import FOLDER
from shared_contracts.messages.tags import qualified
from shared_contracts.xml.values import reader

PACKAGE = qualified("Package")
_BYTES = qualified("Bytes")
_XS = "{http://www.w3.org/2001/XMLSchema}"
_read = reader(bytes)


def passes(package: etree._Element, version: str) -> bool:
    """Whether a package is as its schema demands; False where the long way must say why not."""
    held = _schemas.of(version).validate(package)
    return held and all(map(_is_base64, package.iter(_BYTES)))


def _is_base64(element: etree._Element) -> bool:
    try:
        return 0 < len(_read(element.text or "")) <= DOCUMENT_BYTES
    except ValueError:
        return False


def merged(version: str) -> etree._ElementTree:
    """All schemas of a version as one, in which a document's bytes are text."""
    folder = FOLDER / version
    tree = etree.parse(folder / "exchange.xsd")
    root = tree.getroot()
    for include in root.findall(f"{_XS}include"):
        included = etree.parse(folder / include.get("schemaLocation", "")).getroot()
        root.extend([part for part in included if part.tag != f"{_XS}include"])
        root.remove(include)
    [restriction] = root.iterfind(f"{_XS}simpleType[@name='DocumentBytes']/{_XS}restriction")
    restriction.set("base", "xs:string")
    for bound in list(restriction):
        restriction.remove(bound)
    return tree


compiling = threading.Lock()
"""Held while a schema is compiled: the first of a process makes libxml2's own table of types, which
threads that compile at once would find half made, and call a good schema invalid."""


class CompiledSchemas(threading.local):
    """A thread's own compiled schemas by version, each made when it is first asked for.

    ``source`` gives what is compiled. A schema is not shared, because its log of errors is not.
    """

    def __init__(self, source: Callable[[str], etree._ElementTree]) -> None:
        self._source = source
        self._compiled: dict[str, etree.XMLSchema] = {}

    def of(self, version: str) -> etree.XMLSchema:
        """The schema of a version of the contract."""
        found = self._compiled.get(version)
        if found is None:
            with compiling:
                found = self._compiled[version] = etree.XMLSchema(self._source(version))
        return found


_schemas = CompiledSchemas(merged)
