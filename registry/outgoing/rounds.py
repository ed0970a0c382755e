"""Each system is called by a thread of its own: one's trouble never holds up another."""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)

T = TypeVar("T")

REST: Final = 0.5
"""Seconds between two looks at what is due, if nothing changes meanwhile."""

BELIEVED: Final = 3
"""How many times in a row a message must fail for good before that is believed: one that was
damaged on the way is refused too, and succeeds when it arrives undamaged."""


@dataclass(frozen=True, slots=True)
class Retrying:
    """Seconds until the second attempt, doubled after each, and the longest they grow to."""

    first: float
    longest: float

    def pause(self, attempt: int) -> float:
        """Seconds after the ``attempt``-th failure."""
        return min(self.longest, self.first * 2.0 ** min(attempt - 1, 30))


@dataclass(slots=True)
class Rests:
    """Until when systems that do not answer rest; safe for all threads."""

    _until: dict[str, float] = field(default_factory=dict)
    _silent: Counter[str] = field(default_factory=Counter)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def rest(self, sez_code: str, seconds: float) -> None:
        """Nothing is tried at a system for so long."""
        with self._mutex:
            self._until[sez_code] = monotonic() + seconds

    def silent(self, sez_code: str, retrying: Retrying) -> None:
        """A system did not answer: it rests, longer each time."""
        with self._mutex:
            self._silent[sez_code] += 1
            times = self._silent[sez_code]
        self.rest(sez_code, retrying.pause(times))

    def answered(self, sez_code: str) -> None:
        """A system answered."""
        with self._mutex:
            self._silent.pop(sez_code, None)

    def wake(self, sez_code: str) -> None:
        """A system is tried again at once."""
        with self._mutex:
            self._until.pop(sez_code, None)

    def is_resting(self, sez_code: str) -> bool:
        """Whether nothing is tried at a system now."""
        with self._mutex:
            return self._until.get(sez_code, 0.0) > monotonic()


@dataclass(slots=True)
class Rounds(Generic[T]):
    """Has what is due done, for each system by a thread of its own; safe for all threads.

    ``due`` gives one thing for each system that is not among those left out, ``attempt`` does it,
    ``put_off`` learns of a system for which it could not be begun, or raised.
    """

    due: Callable[[Collection[str]], Mapping[str, T]]
    attempt: Callable[[str, T], None]
    put_off: Callable[[str], None]
    wait: Callable[[float], object]
    _busy: set[str] = field(default_factory=set)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def run(self, stopped: threading.Event) -> None:
        """Go on until stopped; what is under way then goes again when the process is back."""
        while not stopped.is_set():
            self._each(self._begin)
            self.wait(REST)

    def step(self) -> int:
        """Do what is due for each system, once; how many were tried.

        What one raises is told and put off, as in a thread: the others have their turn.
        """
        return self._each(self._told)

    def _each(self, have_done: Callable[[str, T], None]) -> int:
        """Have what is due done for each system; none stays busy whose turn did not come."""
        taken = self._take()
        left = set(taken)
        try:
            for code, one in taken.items():
                left.remove(code)
                have_done(code, one)
        finally:
            with self._mutex:
                self._busy -= left
        return len(taken)

    def _take(self) -> Mapping[str, T]:
        """What is due, by system; each is busy from now on."""
        with self._mutex:
            found = self.due(frozenset(self._busy))
            self._busy |= found.keys()
        return found

    def _begin(self, code: str, one: T) -> None:
        """Do it in a thread; where the machine gives none, the system is not busy."""
        try:
            threading.Thread(target=self._told, args=(code, one), daemon=True).start()
        except RuntimeError:
            log.exception("no thread", sez_code=code)
            self._is_free(code)
            self.put_off(code)

    def _told(self, code: str, one: T) -> None:
        """Do it; nobody watches its thread, so what it raises is told here, and put off."""
        try:
            self._do(code, one)
        except Exception:
            log.exception("attempt", sez_code=code)
            self.put_off(code)

    def _do(self, code: str, one: T) -> None:
        try:
            self.attempt(code, one)
        finally:
            self._is_free(code)

    def _is_free(self, code: str) -> None:
        with self._mutex:
            self._busy.discard(code)
