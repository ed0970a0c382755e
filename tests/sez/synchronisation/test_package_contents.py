"""Which versions leave together, whose turn it is, and how long pauses are (S216-18.2)."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from sez.synchronisation.package_contents import (
    AROUND,
    BYTES,
    TOGETHER,
    Waiting,
    loads,
    next_in_turn,
    pause,
)
from shared_contracts.limits import DOCUMENT_BYTES, MESSAGE_BYTES, RECORDS
from tests.samples import AT

OBJECTS = st.integers(1, 6).map(lambda number: UUID(int=number))
KEYS = st.sets(st.tuples(OBJECTS, st.integers(1, 9)), max_size=20)
SIZES = st.integers(1, DOCUMENT_BYTES + 1)


def waiting(object_id: UUID, version: int, size: int = 10) -> Waiting:
    """A version that waits; customers have two tenders each."""
    at, customer = AT + timedelta(version), str(object_id.int // 2)
    return Waiting(
        object_id, version, "0" * 64, at, object_id, version, customer=customer, size=size
    )


def test_a_version_by_another_operation_waits_for_those_before_it() -> None:
    first, second, third = (waiting(UUID(int=1), version) for version in (1, 2, 3))
    loaded = replace(first, operation="LoadProgramme")
    assert list(loads([third, second, loaded], ())) == [(loaded,)]
    assert list(loads([third, second], ())) == [(second, third)]


@given(KEYS, st.sets(OBJECTS), st.lists(SIZES, min_size=20, max_size=20), st.randoms())
def test_versions_leave_in_order_within_bounds_and_with_their_customers_only(
    keys: set[tuple[UUID, int]], held: set[UUID], sizes: list[int], chance: Random
) -> None:
    ready = [waiting(*key, size) for key, size in zip(sorted(keys), sizes, strict=False)]
    shuffled = chance.sample(ready, len(ready))
    packages = list(loads(shuffled, held))
    assert all(len({one.customer for one in package}) == 1 for package in packages)
    assert all(sum(one.room for one in package) <= BYTES for package in packages)
    of = Counter(object_id for load in packages for object_id in {one.object_id for one in load})
    assert set(of.values()) <= {1}, "one package of an object at a time"
    left = sorted((one.object_id, one.version) for package in packages for one in package)
    for object_id in {key[0] for key in keys} - held:
        mine = sorted(key for key in keys if key[0] == object_id)
        gone = [key for key in left if key[0] == object_id]
        assert gone
        assert gone == mine[: len(gone)]
    assert not held & {object_id for object_id, _ in left}


def test_no_package_holds_more_records_or_bytes_than_its_bounds_and_the_contracts() -> None:
    many = [waiting(UUID(int=1), version) for version in range(1, TOGETHER + 9)]
    [package] = loads(many, ())
    assert [one.version for one in package] == list(range(1, TOGETHER + 1))
    assert TOGETHER <= RECORDS
    assert BYTES < MESSAGE_BYTES - 65536, "what stands around the records fits as well"
    assert waiting(UUID(int=1), 1, DOCUMENT_BYTES).room <= BYTES
    assert waiting(UUID(int=1), 1, DOCUMENT_BYTES + 1).room == AROUND, "it is a file"


def test_customers_take_turns_and_a_tender_that_shall_be_alone_is() -> None:
    own = [replace(waiting(UUID(int=number), 1), customer="1") for number in (2, 3, 4)]
    other = waiting(UUID(int=9), 1)
    apart = replace(own[1], alone=True)
    packages = list(loads([own[0], apart, own[2], other], ()))
    assert packages == [(own[0],), (other,), (apart,), (own[2],)]


@dataclass(frozen=True)
class Parcel:
    """A package that is due."""

    customer: str
    due_at: datetime


def parcel(customer: str, minutes: int) -> Parcel:
    """A package of a customer, due so many minutes after the first."""
    return Parcel(customer, AT + timedelta(minutes=minutes))


def test_whose_packages_are_the_fewest_under_way_comes_first_then_the_longest_due() -> None:
    due = [parcel("a", 0), parcel("b", 5), parcel("b", 4)]
    assert next_in_turn(due, Counter(), (), 8) == due[0]
    assert next_in_turn(due, Counter("a"), (), 8) == due[2]


def test_a_customer_has_half_of_the_senders_and_one_whose_packages_fail_a_quarter() -> None:
    due = [parcel("a", 0)]
    assert next_in_turn(due, Counter({"a": 3}), (), 8) == due[0]
    assert next_in_turn(due, Counter({"a": 4}), (), 8) is None
    assert next_in_turn(due, Counter({"a": 1}), {"a"}, 8) == due[0]
    assert next_in_turn(due, Counter({"a": 2}), {"a"}, 8) is None
    assert next_in_turn(due, Counter(), {"a"}, 1) == due[0]


@given(st.integers(1, 10_000), st.floats(0.01, 10), st.floats(10, 1000))
def test_a_pause_doubles_until_it_is_the_longest(
    attempt: int, first: float, longest: float
) -> None:
    now, then = pause(attempt, first, longest), pause(attempt + 1, first, longest)
    assert first <= now <= then <= longest
    assert then == min(longest, now * 2) or now == longest
