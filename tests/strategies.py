"""Hypothesis strategies for every message, drawn from the object model and bounded by the schema.

What is drawn is schema-valid and otherwise as odd as the schema lets through.
"""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import strategies as st

from shared_contracts.messages.document import Part, Token
from shared_contracts.messages.forms import FieldForm, form
from shared_contracts.messages.kinds import KINDS
from shared_contracts.messages.package import FileRef, Record, RecordHeader
from tests.xsd import facets, type_of

P = TypeVar("P", bound=Part)

XML_TEXT = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=["Cs"],
        exclude_characters=[chr(n) for n in (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)],
    ),
    max_size=12,
)
"""Any text that XML 1.0 can hold."""

_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.builds(
    lambda moment, offset: moment.replace(tzinfo=offset, fold=0),
    st.datetimes(datetime(2000, 1, 1), datetime(2999, 12, 31)),  # noqa: DTZ001  # offset follows
    _OFFSETS | st.none(),  # whether it is there and right, rules judge
)
DATES = st.dates(date(1900, 1, 1), date(2999, 12, 31))
DECIMALS = st.sampled_from([0, 2, 6, 10]).flatmap(
    lambda places: st.decimals(-(10**12), 10**12, allow_nan=False, places=places)
)


@cache
def part(cls: type[P]) -> st.SearchStrategy[P]:
    """Parts of ``cls`` as its schema allows them."""
    if cls is Record:
        return _RECORDS  # type: ignore[return-value]
    return st.builds(cls, **{field.name: _field(cls, field) for field in form(cls)})


def _field(cls: type[Part], field: FieldForm) -> st.SearchStrategy[Any]:
    present = _items(cls, field)
    if field.item is not None:
        present = st.lists(present, min_size=1, max_size=2).map(tuple)
    return present if field.required else st.just(field.default) | present


def _items(cls: type[Part], field: FieldForm) -> st.SearchStrategy[Any]:
    if issubclass(field.kind, Part):
        return st.deferred(lambda: part(field.kind))
    if issubclass(field.kind, StrEnum):
        return st.sampled_from(list(field.kind))
    return _leaf(field.kind, type_of(cls.__name__, field.item or field.tag))


def _leaf(kind: type, xsd_type: str) -> st.SearchStrategy[Any]:
    limits = facets(xsd_type)
    if kind is str:
        pattern = limits.get("pattern")
        return st.from_regex(pattern, fullmatch=True) if pattern else XML_TEXT
    if kind is int:
        return st.integers(int(limits.get("minInclusive", -(2**31))), 2**31 - 1)
    return _PLAIN[kind]


_PLAIN: dict[type, st.SearchStrategy[Any]] = {
    UUID: st.uuids(),
    Token: st.deferred(lambda: st.sampled_from(list(KINDS))),
    bool: st.booleans(),
    Decimal: DECIMALS,
    datetime: MOMENTS,
    date: DATES,
    bytes: st.binary(min_size=1, max_size=40),
}
_HEADERS = st.deferred(lambda: part(RecordHeader))
_RECORDS = st.builds(Record, header=_HEADERS, document=_PLAIN[bytes]) | st.builds(
    Record, header=_HEADERS, file_ref=st.deferred(lambda: part(FileRef))
)
