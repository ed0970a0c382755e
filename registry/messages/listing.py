"""Which numbers of a system's sequence were answered, and which never came (wire.md 9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Cursor

from registry.messages.message import (
    PackageAccepted,
    PackageRefused,
    PackageSubmitted,
    SequenceVoided,
)
from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.event_log.following.views import make_views
from shared_contracts.event_log.log import EventLog

SCHEMA = """
CREATE TABLE IF NOT EXISTS views.numbers (
  sez_code text NOT NULL,
  number bigint NOT NULL,
  arrived_at timestamptz NOT NULL,
  PRIMARY KEY (sez_code, number));
CREATE TABLE IF NOT EXISTS views.gaps (
  sez_code text NOT NULL,
  number bigint NOT NULL,
  first bigint NOT NULL,
  arrived_at timestamptz NOT NULL,
  PRIMARY KEY (sez_code, number))
"""
_FILL = """
INSERT INTO views.gaps SELECT sez_code, number, previous + 1, arrived_at FROM (
  SELECT *, lag(number, 1, 0::bigint) OVER (PARTITION BY sez_code ORDER BY number) AS previous
  FROM views.numbers) AS one WHERE number > previous + 1"""
_CAME = "INSERT INTO views.numbers VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_OPENED = """
INSERT INTO views.gaps SELECT sez_code, number, previous + 1, arrived_at FROM (
  SELECT n.*, coalesce((SELECT max(number) FROM views.numbers b
    WHERE b.sez_code = n.sez_code AND b.number < n.number), 0) AS previous
  FROM views.numbers n WHERE n.sez_code = %s AND n.number = %s) AS one
WHERE number > previous + 1 ON CONFLICT DO NOTHING"""
_CLOSED = "DELETE FROM views.gaps WHERE sez_code = %s AND number = %s + 1"
_SHORTENED = """
UPDATE views.gaps g SET first = came.number + 1
FROM (SELECT %s AS sez_code, %s::bigint AS number) AS came
WHERE g.sez_code = came.sez_code AND g.first <= came.number AND g.number =
  (SELECT min(number) FROM views.numbers a
   WHERE a.sez_code = came.sez_code AND a.number > came.number)"""
ENDED = PackageAccepted | PackageRefused | SequenceVoided
"""Verdicts, which use a number up; so does a package that waits for its own."""

APART = frozenset({"I-06", "I-08", "I-09", "I-13"})
"""Rules by which a message is refused apart: it uses no number up."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Numbers of a sequence, first to last, that did not come; the next one after them did."""

    first: int
    last: int
    next_arrived_at: datetime


def prepare(log: EventLog) -> None:
    """Make the views, if they are not there; gaps are found among the numbers once."""
    [(there,)] = log.recorder.select("SELECT to_regclass('views.gaps') IS NOT NULL", ())
    make_views(log, SCHEMA if there else f"{SCHEMA};{_FILL}")


def apply(cursor: Cursor[Any], events: Sequence[Recorded]) -> None:
    """Note the numbers which these events used up."""
    rows = [
        (event.sez_code, event.sequence, event.received_at)
        for event in (recorded.event for recorded in events)
        if isinstance(event, ENDED | PackageSubmitted) and uses(event)
    ]
    if rows:
        numbers = [row[:2] for row in rows]
        cursor.executemany(_CAME, rows)
        for statement in (_OPENED, _CLOSED, _SHORTENED):
            cursor.executemany(statement, numbers)


def uses(event: Event) -> bool:
    """Whether a message that was answered by this event used its number up."""
    return not isinstance(event, PackageRefused) or APART.isdisjoint(event.rules)


def missing_count(log: EventLog, sez_code: str, before: datetime) -> int:
    """How many such numbers there are in all."""
    query = (
        "SELECT coalesce(sum(number - first), 0)::bigint FROM views.gaps "
        "WHERE sez_code = %s AND arrived_at < %s"
    )
    [(count,)] = log.recorder.select(query, (sez_code, before))
    return int(count)


def missing(log: EventLog, sez_code: str, before: datetime) -> list[Missing]:
    """Numbers that had not come although a later one came before that moment; at most 1,000."""
    query = (
        "SELECT first, number - 1, arrived_at FROM views.gaps "
        "WHERE sez_code = %s AND arrived_at < %s ORDER BY number LIMIT 1000"
    )
    return [Missing(*row) for row in log.recorder.select(query, (sez_code, before))]
