"""One system's trouble never holds up another."""

import threading
from collections.abc import Collection, Mapping

import pytest

from registry.outgoing.rounds import Rests, Retrying, Rounds


def test_a_system_that_hangs_holds_up_nobody_else() -> None:
    hangs, done = threading.Event(), threading.Event()
    left = {"A": 1, "B": 1}

    def due(busy: Collection[str]) -> Mapping[str, int]:
        return {code: number for code, number in left.items() if code not in busy}

    def attempt(code: str, _number: int) -> None:
        if code == "A":
            hangs.wait(10)
        else:
            left.pop("B", None)
            done.set()

    def woken(_seconds: float) -> None:
        done.wait(0.05)

    rounds, stopped = Rounds(due, attempt, lambda _code: None, woken), threading.Event()
    runner = threading.Thread(target=rounds.run, args=(stopped,))
    runner.start()
    assert done.wait(5)
    stopped.set()
    hangs.set()
    runner.join(5)
    assert not runner.is_alive()


def test_an_attempt_that_raises_is_put_off_and_its_system_is_free() -> None:
    put_off, twice = list[str](), threading.Event()

    def attempt(code: str, _number: int) -> None:
        raise RuntimeError(code)

    def rest(code: str) -> None:
        put_off.append(code)
        if len(put_off) == 2:
            twice.set()

    def due(busy: Collection[str]) -> Mapping[str, int]:
        return {} if "A" in busy or twice.is_set() else {"A": 1}

    def woken(_seconds: float) -> None:
        twice.wait(0.02)

    rounds, stopped = Rounds(due, attempt, rest, woken), threading.Event()
    runner = threading.Thread(target=rounds.run, args=(stopped,))
    runner.start()
    assert twice.wait(5)
    stopped.set()
    runner.join(5)
    assert set(put_off) == {"A"}


def test_in_a_step_an_attempt_that_raises_leaves_the_others_their_turn_and_nobody_busy() -> None:
    tried, put_off = list[str](), list[str]()

    def due(busy: Collection[str]) -> Mapping[str, int]:
        return {code: 1 for code in ("A", "B", "C") if code not in busy}

    def attempt(code: str, _number: int) -> None:
        tried.append(code)
        if code == "A":
            raise RuntimeError(code)

    rounds = Rounds(due, attempt, put_off.append, lambda _seconds: None)
    assert (rounds.step(), rounds.step()) == (3, 3)
    assert (tried, put_off) == (["A", "B", "C"] * 2, ["A", "A"])


def test_nobody_stays_busy_where_even_putting_off_raises() -> None:
    tried = list[str]()

    def due(busy: Collection[str]) -> Mapping[str, int]:
        return {code: 1 for code in ("A", "B") if code not in busy}

    def attempt(code: str, _number: int) -> None:
        tried.append(code)
        if code == "A" and tried == ["A"]:
            raise RuntimeError(code)

    def rest(code: str) -> None:
        raise OSError(code)

    rounds = Rounds(due, attempt, rest, lambda _seconds: None)
    with pytest.raises(OSError, match="A"):
        rounds.step()
    assert rounds.step() == 2
    assert tried == ["A", "A", "B"]


def test_a_system_that_does_not_answer_rests_longer_each_time_until_it_does() -> None:
    rests, retrying = Rests(), Retrying(1000.0, 4000.0)
    assert not rests.is_resting("A")
    rests.silent("A", retrying)
    assert rests.is_resting("A")
    assert not rests.is_resting("B")
    rests.wake("A")
    rests.answered("A")
    assert not rests.is_resting("A")
    assert [retrying.pause(attempt) for attempt in (1, 2, 3, 4)] == [1000, 2000, 4000, 4000]
