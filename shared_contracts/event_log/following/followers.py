"""Followers: what is shown is made from the log in batches, and can be thrown away and remade."""

import time
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

RESTS = 3
"""How many times as long as it worked a follower rests after it."""

LONGEST_REST = 0.2
"""Most seconds of a rest."""

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
        while (reached := self._step(position)) > position:
            position = reached
        return position

    def _step(self, position: int) -> int:
        """Apply the batch after ``position``; the position reached."""
        if not (events := self.log.read(position, self.batch)):
            return position
        reached = events[-1].position
        with self.log.recorder.transaction() as cursor:
            move(cursor, self.name, position, reached)
            self.apply(cursor, events)
        return reached

    def rebuild(self, clear: Clear) -> int:
        """Throw away what is shown and make it anew from the first event."""
        with self._turn:
            with self.log.recorder.transaction() as cursor:
                cursor.execute("DELETE FROM views.tracking WHERE name = %s", (self.name,))
                clear(cursor)
            return self._catch_up()

    def follow(self, pause: float = 0.5) -> None:
        """Apply what was recorded; return after the next commit, or ``pause`` seconds without one.

        Whoever calls it again and again shows a commit at once. Where commits come faster than
        they are applied it rests between two batches, in a fixed proportion to its work: the
        batches grow, and the intake keeps the processor.
        """
        began = time.monotonic()
        with self._turn:
            reached, is_behind = self.position, True
            while is_behind:
                position, reached = reached, self._step(reached)
                is_behind = reached - position == self.batch
        rest(began)
        self.log.wait(reached, pause)

    def run(self, stop: Signal, *, pause: float = 0.5) -> None:
        """Follow the log until ``stop`` is set; looks up at least every ``pause`` seconds."""
        while not stop.is_set():
            self.follow(pause)


def rest(began: float) -> None:
    """Rest ``RESTS`` times as long as work went on that ``began`` (monotonic), within bounds."""
    time.sleep(min(LONGEST_REST, RESTS * (time.monotonic() - began)))
