"""Settings of a system, read once from its environment variables."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum
from math import isfinite
from pathlib import Path
from types import NoneType, UnionType
from typing import TypeVar, get_args, get_type_hints

import msgspec

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
    if kind is Path:
        return Path(text)
    wrong = f"{prefix}_{name.upper()}={text!r}: {_wanted(kind)} is wanted"
    try:
        value: object = msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError as cause:
        raise ValueError(wrong) from cause
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(wrong)
    return value


def _wanted(kind: type) -> str:
    """What a setting of this type takes, in words."""
    if issubclass(kind, Enum):
        return " or ".join(str(one.value) for one in kind)
    words = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        datetime: "a moment with its offset",
    }
    return words.get(kind, kind.__name__)
