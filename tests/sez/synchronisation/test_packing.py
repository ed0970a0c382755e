"""Which versions leave together, and how long pauses are (S216-18.2)."""

from datetime import timedelta
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from sez.synchronisation.packing import Waiting, loads, pause
from shared_contracts.limits import RECORDS
from tests.samples import AT

OBJECTS = st.integers(1, 4).map(lambda number: UUID(int=number))
KEYS = st.sets(st.tuples(OBJECTS, st.integers(1, 9)), max_size=20)


def waiting(object_id: UUID, version: int) -> Waiting:
    """A version that waits."""
    return Waiting(object_id, version, "0" * 64, AT + timedelta(version), object_id, version)


@given(KEYS, st.sets(OBJECTS), st.randoms())
def test_each_waiting_version_leaves_once_with_its_purchase_and_in_order(
    keys: set[tuple[UUID, int]], held: set[UUID], chance: Random
) -> None:
    shuffled = [waiting(*key) for key in keys]
    chance.shuffle(shuffled)
    packages = list(loads(shuffled, held))
    assert all(len({one.object_id for one in package}) == 1 for package in packages)
    assert len({package[0].object_id for package in packages}) == len(packages)
    left = [(one.object_id, one.version) for package in packages for one in package]
    assert left == sorted(key for key in keys if key[0] not in held)


def test_no_package_holds_more_records_than_the_contract_allows() -> None:
    many = [waiting(UUID(int=1), version) for version in range(1, RECORDS + 9)]
    [package] = loads(many, ())
    assert [one.version for one in package] == list(range(1, RECORDS + 1))


@given(st.integers(1, 10_000), st.floats(0.01, 10), st.floats(10, 1000))
def test_a_pause_doubles_until_it_is_the_longest(
    attempt: int, first: float, longest: float
) -> None:
    now, then = pause(attempt, first, longest), pause(attempt + 1, first, longest)
    assert first <= now <= then <= longest
    assert then == min(longest, now * 2) or now == longest
