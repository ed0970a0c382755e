"""Which numbers of a system's sequence were answered, and which never came (wire.md 9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Cursor

from registry.messages.message import PackageAccepted, PackageRefused, SequenceVoided
from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.views import make_views

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.numbers (
  sez_code text NOT NULL,
  number bigint NOT NULL,
  arrived_at timestamptz NOT NULL,
  PRIMARY KEY (sez_code, number))
"""
APART = frozenset({"I-06", "I-08", "I-09", "I-13"})
"""Rules by which a message is refused apart: it uses no number up."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Numbers of a sequence, first to last, that did not come; the next one after them did."""

    first: int
    last: int
    next_arrived_at: datetime


def prepare(log: EventLog) -> None:
    """Make the view, if it is not there."""
    make_views(log, SCHEMA)


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Note the numbers which these events used up."""
    rows = [
        (event.sez_code, event.sequence, event.received_at)
        for event in (recorded.event for recorded in events)
        if isinstance(event, PackageAccepted | PackageRefused | SequenceVoided) and uses(event)
    ]
    if rows:
        cursor.executemany(
            "INSERT INTO views.numbers VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", rows
        )


def uses(event: Event) -> bool:
    """Whether a message that was answered by this event used its number up."""
    return not isinstance(event, PackageRefused) or APART.isdisjoint(event.rules)


def missing(log: EventLog, sez_code: str, before: datetime) -> list[Missing]:
    """Numbers that had not come although a later one came before that moment; at most 1,000."""
    query = (
        "SELECT previous + 1, number - 1, arrived_at FROM (SELECT number, arrived_at, "
        "lag(number, 1, 0::bigint) OVER (ORDER BY number) AS previous FROM views.numbers "
        "WHERE sez_code = %s) AS one WHERE number > previous + 1 AND arrived_at < %s "
        "ORDER BY 1 LIMIT 1000"
    )
    return [Missing(*row) for row in log.recorder.select(query, (sez_code, before))]
