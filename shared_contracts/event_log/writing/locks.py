"""In-process locks of messages and objects, held from the decision to the commit."""

from collections.abc import Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Condition, Lock
from time import monotonic
from typing import Final, NoReturn

from shared_contracts.errors import Temporary

SECONDS: Final = 120.0
"""Most seconds for which a thread waits for its locks: longer than any commit may take."""


class _KeyLock:
    """Held by one thread alone, or by many together; who wants it alone goes before newcomers.

    ``users`` are all who hold it or wait for it, ``waiting`` those who wait to hold it alone.
    """

    __slots__ = ("alone", "together", "users", "waiting")

    def __init__(self) -> None:
        self.alone = False
        self.together = self.waiting = self.users = 0

    def is_free(self, *, together: bool) -> bool:
        """Whether it may be taken now."""
        if together:
            return not self.alone and not self.waiting
        return not self.alone and not self.together


class Locks:
    """A lock for each key that someone holds or waits for, and none for the others.

    All have one condition: a package holds a dozen keys at once, and hardly ever must it wait.
    Nobody waits for longer than ``seconds``.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._changed = Condition(Lock())
        self._held: dict[Hashable, _KeyLock] = {}
        self._waiting = 0

    @contextmanager
    def hold(self, keys: Iterable[Hashable], together: Iterable[Hashable] = ()) -> Iterator[None]:
        """Hold all the keys; taken in one order everywhere, so that nobody waits in a circle.

        Many may hold a key ``together``; one that is among ``keys`` too is held alone.
        ``Temporary`` where they are not free in time: then none is held.
        """
        alone, until = set(keys), monotonic() + self._seconds
        held: list[Hashable] = []
        try:
            with self._changed:
                for key in sorted(alone | set(together), key=_order):
                    self._take(key, until, together=key not in alone)
                    held.append(key)
            yield
        finally:
            with self._changed:
                for key in reversed(held):
                    self._give_back(key, together=key not in alone)

    def try_hold(self, key: Hashable) -> AbstractContextManager[None] | None:
        """Hold the key if nobody else does; None if somebody does."""
        with self._changed:
            lock = self._held.get(key)
            if lock is not None and not lock.is_free(together=False):
                return None
            self._take(key, monotonic(), together=False)
        return self._holding(key)

    @contextmanager
    def _holding(self, key: Hashable) -> Iterator[None]:
        try:
            yield
        finally:
            with self._changed:
                self._give_back(key, together=False)

    def _take(self, key: Hashable, until: float, *, together: bool) -> None:
        lock = self._held.get(key)
        if lock is None:
            lock = self._held[key] = _KeyLock()
        lock.users += 1
        if not lock.is_free(together=together):
            self._wait(key, lock, until, together=together)
        if together:
            lock.together += 1
        else:
            lock.alone = True

    def _wait(self, key: Hashable, lock: _KeyLock, until: float, *, together: bool) -> None:
        """Wait until a key is free; a thread that gives up or is interrupted wants it no longer."""
        lock.waiting += not together
        self._waiting += 1
        try:
            left = max(0.0, until - monotonic())
            if not self._changed.wait_for(lambda: lock.is_free(together=together), left):
                self._give_up(key)
        except BaseException:
            self._leave(key, lock)
            raise
        finally:
            lock.waiting -= not together
            self._waiting -= 1
            self._changed.notify_all()

    def _give_up(self, key: Hashable) -> NoReturn:
        raise Temporary(
            f"another thread has held {_order(key)[1][:200]} for {self._seconds:g} s: ask again "
            "later; if it goes on, begin the process again"
        )

    def _give_back(self, key: Hashable, *, together: bool) -> None:
        lock = self._held[key]
        if together:
            lock.together -= 1
        else:
            lock.alone = False
        self._leave(key, lock)
        if self._waiting:
            self._changed.notify_all()

    def _leave(self, key: Hashable, lock: _KeyLock) -> None:
        lock.users -= 1
        if not lock.users:
            del self._held[key]


def _order(key: Hashable) -> tuple[str, str]:
    return type(key).__name__, repr(key)
