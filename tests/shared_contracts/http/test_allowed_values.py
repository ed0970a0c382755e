"""Which values a body may have is told wherever in it the wrong one stands."""

from enum import IntEnum, StrEnum
from typing import Annotated, Literal

import msgspec
import pytest

from shared_contracts.http.allowed_values import allowed_values


class Side(StrEnum):
    """A closed list."""

    LEFT = "LEFT"
    RIGHT = "RIGHT"


class Size(IntEnum):
    """A closed list of numbers."""

    SMALL = 1
    LARGE = 2


class Inner(msgspec.Struct, rename="camel"):
    """Something within a body."""

    which_side: Side | None = None


class Body(msgspec.Struct):
    """A body with closed lists in many places."""

    sides: tuple[Side, ...] = ()
    pair: tuple[int, Side] | None = None
    inner: list[Inner] = []
    by_name: dict[str, Literal["ON", "OFF"]] = {}
    by_side: dict[Side, int] = {}
    size: Annotated[Size | None, msgspec.Meta(description="how large")] = None
    number: int = 0


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        (b'{"sides": ["LEFT", "UP"]}', ["LEFT", "RIGHT"]),
        (b'{"pair": [1, "UP"]}', ["LEFT", "RIGHT"]),
        (b'{"inner": [{"whichSide": "UP"}]}', ["LEFT", "RIGHT"]),
        (b'{"by_name": {"a.b[3]`": "UP"}}', ["OFF", "ON"]),
        (b'{"by_side": {"UP": 1}}', ["LEFT", "RIGHT"]),
        (b'{"size": 3}', ["1", "2"]),
        (b'{"sides": ["` - at `$.size`"]}', ["LEFT", "RIGHT"]),
        (b'{"number": "one"}', []),
    ],
)
def test_the_values_of_a_closed_list_are_told_by_the_place_of_the_wrong_one(
    body: bytes, allowed: list[str]
) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(body, type=Body)
    assert allowed_values(refused.value, Body) == allowed


def test_a_body_that_is_itself_of_a_closed_list_is_told_its_values() -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.json.decode(b'"UP"', type=Side)
    assert allowed_values(refused.value, Side) == ["LEFT", "RIGHT"]
