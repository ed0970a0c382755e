"""Settings of a system, read once from its environment variables."""

from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from types import NoneType, UnionType
from typing import TypeVar, get_args, get_type_hints

S = TypeVar("S")


def read(kind: type[S], prefix: str, environ: Mapping[str, str]) -> S:
    """A ``kind`` filled from variables ``PREFIX_FIELD``; absent ones keep their defaults.

    ``ValueError`` names the variable, its value and what it should be.
    """
    hints = get_type_hints(kind)
    names = {f"{prefix}_{field.name.upper()}": field.name for field in fields(kind)}  # type: ignore[arg-type]
    given = {name: environ[variable] for variable, name in names.items() if environ.get(variable)}
    return kind(**{name: _value(prefix, name, text, hints[name]) for name, text in given.items()})


def _value(prefix: str, name: str, text: str, hint: object) -> object:
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    [kind] = [option for option in options if option is not NoneType]
    try:
        return kind(text)
    except ValueError as cause:
        variable = f"{prefix}_{name.upper()}"
        raise ValueError(f"{variable}={text!r}: {_wanted(kind)} is wanted") from cause


def _wanted(kind: type) -> str:
    """What a setting of this type takes, in words."""
    if issubclass(kind, Enum):
        return " or ".join(str(one.value) for one in kind)
    return {int: "a whole number", float: "a number"}.get(kind, kind.__name__)
