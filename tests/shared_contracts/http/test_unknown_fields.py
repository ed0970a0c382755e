"""A field written wrong is not passed over."""

from datetime import date

import msgspec

from shared_contracts.http.unknown_fields import unknown_fields


class Part(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A part of a body."""

    name: str = "n"
    day: date | None = None


class Whole(msgspec.Struct, kw_only=True, tag_field="kind", tag="W"):
    """A body with parts."""

    part: Part | None = None
    parts: tuple[Part, ...] = ()


def test_known_fields_are_none_whatever_their_value() -> None:
    given = {"kind": "W", "part": {"name": "n", "day": None}, "parts": [{}, {"day": "2026-01-01"}]}
    assert list(unknown_fields(given, msgspec.convert(given, Whole))) == []


def test_a_field_that_is_not_known_is_told_by_its_path() -> None:
    given = {"kind": "W", "x": 1, "part": {"Name": 1}, "parts": [{}, {"nam": 2}]}
    told = list(unknown_fields(given, msgspec.convert(given, Whole)))
    assert told == ["x", "part.Name", "parts[1].nam"]
