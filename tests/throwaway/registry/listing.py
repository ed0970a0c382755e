"""What may be looked up of notices: a projection of the log."""

from collections.abc import Sequence
from typing import Any

from psycopg import Cursor

from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog
from tests.throwaway.registry.event import NoticePlaced

SCHEMA = "CREATE TABLE IF NOT EXISTS views.site_notices (id uuid PRIMARY KEY, heading text)"


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Bring it up to date."""
    placed = [one.event for one in events if isinstance(one.event, NoticePlaced)]
    rows = [(event.registry_id, event.document.heading) for event in placed]
    if rows:
        cursor.executemany("INSERT INTO views.site_notices VALUES (%s, %s)", rows)


def notices(log: EventLog) -> list[tuple[Any, ...]]:
    """All notices."""
    return list(log.recorder.select("SELECT id, heading FROM views.site_notices", ()))
