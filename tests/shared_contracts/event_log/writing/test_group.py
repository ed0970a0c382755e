"""Grouping: a fair turn for each thread, and one failure for one request."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared_contracts.event_log.writing.commit import WriterLost
from shared_contracts.event_log.writing.group import Group


def test_everybody_gets_their_own_outcome_in_the_order_of_coming() -> None:
    written: list[int] = []

    def write(requests: Sequence[int]) -> list[int]:
        written.extend(requests)
        return [-request for request in requests]

    group: Group[int, int] = Group(write, limit=7)
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(group.submit, range(400))) == [-n for n in range(400)]
    assert sorted(written) == list(range(400))


def test_what_waits_is_written_together_within_the_limit() -> None:
    sizes: list[int] = []

    def write(requests: Sequence[int]) -> Sequence[int]:
        time.sleep(0.02)
        sizes.append(len(requests))
        return requests

    group: Group[int, int] = Group(write, limit=10)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(group.submit, range(64)))
    assert max(sizes) <= 10
    assert len(sizes) < 20  # a lock without hand-over makes some forty groups


def test_a_heavy_request_goes_alone() -> None:
    groups: list[list[int]] = []

    def write(requests: Sequence[int]) -> Sequence[int]:
        time.sleep(0.02)
        groups.append(list(requests))
        return requests

    group: Group[int, int] = Group(write, limit=10)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: group.submit(n, 50 if n == 3 else 1), range(8)))
    assert [3] in groups


def test_the_error_of_one_request_is_raised_for_it_alone() -> None:
    group: Group[int, int] = Group(
        lambda requests: [ValueError(str(n)) if n == 3 else n for n in requests], limit=100
    )
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(group.submit, n) for n in range(6)]
    failed = [n for n, future in enumerate(futures) if future.exception() is not None]
    assert failed == [3]


def test_an_error_of_the_whole_group_reaches_everybody_and_the_next_may_write() -> None:
    def write(requests: Sequence[int]) -> Sequence[int]:
        if 0 in requests:
            raise ConnectionError("gone")
        return requests

    group: Group[int, int] = Group(write, limit=100)
    with pytest.raises(ConnectionError):
        group.submit(0)
    assert group.submit(1) == 1


def test_an_interrupted_writer_tells_the_others_that_their_outcome_is_unknown() -> None:
    writing, go_on = threading.Event(), threading.Event()

    def write(requests: Sequence[int]) -> Sequence[int]:
        writing.set()
        go_on.wait(5)
        if 2 in requests:
            raise KeyboardInterrupt
        return requests

    group: Group[int, int] = Group(write, limit=100)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(group.submit, 1)
        writing.wait(5)
        others = [pool.submit(group.submit, 2)]
        while len(group._waiting) < 1:
            time.sleep(0.001)
        others.append(pool.submit(group.submit, 3))
        while len(group._waiting) < 2:
            time.sleep(0.001)
        go_on.set()
        assert first.result(5) == 1
        assert isinstance(others[0].exception(5), KeyboardInterrupt)
        assert isinstance(others[1].exception(5), WriterLost)
    assert group.submit(4) == 4


def test_an_interrupted_thread_does_not_take_the_lead_with_it() -> None:
    writing, go_on = threading.Event(), threading.Event()

    def write(requests: Sequence[int]) -> Sequence[int]:
        writing.set()
        go_on.wait(5)
        return requests

    class InterruptedGroup(Group[int, int]):
        """A group in which request 2 is interrupted while it waits."""

        def interrupt(self) -> None:
            turn = next(each for each in self._waiting if each.request == 2)
            self._abandon(turn)

    group = InterruptedGroup(write, limit=1)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(group.submit, 1)
        writing.wait(5)
        threading.Thread(target=lambda: group.submit(2), daemon=True).start()
        while len(group._waiting) < 1:
            time.sleep(0.001)
        third = pool.submit(group.submit, 3)
        while len(group._waiting) < 2:
            time.sleep(0.001)
        group.interrupt()
        go_on.set()
        assert (first.result(5), third.result(5)) == (1, 3)
    assert group.submit(4) == 4
