"""A message to XML and back, exactly and fast; what a schema has admitted is read as it stands."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias, TypeVar, cast

from lxml import etree

from shared_contracts.messages.document import NAMESPACE, Part
from shared_contracts.messages.forms import FieldForm, form, parts_within
from shared_contracts.messages.roots import DOCUMENTS, ROOTS, SYSTEM_DOCUMENTS
from shared_contracts.messages.tags import qualified
from shared_contracts.messages.values import reader, writer

__all__ = [
    "DOCUMENTS",
    "ROOTS",
    "SYSTEM_DOCUMENTS",
    "Element",
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
_Table = dict[str, tuple[str | None, bool, _ElementReader]]


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
    kind = type(part)
    root = etree.Element(qualified(kind.__name__), nsmap=cast("dict[str, str]", {None: NAMESPACE}))
    if root_id is not None:
        root.set("Id", root_id)
    _part_writer(kind)(root, part)
    return root


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


@cache
def _part_reader(cls: type[Part]) -> _ElementReader:
    table: _Table = {}

    def read_part(element: Element) -> Part:
        values: dict[str, Any] = {}
        for child in element:
            entry = table.get(child.tag)
            if entry is None:
                continue  # a signature, an extension, a comment
            name, is_text, read_value = entry
            if name is None:
                values.update(read_value(child))
            elif is_text and not len(child):
                values[name] = child.text or ""
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
        is_text = field.kind is str and field.item is None
        place[qualified(field.tag)] = (field.name, is_text, _field_reader(field))
    for choice, inner in choices.items():
        table[qualified(choice)] = (None, False, _choice_reader(inner))
    return table


def _choice_reader(table: _Table) -> _ElementReader:
    def read_choice(element: Element) -> dict[str | None, Any]:
        chosen = (table[child.tag] + (child,) for child in element if child.tag in table)
        return {name: read_value(child) for name, _, read_value, child in chosen}

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
        if len(element):  # comments divide the text; only unsigned messages may have them
            return from_text((element.text or "") + "".join(c.tail or "" for c in element))
        return from_text(element.text or "")

    return read_leaf


# Writing: one function per class.

_PartWriter = Callable[[Element, Any], None]


@cache
def _part_writer(cls: type[Part]) -> _PartWriter:
    writers = [(field, _field_writer(field)) for field in form(cls)]

    def write_part(element: Element, part: Part) -> None:
        for field, write_value in writers:
            value = getattr(part, field.name)
            if field.required or value != field.default:
                write_value(element, value)

    return write_part


def _field_writer(field: FieldForm) -> _PartWriter:
    fill = _filler(field)
    names = [qualified(name) for name in (field.choice, field.tag) if name is not None]

    def write_field(parent: Element, value: _Value) -> None:
        for name in names:
            parent = etree.SubElement(parent, name)
        fill(parent, value)

    return write_field


def _filler(field: FieldForm) -> _PartWriter:
    if issubclass(field.kind, Part):
        fill_item: _PartWriter = _part_writer(field.kind)
    else:
        to_text = writer(field.kind)

        def fill_item(element: Element, value: _Value) -> None:
            element.text = to_text(value)

    if field.item is None:
        return fill_item
    item = qualified(field.item)

    def fill_list(element: Element, values: tuple[Any, ...]) -> None:
        for value in values:
            fill_item(etree.SubElement(element, item), value)

    return fill_list
