"""Checkpoints that came with receipts and were not held against the Registry's log yet."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

import structlog

from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proofs.checkpoint import BadCheckpoint, parse

journal = structlog.get_logger(__name__)

MOST = 100
"""Most that wait; receipts of an hour mostly quote the same one."""

_NEWEST = (
    "SELECT p.body FROM log.events e JOIN log.evidence p USING (originator_id, originator_version) "
    "WHERE e.position > greatest(%s, (SELECT max(position) FROM log.events "
    "WHERE position > %s AND topic = 'registry-log-alarm-ended.1')) "
    "AND e.topic = 'receipt-received.1' AND p.name = 'receipt' "
    "ORDER BY e.position DESC LIMIT 50"
)
_BACK = 2000
"""Events of the own log that are looked through when the process begins."""


@dataclass(slots=True)
class SeenNotes:
    """The signed notes, in the order in which they were first seen; safe for all threads.

    Of those that cannot be read the first is kept apart, with its receipt: one is an alarm.
    """

    _notes: dict[str, None] = field(default_factory=dict)
    _unreadable: bytes | None = None
    _last: str = ""
    _full: bool = False
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def note(self, note: str, receipt: bytes) -> None:
        """Keep a checkpoint that a receipt quotes; the same as the last one costs nothing."""
        if note == self._last:
            return
        readable = _is_readable(note)
        with self._mutex:
            self._last = note
            if not readable:
                self._unreadable = self._unreadable or receipt
            elif len(self._notes) < MOST:
                self._notes[note] = None
            elif not self._full:
                self._full = True
                journal.warning("checkpoints of receipts are left out", waiting=MOST)

    def pending(self) -> tuple[str, ...]:
        """Those that wait; all of them can be read."""
        with self._mutex:
            return tuple(self._notes)

    def unreadable(self) -> bytes | None:
        """A receipt that quotes what is no checkpoint, if one came."""
        return self._unreadable

    def settle_unreadable(self) -> None:
        """It was told."""
        with self._mutex:
            self._unreadable = None

    def settle(self, notes: Iterable[str]) -> None:
        """Those that need not wait any more."""
        with self._mutex:
            for note in notes:
                self._notes.pop(note, None)
            self._full = False


def _is_readable(note: str) -> bool:
    try:
        parse(note)
    except BadCheckpoint:
        return False
    return True


def receipts_back(log: EventLog) -> list[bytes]:
    """The newest receipts since the last alarm was ended, from the newest back; at most 50."""
    back = log.last_position() - _BACK
    rows = log.recorder.select(_NEWEST, (back, back))
    return [row[0] for row in rows]
