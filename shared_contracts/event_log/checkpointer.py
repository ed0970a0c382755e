"""Makes checkpoints of a log and keeps them: one of the empty log first, then on demand."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from psycopg.rows import TupleRow

from shared_contracts.astana_time import now
from shared_contracts.event_log.kept_tree import KeptTree
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proofs.checkpoint import (
    BadCheckpoint,
    Checkpoint,
    NoteKey,
    parse,
    signed,
)
from shared_contracts.event_log.proofs.merkle import CompactRange

_LATEST = "SELECT size, edge, note FROM log.checkpoints ORDER BY size DESC LIMIT 1"
_KEEP = (
    "INSERT INTO log.checkpoints (size, root, edge, note, nodes_kept) "
    "VALUES (%s, %s, %s, %s, true) ON CONFLICT (size) DO NOTHING"
)

SET_RIGHT = timedelta(hours=1)
"""A clock that was fast by no more gives the last moment again until it is reached."""


@dataclass(frozen=True)
class Checkpointer:
    """Signs the log under ``key``; the application calls ``make`` hourly and when asked.

    Each bears the moment by ``clock``, and none an earlier one than the last, but where the clock
    was fast by more than ``SET_RIGHT``: the other side notices that, and a person has to say why.
    """

    log: EventLog
    key: NoteKey
    clock: Callable[[], datetime] = now
    _one: Lock = field(default_factory=Lock, repr=False, compare=False)
    _known: list[str] = field(default_factory=list, repr=False, compare=False)

    def latest(self) -> str:
        """The newest signed checkpoint; that of the empty log is made if there is none.

        It is read once: only the one writer of a store makes checkpoints.
        """
        if not self._known:
            row = self._newest()
            self._known[:] = [self._keep(CompactRange()) if row is None else row[2]]
        return self._known[0]

    def make(self) -> str:
        """A signed checkpoint of the log as it stands; the same one while nothing was added.

        The nodes of the tree under it are kept first, so that whatever it seals can be proven.
        """
        with self._one:
            self.latest()
            row = self._newest()
            known = CompactRange(row[0], tuple(row[1])) if row is not None else CompactRange()
            tree = KeptTree(self.log.recorder)
            reached = tree.extended(known, self.log.last_position())
            if reached.size > known.size:
                return self._keep(reached)
            tree.ensure_newest(reached.size)
            return self.latest()

    def _keep(self, reached: CompactRange) -> str:
        made = Checkpoint(self.key.name, reached.size, reached.root).dated(self._moment())
        note = signed(made, self.key)
        with self.log.recorder.transaction() as cursor:
            cursor.execute(_KEEP, (reached.size, reached.root, list(reached.edge), note))
        self._known[:] = [note]
        return note

    def _moment(self) -> datetime:
        at, last = self.clock(), None
        with suppress(BadCheckpoint):  # a note that somebody changed is told by the audit
            last = parse(self._known[0]).made_at if self._known else None
        return last if last is not None and at < last <= at + SET_RIGHT else at

    def _newest(self) -> TupleRow | None:
        rows = self.log.recorder.select(_LATEST, ())
        return rows[0] if rows else None
