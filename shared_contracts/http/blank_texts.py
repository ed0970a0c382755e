"""Texts of a JSON body in which something has to be said: blanks alone say nothing.

A field that must have a character (``Meta(min_length=1)``) is a text for people: a reason, a name,
a measure. What is asked for is held to this at the door, for what was recorded before must stay
readable, with blanks or without.
"""

from collections.abc import Iterable, Iterator
from functools import cache

import msgspec
from msgspec.inspect import StrType, StructType, Type, UnionType, type_info

from shared_contracts.visible import is_seen


def blank_texts(read: object, path: str = "$") -> Iterator[str]:
    """Paths of the texts in ``read`` that must say something, and hold blanks alone."""
    for where, value in _parts(read, path):
        yield from blank_texts(value, where)
    if isinstance(read, msgspec.Struct):
        for name in _texts(type(read)):
            told = getattr(read, name)
            if isinstance(told, str) and not any(map(is_seen, told)):
                yield f"{path}.{name}"


def _parts(read: object, path: str) -> Iterable[tuple[str, object]]:
    """The parts of a value that may have texts."""
    if isinstance(read, msgspec.Struct):
        return [(f"{path}.{one}", getattr(read, one)) for one in read.__struct_fields__]
    if isinstance(read, list | tuple):
        return [(f"{path}[{number}]", one) for number, one in enumerate(read)]
    return ()


@cache
def _texts(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    info = type_info(kind)
    fields = info.fields if isinstance(info, StructType) else ()
    return tuple(one.name for one in fields if must_say(one.type))


def must_say(told: Type) -> bool:
    """Whether a text of this type has to have a character at least."""
    if isinstance(told, UnionType):
        return any(map(must_say, told.types))
    return isinstance(told, StrType) and bool(told.min_length)
