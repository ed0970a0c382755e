"""Questions that may hang: one thread asks each at a time, and nobody waits for long."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Probe(Generic[T]):
    """A question which whoever asks shares with those who have asked and wait already.

    A question that hangs holds one thread, however often it is asked. The thread is a daemon: it
    never keeps the process from ending.
    """

    def __init__(self, question: Callable[[], T]) -> None:
        self._question = question
        self._mutex = threading.Lock()
        self._asked: Future[T] | None = None

    def ask(self) -> Future[T]:
        """The answer to come: of the question under way, or of a new one."""
        with self._mutex:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                threading.Thread(target=self._answer, args=(self._asked,), daemon=True).start()
            return self._asked

    async def answer(self, seconds: float) -> T:
        """The answer within ``seconds``; raises what the question raises, or TimeoutError."""
        return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self.ask())), seconds)

    def _answer(self, asked: Future[T]) -> None:
        try:
            asked.set_result(self._question())
        except BaseException as problem:  # noqa: BLE001  # whoever asked is told
            asked.set_exception(problem)
