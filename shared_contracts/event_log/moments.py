"""The rule that no moment enters the log without its offset from UTC."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec


def naive_moment(value: msgspec.Struct) -> str | None:
    """The path to the first datetime without an offset inside ``value``, or None."""
    for name in _fields_with_moments(type(value)):
        if (path := _search(getattr(value, name))) is not None:
            return name + path
    return None


def _search(value: object) -> str | None:
    match value:
        case datetime() | time():
            return "" if value.tzinfo is None else None
        case msgspec.Struct():
            path = naive_moment(value)
            return None if path is None else f".{path}"
        case Mapping():
            return _search_items(value.items())
        case tuple() | list() | set() | frozenset():
            return _search_items(enumerate(value))
        case _:
            return None


def _search_items(items: Iterable[tuple[object, object]]) -> str | None:
    for key, item in items:
        if (path := _search(item)) is not None:
            return f"[{key}]{path}"
    return None


@cache
def _fields_with_moments(struct: type[msgspec.Struct]) -> tuple[str, ...]:
    """Names of the fields in which a moment can stand; the others are never looked into."""
    hints = get_type_hints(struct)
    return tuple(name for name in struct.__struct_fields__ if _may_hold(hints[name], frozenset()))


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
