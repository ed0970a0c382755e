"""Grouped commits: many threads, one transaction, and a fair turn for each.

Whoever comes when nobody writes becomes the leader and writes everything that waits. When a
leader is done it hands the lead to the one who has waited longest, before its own followers run
on: a plain lock lets the same threads overtake and leaves groups of two.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from shared_contracts.event_log.writing.commit import WriterLost

R = TypeVar("R")
V = TypeVar("V")


class _Turn(Generic[R, V]):
    """One waiting request; its latch opens when it has an outcome, or when it shall lead."""

    __slots__ = ("latch", "leads", "outcome", "request", "weight")

    def __init__(self, request: R, weight: int) -> None:
        self.request = request
        self.weight = weight
        self.leads = False
        self.outcome: V | BaseException | None = None
        self.latch = Lock()
        self.latch.acquire()


class Group(Generic[R, V]):
    """Collects the requests of many threads and writes them together.

    ``write`` takes requests in the order of their coming and gives an outcome for each; an
    outcome that is an exception is raised for its request alone. A group weighs at most
    ``limit`` unless a single request weighs more.
    """

    def __init__(
        self, write: Callable[[Sequence[R]], Sequence[V | BaseException]], *, limit: int
    ) -> None:
        self._write = write
        self._limit = limit
        self._mutex = Lock()
        self._waiting: deque[_Turn[R, V]] = deque()
        self._led = False

    def submit(self, request: R, weight: int = 1) -> V:
        """Write the request with whatever else waits; return when it is committed."""
        turn: _Turn[R, V] = _Turn(request, weight)
        with self._mutex:
            self._waiting.append(turn)
            leads = not self._led
            self._led = True
        if not leads:
            self._wait(turn)
        if turn.outcome is None:
            self._lead(turn)
        return self._result(turn)

    def _wait(self, turn: _Turn[R, V]) -> None:
        try:
            turn.latch.acquire()
        except BaseException:
            self._abandon(turn)
            raise

    def _abandon(self, turn: _Turn[R, V]) -> None:
        """An interrupted thread must neither block the queue nor take the lead with it."""
        with self._mutex:
            if turn in self._waiting:
                self._waiting.remove(turn)
            if turn.leads:
                self._hand_over()

    def _lead(self, turn: _Turn[R, V]) -> None:
        with self._mutex:
            turns = self._take()
        outcomes: Sequence[V | BaseException] = ()
        try:
            outcomes = self._write([each.request for each in turns])
        except Exception as error:  # noqa: BLE001 - raised again in every waiting thread
            outcomes = [error] * len(turns)
        except BaseException:
            outcomes = [WriterLost("the thread that wrote was interrupted")] * len(turns)
            raise
        finally:
            for each, outcome in zip(turns, outcomes, strict=True):
                each.outcome = outcome
            with self._mutex:
                self._hand_over()
            for each in turns:
                if each is not turn:
                    each.latch.release()

    def _take(self) -> list[_Turn[R, V]]:
        turns = [self._waiting.popleft()]
        weight = turns[0].weight
        while self._waiting and weight + self._waiting[0].weight <= self._limit:
            weight += self._waiting[0].weight
            turns.append(self._waiting.popleft())
        return turns

    def _hand_over(self) -> None:
        if self._waiting:
            self._waiting[0].leads = True
            self._waiting[0].latch.release()
        else:
            self._led = False

    @staticmethod
    def _result(turn: _Turn[R, V]) -> V:
        outcome = turn.outcome
        if outcome is None:
            raise RuntimeError("a group was written without an outcome for each request")
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome
