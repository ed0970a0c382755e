"""In-process locks of messages and objects, held from the decision to the commit."""

from collections.abc import Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from threading import Lock


class Locks:
    """A lock for each key that someone holds or waits for, and none for the others."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self._held: dict[Hashable, tuple[Lock, int]] = {}

    @contextmanager
    def hold(self, keys: Iterable[Hashable]) -> Iterator[None]:
        """Hold all the keys; taken in one order everywhere, so that nobody waits in a circle."""
        with ExitStack() as held:
            for key in sorted(set(keys), key=_order):
                held.enter_context(self._one(key))
            yield

    def try_hold(self, key: Hashable) -> AbstractContextManager[None] | None:
        """Hold the key if nobody else does; None if somebody does."""
        lock = self._join(key)
        if not lock.acquire(blocking=False):
            self._leave(key)
            return None
        return self._holding(key, lock)

    @contextmanager
    def _one(self, key: Hashable) -> Iterator[None]:
        lock = self._join(key)
        try:
            lock.acquire()
        except BaseException:
            self._leave(key)
            raise
        with self._holding(key, lock):
            yield

    @contextmanager
    def _holding(self, key: Hashable, lock: Lock) -> Iterator[None]:
        try:
            yield
        finally:
            lock.release()
            self._leave(key)

    def _join(self, key: Hashable) -> Lock:
        with self._mutex:
            lock, count = self._held.get(key, (None, 0))
            lock = lock or Lock()
            self._held[key] = (lock, count + 1)
            return lock

    def _leave(self, key: Hashable) -> None:
        with self._mutex:
            lock, count = self._held[key]
            if count == 1:
                del self._held[key]
            else:
                self._held[key] = (lock, count - 1)


def _order(key: Hashable) -> tuple[str, str]:
    return type(key).__name__, repr(key)
