"""Locks of objects: nobody waits for ever, and who gives up holds nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared_contracts.errors import Temporary
from shared_contracts.event_log.writing.locks import Locks


def taken(locks: Locks, *keys: str, together: bool = False) -> bool:
    """Hold the keys and give them back."""
    with locks.hold([] if together else keys, keys if together else []):
        return True


@pytest.mark.parametrize("together", [False, True])
def test_who_waits_too_long_is_told_which_lock_and_holds_none(*, together: bool) -> None:
    locks = Locks(seconds=0.05)
    with ThreadPoolExecutor(1) as other:
        with locks.hold(["b"]):
            late = other.submit(taken, locks, "a", "b", together=together)
            with pytest.raises(Temporary, match=r"has held 'b' for 0\.05 s"):
                late.result(10)
            assert list(locks._held) == ["b"]
        assert not locks._held
        assert other.submit(taken, locks, "a", "b", together=together).result(10)


def test_who_waits_in_time_gets_the_lock() -> None:
    locks = Locks(seconds=10.0)
    with ThreadPoolExecutor(4) as others:
        with locks.hold(["a"]):
            waiting = [others.submit(taken, locks, "a", together=one) for one in (True, False) * 2]
        assert all(one.result(10) for one in waiting)
    assert not locks._held
