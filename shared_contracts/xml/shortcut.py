"""A short way to the verdict that a package is as its schema demands.

libxml2 checks base64 sign by sign, which costs more than all else in a package. Here the same
schemas are compiled as one, with the documents' bytes as mere text, and the base64 is read by the
codec's own strict reader. What does not pass goes the long way, which names every error.
"""

import threading

from lxml import etree

from shared_contracts.limits import DOCUMENT_BYTES
from shared_contracts.messages.published import FOLDER
from shared_contracts.messages.tags import qualified
from shared_contracts.xml.values import reader

PACKAGE = qualified("Package")
_BYTES = qualified("Bytes")
_XS = "{http://www.w3.org/2001/XMLSchema}"
_read = reader(bytes)


def passes(package: etree._Element) -> bool:
    """Whether a package is as its schema demands; False where the long way must say why not."""
    return _schema.compiled.validate(package) and all(map(_is_base64, package.iter(_BYTES)))


def _is_base64(element: etree._Element) -> bool:
    try:
        return 0 < len(_read(element.text or "")) <= DOCUMENT_BYTES
    except ValueError:
        return False


def merged() -> etree._ElementTree:
    """All schemas as one, in which a document's bytes are text."""
    tree = etree.parse(FOLDER / "exchange.xsd")
    root = tree.getroot()
    for include in root.findall(f"{_XS}include"):
        included = etree.parse(FOLDER / include.get("schemaLocation", "")).getroot()
        root.extend([part for part in included if part.tag != f"{_XS}include"])
        root.remove(include)
    [restriction] = root.iterfind(f"{_XS}simpleType[@name='DocumentBytes']/{_XS}restriction")
    restriction.set("base", "xs:string")
    for bound in list(restriction):
        restriction.remove(bound)
    return tree


class _FastSchema(threading.local):
    """A thread's own compiled schema."""

    def __init__(self) -> None:
        self.compiled = etree.XMLSchema(merged())


_schema = _FastSchema()
