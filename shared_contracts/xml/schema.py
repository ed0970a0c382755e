"""Opening what strangers send, and holding it against the published schemas (S216-18.5)."""

import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from types import MappingProxyType
from typing import Protocol, cast

from lxml import etree

from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.limits import FINDINGS
from shared_contracts.messages.published import FOLDER, schema_digest, served_schema, served_wsdl
from shared_contracts.messages.tags import qualified
from shared_contracts.messages.versions import NEWEST, VERSIONS, of_conditions
from shared_contracts.xml.codec import Element, local_name, path_of
from shared_contracts.xml.facets import MISPLACED, PATTERN_EXAMPLES, facet
from shared_contracts.xml.foreign import foreign_root
from shared_contracts.xml.shortcut import PACKAGE, CompiledSchemas, passes
from shared_contracts.xml.structure import mend

__all__ = ["parse", "schema_digest", "served_schema", "served_wsdl", "validate"]

MAX_DEPTH = 64
"""Elements within elements, the root counted."""
MAX_MARKUP = 500_000
"""Tags and attributes in one message; a lawful one of 16 MiB has a tenth of them."""

MAX_ATTRIBUTES = 64
"""Attributes on one element: canonical XML sorts them, in the square of their number."""
MAX_NAMESPACES = 32
"""Namespaces in scope at one place: canonical XML looks each of them up in all others."""
_FEW = 1000
"""Signs of attributes in a message that is not looked at closer."""

_BOM = b"\xef\xbb\xbf"
_FOREIGN_STARTS = (b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00", b"\x4c\x6f\xa7\x94")
_S = rb"[ \t\r\n]"
_EQ = _S + rb"*+=" + _S + rb"*+"
_DECLARES = re.compile(rb"<\?xml(?![-.:\w\x80-\xff])")
"""The start of an XML declaration; a longer name is that of a processing instruction."""
_DECLARATION = re.compile(
    rb"<\?xml"
    + rb"%b++version%b(?:\"([\w.:-]*+)\"|'([\w.:-]*+)')" % (_S, _EQ)
    + rb"(?:%b++encoding%b(?:\"([A-Za-z][\w.-]*+)\"|'([A-Za-z][\w.-]*+)'))?" % (_S, _EQ)
    + rb"(?:%b++standalone%b(?:\"(?:yes|no)\"|'(?:yes|no)'))?" % (_S, _EQ)
    + rb"%b*+\?>" % _S
)
"""XML 1.0, productions 23 to 26, 32, 80 and 81; any version is matched, to be refused by name."""
_TOLD = 40
"""Signs of a declared name that a refusal repeats."""
_DOCTYPE = re.compile(rb"(?>\s+|<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->)*+<!DOCTYPE", re.DOTALL)


class _BoundedParser(threading.local):
    """A thread's own parser and depth gauge; lxml would make threads wait for a shared one."""

    def __init__(self) -> None:
        self.parser = etree.XMLParser(
            encoding="UTF-8",
            resolve_entities=False,
            load_dtd=False,
            dtd_validation=False,
            no_network=True,
            huge_tree=False,
            remove_comments=False,  # the signature profiles refuse them, and must see them
            remove_pis=False,
        )
        self.too_deep = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")", regexp=False)


_reader = _BoundedParser()


