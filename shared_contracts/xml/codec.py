"""A message to XML and back, exactly and fast; what a schema has admitted is read as it stands."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeAlias, TypeVar

from lxml import etree

from shared_contracts.messages.document import NAMESPACE, Part
from shared_contracts.messages.forms import FieldForm, form, parts_within
from shared_contracts.messages.roots import DOCUMENTS, ROOTS, SYSTEM_DOCUMENTS
from shared_contracts.messages.tags import qualified
from shared_contracts.xml.values import Reader, reader, writer

__all__ = [
    "DOCUMENTS",
    "ROOTS",
    "SYSTEM_DOCUMENTS",
    "Element",
    "canonical_text",
    "local_name",
    "path_of",
    "read",
    "to_bytes",
    "write",
]

Element = etree._Element  # noqa: SLF001  # lxml has no public name for it
"""An XML element, as the parser gives it."""

P = TypeVar("P", bound=Part)
_Value: TypeAlias = Any  # of whatever type the field has
_ElementReader = Callable[[Element], Any]


def read(element: Element, cls: type[P]) -> P:
    """The part that a schema-valid element says; signatures and extensions are passed over.

    Raises ValueError if the element is another root or not as its schema demands.
    """
    if ROOTS.get(cls.__name__) is cls and element.tag != qualified(cls.__name__):
        raise ValueError(f"{element.tag} is not {qualified(cls.__name__)}")
    try:
        part: P = _part_reader(cls)(element)
    except (TypeError, ArithmeticError) as fault:  # a field is missing; a decimal is none
        raise ValueError(f"{path_of(element)}: {fault}") from fault
    return part


def write(part: Part, *, root_id: str | None = None) -> Element:
    """The element of ``part``, without white space between elements; ``root_id`` becomes Id."""
    return etree.fromstring(canonical_text(part, root_id=root_id))


def canonical_text(part: Part, *, root_id: str | None = None) -> bytes:
    """``part`` as a document: the exclusive canonical form of what ``write`` gives.

    Raises ValueError if a text has a sign that XML does not know.
    """
    kind = type(part)
    bears = "" if root_id is None else f' Id="{root_id}"'
    content = _part_writer(kind)(part)
    text = f'<{kind.__name__} xmlns="{NAMESPACE}"{bears}>{content}</{kind.__name__}>'.encode()
    if len(text.translate(None, _CONTROLS)) != len(text) or any(sign in content for sign in _NONE):
        raise ValueError(f"{kind.__name__}: a control sign cannot be written in XML")
    return text


def to_bytes(element: Element) -> bytes:
    """``element`` as UTF-8 without XML declaration, ready to be signed, embedded or stored."""
    return etree.tostring(element, encoding="UTF-8", xml_declaration=False, with_tail=False)


def local_name(element: Element) -> str:
    """Name of ``element`` without its namespace."""
    return str(element.tag).rpartition("}")[2]


def path_of(element: Element, top: Element | None = None) -> str:
    """Where ``element`` stands, in local names from ``top`` on: ``/Purchase/Lots/Lot[2]/Amount``.

    An item of a list always has its index (from 1), another only if it has namesakes; ``top`` is
    the root of the tree unless another is given.
    """
    steps: list[str] = []
    node: Element | None = element
    while node is not None and node is not top:
        steps.append(_step(node))
        node = node.getparent()
    if node is not None:
        steps.append(local_name(node))
    return "/" + "/".join(reversed(steps))


def _step(element: Element) -> str:
    name, parent = local_name(element), element.getparent()
    if parent is None:
        return name
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    if before or (local_name(parent), name) in _list_items() or _follows(element):
        return f"{name}[{before + 1}]"
    return name


def _follows(element: Element) -> bool:
    return next(element.itersiblings(element.tag), None) is not None


@cache
def _list_items() -> frozenset[tuple[str, str]]:
    parts = {part for root in ROOTS.values() for part in parts_within(root)}
    return frozenset(
        (field.tag, field.item) for part in parts for field in form(part) if field.item is not None
    )


# Reading: one table per class, from the tag to the field and to what reads it.


class FieldReader(NamedTuple):
    """How the element of a field is read: as a value from its text, or by ``read_value``.

    ``name`` is None for an element in which one of several fields stands.
    """

    name: str | None
    from_text: Reader | None
    read_value: _ElementReader


_Table = dict[str, FieldReader]


@cache
def _part_reader(cls: type[Part]) -> _ElementReader:
    table: _Table = {}

    def read_part(element: Element) -> Part:
        values: dict[str, Any] = {}
        for child in element:
            entry = table.get(child.tag)
            if entry is None:
                continue  # a signature, an extension, a comment
            name, from_text, read_value = entry
            if name is None:
                values.update(read_value(child))
            elif from_text is not None:
                values[name] = from_text(child.text or "" if not len(child) else _text(child))
            else:
                values[name] = read_value(child)
        return cls(**values)

    table.update(_table(cls))
    return read_part


def _table(cls: type[Part]) -> _Table:
    table: _Table = {}
    choices: dict[str, _Table] = {}
    for field in form(cls):
        place = table if field.choice is None else choices.setdefault(field.choice, {})
        is_leaf = field.item is None and not issubclass(field.kind, Part)
        from_text = reader(field.kind) if is_leaf else None
        place[qualified(field.tag)] = FieldReader(field.name, from_text, _field_reader(field))
    for choice, inner in choices.items():
        table[qualified(choice)] = FieldReader(None, None, _choice_reader(inner))
    return table


def _choice_reader(table: _Table) -> _ElementReader:
    def read_choice(element: Element) -> dict[str | None, Any]:
        chosen = ((table[child.tag], child) for child in element if child.tag in table)
        return {entry.name: entry.read_value(child) for entry, child in chosen}

    return read_choice


def _field_reader(field: FieldForm) -> _ElementReader:
    read_item = _part_reader(field.kind) if issubclass(field.kind, Part) else _leaf(field.kind)
    if field.item is None:
        return read_item
    item = qualified(field.item)

    def read_list(element: Element) -> tuple[Any, ...]:
        return tuple([read_item(child) for child in element if child.tag == item])

    return read_list


def _leaf(kind: type) -> _ElementReader:
    from_text = reader(kind)

    def read_leaf(element: Element) -> _Value:
        return from_text(_text(element) if len(element) else element.text or "")

    return read_leaf


def _text(element: Element) -> str:
    """A text which comments divide; only unsigned messages may have them."""
    return (element.text or "") + "".join(child.tail or "" for child in element)


# Writing: one function per class, straight to the canonical text.

_PartWriter = Callable[[Any], str]
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
_NONE = ("\ufffe", "\uffff")
"""Signs that no XML document holds; surrogates are refused by the encoding."""


@cache
def _part_writer(cls: type[Part]) -> _PartWriter:
    writers = [
        (field.name, field.required, field.default, _field_writer(field)) for field in form(cls)
    ]

    def write_part(part: Part) -> str:
        written = []
        for name, required, default, write in writers:
            value = getattr(part, name)
            if required or value != default:
                written.append(write(value))
        return "".join(written)

    return write_part


def _field_writer(field: FieldForm) -> _PartWriter:
    opening, closing = f"<{field.tag}>", f"</{field.tag}>"
    if field.choice is not None:
        opening, closing = f"<{field.choice}>{opening}", f"{closing}</{field.choice}>"
    fill = _filler(field)
    return lambda value: f"{opening}{fill(value)}{closing}"


def _filler(field: FieldForm) -> _PartWriter:
    fill_item = _part_writer(field.kind) if issubclass(field.kind, Part) else _text_writer(field)
    item = field.item
    if item is None:
        return fill_item
    return lambda values: "".join([f"<{item}>{fill_item(value)}</{item}>" for value in values])


def _text_writer(field: FieldForm) -> _PartWriter:
    to_text = writer(field.kind)
    if field.kind is not str:
        return to_text  # numbers, moments, codes: nothing in them is special
    return _escaped


def _escaped(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\r", "&#xD;")
