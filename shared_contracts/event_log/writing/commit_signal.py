"""Wakes those who follow the log: after the commit, inside the writer's process."""

from collections.abc import Callable
from threading import Condition


class CommitSignal:
    """Knows the last committed position and wakes whoever waits for a later one."""

    def __init__(self, position: int = 0) -> None:
        self._position = position
        self._changed = Condition()
        self._listeners: tuple[Callable[[], object], ...] = ()

    @property
    def position(self) -> int:
        """The last position that is known to be committed."""
        return self._position

    def notify(self, position: int) -> None:
        """Tell that everything up to ``position`` is committed."""
        with self._changed:
            if position > self._position:
                self._position = position
                self._changed.notify_all()
                for listener in self._listeners:
                    listener()

    def listen(self, listener: Callable[[], object]) -> None:
        """Call ``listener`` at each commit, in the writer's thread: it must be quick."""
        with self._changed:
            self._listeners = (*self._listeners, listener)

    def forget(self, listener: Callable[[], object]) -> None:
        """Call ``listener`` no more."""
        with self._changed:
            self._listeners = tuple(one for one in self._listeners if one != listener)

    def wait(self, after: int, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds for a position later than ``after``."""
        with self._changed:
            return self._changed.wait_for(lambda: self._position > after, timeout)
