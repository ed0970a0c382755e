"""The form of each part on the wire, read off the object model once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, cast, get_args, get_origin

import msgspec

from shared_contracts.messages.document import Part
from shared_contracts.messages.tags import CHOICES, item_tag, tag


@dataclass(frozen=True, slots=True)
class FieldForm:
    """How one field is written.

    ``choice`` is the element in which it is one of several; ``item`` the name of the elements of
    a list; ``kind`` the type of the value or item; ``default`` stands for an absent element.
    """

    name: str
    tag: str
    kind: type
    item: str | None
    choice: str | None
    required: bool
    default: Any


@cache
def form(part: type[Part]) -> tuple[FieldForm, ...]:
    """The fields of ``part`` in the order of the wire."""
    return tuple(_field(part, field) for field in msgspec.structs.fields(part))


def _field(part: type[Part], field: msgspec.structs.FieldInfo) -> FieldForm:
    choice, name = CHOICES.get((part.__name__, field.name), (None, tag(field.name)))
    kind = _present(field.type)
    listed = get_origin(kind) is tuple
    return FieldForm(
        name=field.name,
        tag=name,
        kind=cast("type", _present(get_args(kind)[0]) if listed else kind),
        item=item_tag(name) if listed else None,
        choice=choice,
        required=field.required,
        default=None if field.required else field.default,
    )


def _present(annotation: object) -> object:
    """The type of a value that is there: ``X`` of ``X | None``, or what marks it."""
    if get_origin(annotation) is Annotated:
        return get_args(annotation)[1]
    if isinstance(annotation, UnionType):
        return next(kind for kind in get_args(annotation) if kind is not type(None))
    return annotation


def parts_within(part: type[Part]) -> Iterator[type[Part]]:
    """``part`` and every part that can stand in it, each once."""
    seen: list[type[Part]] = [part]
    for found in seen:
        yield found
        for field in form(found):
            if issubclass(field.kind, Part) and field.kind not in seen:
                seen.append(field.kind)


def values_within(part: Part, path: str) -> Iterator[tuple[str, object]]:
    """Every value in ``part`` with its path below ``path``, in the order of the wire."""
    for field in form(type(part)):
        value = getattr(part, field.name)
        here = "/".join(filter(None, (path, field.choice, field.tag)))
        listed = [(here, value)]
        if field.item is not None:
            listed = [(f"{here}/{field.item}[{n}]", one) for n, one in enumerate(value, 1)]
        for place, one in listed:
            if isinstance(one, Part):
                yield from values_within(one, place)
            elif one is not None:
                yield place, one
