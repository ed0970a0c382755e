"""The contract as Spyne knows it: one typed ComplexModel for each part of a message."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from spyne import Array, Boolean, ByteArray, ComplexModel, Date, DateTime, Integer, Unicode, Uuid
from spyne import Decimal as DecimalModel

from shared_contracts.messages.document import NAMESPACE, Part, Token
from shared_contracts.messages.forms import FieldForm, form

_LEAVES: dict[type, Any] = {
    str: Unicode,
    Token: Unicode,
    int: Integer,
    bool: Boolean,
    Decimal: DecimalModel,
    datetime: DateTime,
    date: Date,
    UUID: Uuid,
    bytes: ByteArray,
}


@cache
def model(part: type[Part]) -> Any:
    """The ComplexModel of a part, attribute by attribute, under the names of the wire."""
    members: list[tuple[str, Any]] = []
    choices: dict[str, list[tuple[str, Any]]] = {}
    for field in form(part):
        home = members if field.choice is None else choices.setdefault(field.choice, [])
        home.append((field.name, _member(field)))
    members += [
        (name, _part(name, inner).customize(sub_name=name)) for name, inner in choices.items()
    ]
    return _part(part.__name__, members)


def _part(name: str, members: list[tuple[str, Any]]) -> Any:
    content = {"__namespace__": NAMESPACE, "__type_name__": name, "_type_info": members}
    return type(ComplexModel)(name, (ComplexModel,), content)


def _member(field: FieldForm) -> Any:
    kind = _kind(field.kind)
    given = {"sub_name": field.tag, "min_occurs": int(field.required), "nillable": False}
    if field.default is not None:
        given["default"] = field.default
    if field.item is None:
        return kind.customize(**given)
    listed = Array(kind.customize(sub_ns=NAMESPACE), member_name=field.item)
    return listed.customize(**given)


def _kind(kind: type) -> Any:
    if issubclass(kind, Part):
        return model(kind)
    return Unicode if issubclass(kind, StrEnum) else _LEAVES[kind]


def filled(value: Any, part: type[Part]) -> Any:
    """The typed object of a part, as the developer of a plain stack would fill it."""
    made = model(part)()
    for field in form(part):
        given = getattr(value, field.name)
        if given is None or (not field.required and given == field.default):
            continue
        if issubclass(field.kind, Part):
            given = _filled_all(given, field)
        setattr(made, field.name, given)
    return made


def _filled_all(given: Any, field: FieldForm) -> Any:
    if field.item is None:
        return filled(given, field.kind)
    return [filled(each, field.kind) for each in given]
