"""In-process locks of messages and objects, held from the decision to the commit."""

from collections.abc import Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Condition, Lock


class _KeyLock:
    """Held by one thread alone, or by many together; who wants it alone goes before newcomers."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._alone = False
        self._together = 0
        self._waiting = 0

    def acquire(self, *, together: bool, blocking: bool = True) -> bool:
        """Take it; False if it is not free and nobody may wait."""
        with self._changed:
            if not self._free(together=together):
                if not blocking:
                    return False
                self._wait(together=together)
            if together:
                self._together += 1
            else:
                self._alone = True
            return True

    def release(self, *, together: bool) -> None:
        """Give it back."""
        with self._changed:
            if together:
                self._together -= 1
            else:
                self._alone = False
            self._changed.notify_all()

    def _wait(self, *, together: bool) -> None:
        self._waiting += not together
        try:
            self._changed.wait_for(lambda: self._free(together=together))
        finally:
            self._waiting -= not together
            self._changed.notify_all()

    def _free(self, *, together: bool) -> bool:
        if together:
            return not self._alone and not self._waiting
        return not self._alone and not self._together


class Locks:
    """A lock for each key that someone holds or waits for, and none for the others."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self._held: dict[Hashable, tuple[_KeyLock, int]] = {}

    @contextmanager
    def hold(self, keys: Iterable[Hashable], together: Iterable[Hashable] = ()) -> Iterator[None]:
        """Hold all the keys; taken in one order everywhere, so that nobody waits in a circle.

        Many may hold a key ``together``; one that is among ``keys`` too is held alone.
        """
        alone = set(keys)
        held: list[tuple[Hashable, _KeyLock]] = []
        try:
            for key in sorted(alone | set(together), key=_order):
                lock = self._taken(key, together=key not in alone)
                held.append((key, lock))
            yield
        finally:
            for key, lock in reversed(held):
                self._give_back(key, lock, together=key not in alone)

    def try_hold(self, key: Hashable) -> AbstractContextManager[None] | None:
        """Hold the key if nobody else does; None if somebody does."""
        lock = self._join(key)
        if not lock.acquire(together=False, blocking=False):
            self._leave(key)
            return None
        return self._holding(key, lock)

    def _taken(self, key: Hashable, *, together: bool) -> _KeyLock:
        lock = self._join(key)
        try:
            lock.acquire(together=together)
        except BaseException:
            self._leave(key)
            raise
        return lock

    @contextmanager
    def _holding(self, key: Hashable, lock: _KeyLock) -> Iterator[None]:
        try:
            yield
        finally:
            self._give_back(key, lock, together=False)

    def _give_back(self, key: Hashable, lock: _KeyLock, *, together: bool) -> None:
        lock.release(together=together)
        self._leave(key)

    def _join(self, key: Hashable) -> _KeyLock:
        with self._mutex:
            lock, count = self._held.get(key, (None, 0))
            lock = lock or _KeyLock()
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
