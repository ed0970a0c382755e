"""Followers: what is shown is made from the log in batches, and can be thrown away and remade."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event as Signal
from threading import Lock

from psycopg import Cursor
from psycopg.rows import TupleRow

from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.library.tracking import LogTracking, move
from shared_contracts.event_log.log import EventLog

Apply = Callable[[Cursor[TupleRow], Sequence[Recorded]], None]
"""Writes what a batch of events changes in the tables of schema ``views``."""

Clear = Callable[[Cursor[TupleRow]], None]
"""Empties those tables."""


@dataclass(frozen=True)
class Follower:
    """Applies the log to tables of schema ``views``, each batch with its position in one commit.

    A batch is applied entirely or not at all, and never twice: an error leaves the follower where
    it was and is raised. ``batch`` is in events.
    """

    log: EventLog
    name: str
    apply: Apply
    batch: int = 500
    _turn: Lock = field(default_factory=Lock, repr=False, compare=False)

    @property
    def position(self) -> int:
        """The position up to which everything is applied; 0 before the first."""
        return LogTracking(self.log.recorder).max_tracking_id(self.name) or 0

    @property
    def lag(self) -> int:
        """How many recorded events are not yet applied."""
        return max(0, self.log.last_position() - self.position)

    def catch_up(self) -> int:
        """Apply everything recorded so far; returns the position reached.

        Threads of one process take turns; between processes the position decides.
        """
        with self._turn:
            return self._catch_up()

    def _catch_up(self) -> int:
        position = self.position
        while events := self.log.read(position, self.batch):
            with self.log.recorder.transaction() as cursor:
                move(cursor, self.name, position, events[-1].position)
                self.apply(cursor, events)
            position = events[-1].position
        return position

    def rebuild(self, clear: Clear) -> int:
        """Throw away what is shown and make it anew from the first event."""
        with self._turn:
            with self.log.recorder.transaction() as cursor:
                cursor.execute("DELETE FROM views.tracking WHERE name = %s", (self.name,))
                clear(cursor)
            return self._catch_up()

    def run(self, stop: Signal, *, pause: float = 0.5) -> None:
        """Follow the log until ``stop`` is set; looks up at least every ``pause`` seconds."""
        while not stop.is_set():
            self.log.wait(self.catch_up(), pause)
