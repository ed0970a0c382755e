"""Which key holds at a moment, and which are still taken."""

from datetime import datetime, timedelta

import pytest

from shared_contracts.astana_time import ASTANA
from shared_contracts.encryption.parameters import (
    ByArgon2id,
    Derivation,
    KeyParameters,
    at_moment,
    ensure_in_order,
    read_name,
    taken,
)
from shared_contracts.errors import BadInput
from tests.clauses import clause

START = datetime(2017, 3, 1, tzinfo=ASTANA)
DAY = timedelta(days=1)


def key(number: int, days: int, overlap: int, *, plainly: bool = False) -> KeyParameters:
    """A key that holds after so many days, with an overlap."""
    by: Derivation | None = None if plainly else ByArgon2id(salt=bytes(16))
    begins = START + days * DAY
    return KeyParameters(
        sez_code="SEZ01",
        number=number,
        derivation=by,
        valid_from=begins,
        previous_until=begins + overlap * DAY,
    )


KEYS = (key(1, 0, 1), key(2, 10, 3), key(3, 20, 2, plainly=True), key(4, 30, 0))


@clause("S95-15.1b")
@pytest.mark.parametrize(
    ("days", "now", "accepted"),
    [
        (-1, None, {None}),
        (0, 1, {None, 1}),
        (1, 1, {1}),
        (9, 1, {1}),
        (10, 2, {1, 2}),
        (13, 2, {2}),
        (20, 3, {None, 2}),
        (22, 3, {None}),
        (30, 4, {4}),
    ],
)
def test_a_key_holds_from_its_moment_and_the_one_before_is_taken_for_an_overlap(
    days: int, now: int | None, accepted: set[int | None]
) -> None:
    at = START + days * DAY
    found = at_moment(KEYS, at)
    assert (found.number if found else None) == now
    assert taken(KEYS, at) == accepted
    just_before = at - timedelta(microseconds=1)
    if days in {1, 13, 22}:
        assert taken(KEYS, just_before) != accepted


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("SEZ01/2", ("SEZ01", 2)),
        ("A/B/7", ("A/B", 7)),
        ("SEZ01", None),
        ("/1", None),
        ("SEZ01/", None),
        ("SEZ01/٣", None),
        ("SEZ01/-1", None),
        ("SEZ01/99999999", None),
    ],
)
def test_the_name_of_a_key_is_code_and_number(name: str, read: tuple[str, int] | None) -> None:
    assert read_name(name) == read


def test_moments_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadInput, match="previous_until"):
        ensure_in_order(key(1, 0, -1))
    with pytest.raises(BadInput, match="valid_from"):
        ensure_in_order(key(1, -2000, 0))
    ensure_in_order(KEYS[0])
