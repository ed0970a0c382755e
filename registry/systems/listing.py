"""All entries of the register, as the heads of the log keep them."""

import msgspec

from registry.systems.system import RegisteredSystem, State, StoppedSystem, Unregistered
from shared_contracts.event_log.log import EventLog

_ENTRIES = """
WITH RECURSIVE codes AS (
  (SELECT sez_code FROM log.heads WHERE environment = %(environment)s ORDER BY sez_code LIMIT 1)
  UNION ALL
  SELECT (SELECT sez_code FROM log.heads h WHERE h.environment = %(environment)s
      AND h.sez_code > c.sez_code ORDER BY h.sez_code LIMIT 1)
  FROM codes c WHERE c.sez_code IS NOT NULL)
SELECT h.state FROM codes c CROSS JOIN LATERAL (SELECT state FROM log.heads
  WHERE environment = %(environment)s AND sez_code = c.sez_code AND kind = 'SYSTEM' OFFSET 0) h"""
"""From one code to the next by the index: the heads of all other objects are passed over."""


def entries(log: EventLog, environment: str) -> dict[str, RegisteredSystem | StoppedSystem]:
    """The systems of an environment, by code."""
    with log.recorder.transaction() as cursor:
        rows = cursor.execute(_ENTRIES, {"environment": environment}).fetchall()
    states = (msgspec.json.decode(row[0], type=State) for row in rows)
    return {one.entry.code: one for one in states if not isinstance(one, Unregistered)}
