"""How far each follower has come, as the eventsourcing library's tracking recorder."""

from typing import Any

from eventsourcing.persistence import IntegrityError, Tracking, TrackingRecorder
from psycopg import Cursor
from typing_extensions import override

from shared_contracts.event_log.library.recorder import LogRecorder

_ADVANCE = (
    "INSERT INTO views.tracking AS t (name, position) VALUES (%s, %s) ON CONFLICT (name) "
    "DO UPDATE SET position = excluded.position WHERE t.position < excluded.position "
    "RETURNING position"
)
_MOVE = "UPDATE views.tracking SET position = %s WHERE name = %s AND position = %s RETURNING name"
_BEGIN = (
    "INSERT INTO views.tracking (name, position) VALUES (%s, %s) ON CONFLICT (name) "
    "DO NOTHING RETURNING name"
)


def advance(cursor: Cursor[Any], name: str, position: int) -> None:
    """Note in the cursor's transaction that ``name`` has applied everything up to ``position``.

    Raises IntegrityError if it had come as far before.
    """
    cursor.execute(_ADVANCE, (name, position), prepare=True)
    if cursor.fetchone() is None:
        raise IntegrityError(f"follower {name} has already come to {position} or further")


def move(cursor: Cursor[Any], name: str, after: int, position: int) -> None:
    """Note in the cursor's transaction that ``name`` went from ``after`` to ``position``.

    Raises IntegrityError if it was not at ``after``: another process follows under this name, or
    a rebuild has begun. Until the commit nobody else moves it.
    """
    if after:
        cursor.execute(_MOVE, (position, name, after), prepare=True)
    else:
        cursor.execute(_BEGIN, (name, position), prepare=True)
    if cursor.fetchone() is None:
        raise IntegrityError(f"follower {name} is no longer at {after}: it was moved meanwhile")


class LogTracking(TrackingRecorder):
    """Positions in ``views.tracking``, one for each follower, which only go forward."""

    def __init__(self, recorder: LogRecorder) -> None:
        self._recorder = recorder

    @override
    def insert_tracking(self, tracking: Tracking) -> None:
        """Note a position in a transaction of its own; raises IntegrityError unless it is later."""
        with self._recorder.reading() as cursor:
            advance(cursor, tracking.application_name, tracking.notification_id)

    @override
    def max_tracking_id(self, application_name: str) -> int | None:
        """The last position applied, or None if nothing was."""
        query = "SELECT position FROM views.tracking WHERE name = %s"
        rows = self._recorder.select(query, (application_name,))
        return rows[0][0] if rows else None
