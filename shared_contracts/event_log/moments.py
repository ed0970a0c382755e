"""The rule that no moment enters the log without its offset from UTC."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

Search = Callable[[Any], str | None]
"""Finds the path to the first moment without an offset inside a value; None if there is none."""


def naive_moment(value: msgspec.Struct) -> str | None:
    """The path to the first datetime without an offset inside ``value``, or None."""
    for name, search in _fields_with_moments(type(value)):
        if (path := search(getattr(value, name))) is not None:
            return name + path
    return None


def _of_moment(value: datetime | time | None) -> str | None:
    return None if value is None or value.tzinfo is not None else ""


def _of_struct(value: msgspec.Struct | None) -> str | None:
    path = None if value is None else naive_moment(value)
    return None if path is None else f".{path}"


def _of_anything(value: object) -> str | None:
    match value:
        case datetime() | time():
            return _of_moment(value)
        case msgspec.Struct():
            return _of_struct(value)
        case Mapping():
            return _of_items(value.items())
        case tuple() | list() | set() | frozenset():
            return _of_items(enumerate(value))
        case _:
            return None


def _of_items(items: Iterable[tuple[object, object]]) -> str | None:
    for key, item in items:
        if (path := _of_anything(item)) is not None:
            return f"[{key}]{path}"
    return None


@cache
def _fields_with_moments(struct: type[msgspec.Struct]) -> tuple[tuple[str, Search], ...]:
    """The fields in which a moment can stand, with their search; others are never looked into."""
    hints = get_type_hints(struct)
    return tuple(
        (name, _search_of(hints[name]))
        for name in struct.__struct_fields__
        if _may_hold(hints[name], frozenset())
    )


def _search_of(hint: object) -> Search:
    options = get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
    kinds = {kind for kind in options if kind is not type(None)}
    if all(isinstance(kind, type) and issubclass(kind, (datetime, time)) for kind in kinds):
        return _of_moment
    if all(isinstance(kind, type) and issubclass(kind, msgspec.Struct) for kind in kinds):
        return _of_struct
    return _of_anything


def _may_hold(hint: object, seen: frozenset[object]) -> bool:
    if hint in seen:
        return False
    if isinstance(hint, type) and issubclass(hint, (datetime, time)):
        return True
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        fields = get_type_hints(hint)
        return any(_may_hold(fields[name], seen | {hint}) for name in hint.__struct_fields__)
    if hint in (Any, object):
        return True
    return any(_may_hold(part, seen) for part in get_args(hint))
