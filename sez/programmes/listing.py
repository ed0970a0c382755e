"""Programmes of this SEZ as the heads of the log keep them."""

from collections.abc import Sequence
from uuid import UUID

from sez.programmes.programme import SignedProgramme
from sez.records.owner import Owner
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.programme import PROGRAMME

SIGNED = str(SignedProgramme.__struct_config__.tag)
"""What the head of a programme in force says that it is."""

_SAME = """
SELECT object_id FROM (SELECT object_id, convert_from(state, 'UTF8')::jsonb AS told
  FROM log.heads WHERE environment = %s AND sez_code = %s AND kind = %s) h
WHERE told ->> 'status' = %s AND told ->> 'subsoil_user' = %s AND told ->> 'kind' = %s
  AND told ->> 'year_from' = %s AND told ->> 'year_to' = %s
ORDER BY object_id LIMIT 2"""
"""Two are enough: one of them is another than that which is asked about."""


def namesakes(log: EventLog, owner: Owner, same: Sequence[str]) -> list[UUID]:
    """The programmes in force of a user, a kind and two years, two at most."""
    whose = (owner.environment, owner.sez_code, PROGRAMME)
    rows = log.recorder.select(_SAME, (*whose, SIGNED, *same))
    return [object_id for (object_id,) in rows]