def parse(data: bytes) -> Element:
    """The root of an XML document from outside: UTF-8, no DTD, no entities, at most 64 deep.

    Nor does it have what would make its canonical form endless to compute.

    Raises Unprocessed NOT_XML (with line and column), DTD_FORBIDDEN, TOO_DEEP or TOO_LARGE.
    """
    _check_encoding(data)
    _check_amount(data)
    if _DOCTYPE.match(data.removeprefix(_BOM)):
        raise Unprocessed(Fault.DTD_FORBIDDEN, "document type declaration")
    try:
        root = etree.fromstring(data, _reader.parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(error) from None
    if _reader.too_deep(root):
        raise Unprocessed(Fault.TOO_DEEP, f"deeper than {MAX_DEPTH} elements")
    signs = data.count(b"=")  # at least as many as attributes and namespaces together
    if signs > MAX_NAMESPACES and data.count(b"xmlns") > MAX_NAMESPACES:
        _check_namespaces(root)
    if signs > _FEW:
        _check_attributes(root)
    return root


def _check_encoding(data: bytes) -> None:
    if data.startswith(_FOREIGN_STARTS):
        raise Unprocessed(Fault.NOT_XML, "encoding is not UTF-8 (UTF-16, UTF-32 or EBCDIC)")
    start = len(_BOM) if data.startswith(_BOM) else 0
    if _DECLARES.match(data, start):
        _check_declaration(_DECLARATION.match(data, start))


def _check_declaration(declared: re.Match[bytes] | None) -> None:
    # Readers obey the declaration, we do not: what it says must be what we do, or bytes that
    # were signed would mean one thing here and another elsewhere.
    if declared is None:
        raise Unprocessed(
            Fault.NOT_XML,
            "the XML declaration is malformed: write"
            """ <?xml version="1.0" encoding="UTF-8"?>, or leave it out""",
        )
    version, encoding = (
        (declared[one] or declared[other] or b"").decode()[:_TOLD]
        for one, other in ((1, 2), (3, 4))
    )
    if encoding and encoding.upper() != "UTF-8":
        raise Unprocessed(Fault.NOT_XML, f"encoding {encoding}: only UTF-8 is read")
    if version != "1.0":
        raise Unprocessed(Fault.NOT_XML, f"XML version {version}: only 1.0 is read")


def _check_amount(data: bytes) -> None:
    # A tree takes some thirty times the bytes of empty elements, so they are counted before.
    if len(data) > MAX_MARKUP and data.count(b"<") + data.count(b"=") > MAX_MARKUP:
        raise Unprocessed(Fault.TOO_LARGE, f"more than {MAX_MARKUP} tags and attributes")


def _check_namespaces(root: Element) -> None:
    in_scope = 0
    for event, _ in etree.iterwalk(root, events=("start-ns", "end-ns")):
        in_scope += 1 if event == "start-ns" else -1
        if in_scope > MAX_NAMESPACES:
            raise Unprocessed(Fault.TOO_LARGE, f"more than {MAX_NAMESPACES} namespaces in scope")


def _check_attributes(root: Element) -> None:
    if any(len(element.attrib) > MAX_ATTRIBUTES for element in root.iter("*")):
        raise Unprocessed(Fault.TOO_LARGE, f"more than {MAX_ATTRIBUTES} attributes on an element")


def _unreadable(error: etree.XMLSyntaxError) -> Unprocessed:
    line, column = error.position
    reason = (error.msg or "not well-formed").partition(", line ")[0].strip()[:200]
    if getattr(error, "code", 0) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        fault = Fault.TOO_DEEP if "depth" in reason else Fault.TOO_LARGE
        reason = reason.partition(",")[0]
    else:
        fault = Fault.NOT_XML
    return Unprocessed(fault, f"line {line}, column {column}: {reason}")


# Holding a tree against the schemas.

MAX_BREACHES = FINDINGS
"""Findings of one validation; a document with more is hopeless as it is."""
_VALUE_LENGTH = 200
_STEP = re.compile(r"([^/\[]+)(?:\[(\d+)\])?")


class _Error(Protocol):
    """What lxml keeps of one error."""

    type: int
    message: str
    path: str | None


_schemas = CompiledSchemas(lambda version: etree.parse(FOLDER / version / "exchange.xsd"))
_CONTRACT_VERSION = qualified("ContractVersion")
_CONDITIONS = f"{qualified('Act')}/{qualified('ConditionsVersion')}"


def contract_of(element: Element) -> str:
    """The version of the contract that a message obeys (S216-11c).

    A package names it, a document by the conditions of its act. What names none, or one that
    there is not, is held against the newest; a rule says that the named one is not served.
    """
    if element.tag == PACKAGE:
        named = element.findtext(_CONTRACT_VERSION)
        return named if named in VERSIONS else NEWEST
    try:
        return of_conditions(int((element.findtext(_CONDITIONS) or "")[:_TOLD]))
    except ValueError:
        return NEWEST


def validate(
    element: Element, rule: str, record: int | None = None, version: str | None = None
) -> list[Breach]:
    """Every way in which ``element`` breaks its schema, at most 500, as breaches of ``rule``.

    ``rule`` is F-XSD-1 for a document and I-XSD-1 for a package; the parameters are the facet
    that was broken and what it expects. The schema is that of the contract which the message
    obeys, or that of ``version``.
    """
    version = version or contract_of(element)
    compiled = _schemas.of(version)
    if (element.tag == PACKAGE and passes(element, version)) or compiled.validate(element):
        return []
    errors = _errors(compiled)
    if not any(error.type == MISPLACED for error in errors):
        nodes = ((_node_at(element, error.path), error) for error in errors[:MAX_BREACHES])
        found = [_breach(node, element, error) for node, error in nodes]
    else:
        found = [*_all_breaches(element, compiled)] or [_breach(element, element, errors[0])]
    return [replace(breach, rule=rule, record=record) for breach in found[:MAX_BREACHES]]


def _errors(compiled: etree.XMLSchema) -> list[_Error]:
    return list(cast("Iterable[_Error]", compiled.error_log))


def _all_breaches(element: Element, compiled: etree.XMLSchema) -> Iterator[Breach]:
    mended = mend(element)
    for wrong in mended.found:
        yield _worded(wrong.path, None, wrong.facet, wrong.expected)
    if not mended.enough and not compiled.validate(mended.copy):
        for error in _errors(compiled)[:MAX_BREACHES]:
            node = _node_at(mended.copy, error.path)
            if node not in mended.invented:
                yield _breach(mended.origin[node], element, error)


def _breach(node: Element, root: Element, error: _Error) -> Breach:
    broken = facet(error.type, error.message)
    path = path_of(node, root)
    if broken.name == "root":
        return foreign_root(node, contract_of(root))
    if broken.name == "maxLength" and local_name(node) == "Bytes":
        return _worded(path, None, "documentLength", broken.expected)  # not a piece of base64
    if broken.attribute is None:
        value = None if len(node) else node.text
    else:
        path = f"{path}/@{broken.attribute.rpartition('}')[2]}"
        value = node.get(broken.attribute)
    return _worded(path, value, broken.name, broken.expected)


def _worded(path: str, value: str | None, name: str, expected: str) -> Breach:
    named = {"facet": name, "expected": expected}
    if name == "pattern":
        named["example"] = PATTERN_EXAMPLES.get(expected, "")
    return Breach("", path, value and value[:_VALUE_LENGTH], MappingProxyType(named))


def _node_at(root: Element, path: str | None) -> Element:
    """The node of libxml2's path: a prefixed name, or * in a default namespace, and its place."""
    node = root
    for name, place in _STEP.findall(path or "")[1:]:
        namesakes = (child for child in node.iterchildren("*") if name in ("*", _written(child)))
        node = next(islice(namesakes, int(place or 1) - 1, None), node)
    return node


def _written(element: Element) -> str:
    name = etree.QName(element).localname
    return f"{element.prefix}:{name}" if element.prefix else name
