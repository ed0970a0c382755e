"""The values that a field of a JSON body may have, where its form lists them."""

import re
from collections.abc import Iterable, Iterator

import msgspec
from msgspec import inspect

_PLACE = re.compile(r"(?P<key>`key` in )?`\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.(?P<field>[^.\[\]]+)|\[(?:\d+|\.\.\.)\]")


def allowed_values(problem: msgspec.ValidationError, kind: type) -> list[str]:
    """Every value of the closed list that a body as a ``kind`` broke; none if that was no list."""
    told = str(problem)
    if not told.startswith("Invalid enum value"):
        return []
    place = _PLACE.search(told)
    reached = [inspect.type_info(kind)]
    for step in _STEP.finditer(place["path"] if place else ""):
        reached = [inner for one in _plain(reached) for inner in _within(one, step["field"])]
    if place and place["key"]:
        maps = [one for one in _plain(reached) if isinstance(one, inspect.DictType)]
        reached = [one.key_type for one in maps]
    return [value for one in _plain(reached) for value in _listed(one)]


def _plain(types: Iterable[inspect.Type]) -> Iterator[inspect.Type]:
    """The types themselves: the members of a union, what bears metadata without it."""
    for one in types:
        match one:
            case inspect.UnionType():
                yield from _plain(one.types)
            case inspect.Metadata():
                yield from _plain([one.type])
            case _:
                yield one


def _within(one: inspect.Type, field: str | None) -> Iterator[inspect.Type]:
    """The types of a field, or of the members where ``field`` is None."""
    match one:
        case inspect.StructType():
            yield from (inner.type for inner in one.fields if inner.encode_name == field)
        case inspect.CollectionType() if field is None:
            yield one.item_type
        case inspect.TupleType() if field is None:
            yield from one.item_types
        case inspect.DictType() if field is None:
            yield one.value_type
        case _:
            return


def _listed(one: inspect.Type) -> Iterator[str]:
    match one:
        case inspect.EnumType():
            yield from (str(member.value) for member in one.cls)
        case inspect.LiteralType():
            yield from map(str, one.values)
        case _:
            return
