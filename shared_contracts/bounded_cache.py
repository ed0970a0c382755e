"""What is remembered for a while, in bounded memory."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class BoundedCache(Generic[K, T]):
    """At most so many things by key, for all threads; the least recently used goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._guard = Lock()
        self._kept: OrderedDict[K, T] = OrderedDict()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def get(self, key: K) -> T | None:
        """What is kept under a key, or None; it counts as used."""
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: K, kept: T) -> None:
        """Keep something under a key, in the place of what was there."""
        with self._guard:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def drop(self, key: K) -> None:
        """Keep nothing under a key."""
        with self._guard:
            self._kept.pop(key, None)

    def clear(self) -> None:
        """Keep nothing."""
        with self._guard:
            self._kept.clear()
