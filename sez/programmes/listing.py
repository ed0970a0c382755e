"""Programmes of this SEZ as the heads of the log keep them."""

from uuid import UUID

from sez.programmes.programme import ProgrammeChangeSigned, ProgrammeSigned, SignedProgramme
from sez.records.owner import Owner
from sez.records.places import KEPT_BY, place_of
from shared_contracts.event_log.event import topics
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.programme import PROGRAMME, Programme

SIGNED = str(SignedProgramme.__struct_config__.tag)
"""What the head of a programme in force says that it is."""

SAME = """
WITH known AS (SELECT object_id FROM views.places WHERE place = %s
  UNION SELECT (convert_from(e.state, 'UTF8')::jsonb ->> 'object_id')::uuid FROM log.events e
  WHERE e.position > coalesce((SELECT min(position) FROM views.tracking WHERE name = %s), 0)
    AND e.topic = ANY(%s))
SELECT h.object_id FROM known k CROSS JOIN LATERAL (SELECT object_id,
    convert_from(state, 'UTF8')::jsonb AS told FROM log.heads
  WHERE environment = %s AND sez_code = %s AND kind = %s AND object_id = k.object_id OFFSET 0) h
WHERE told ->> 'status' = %s AND told ->> 'subsoil_user' = %s AND told ->> 'kind' = %s
  AND told ->> 'year_from' = %s AND told ->> 'year_to' = %s
ORDER BY object_id LIMIT 2"""
"""Two are enough: one of them is another than that which is asked about.

Only the heads of those are read that the listing has in the same place, and of those about which
something is recorded that the listing does not have yet.
"""


def namesakes(log: EventLog, owner: Owner, programme: Programme) -> list[UUID]:
    """The programmes in force of the user, kind and years of a programme, two at most."""
    rows = log.recorder.select(SAME, asked(owner, programme))
    return [object_id for (object_id,) in rows]


def asked(owner: Owner, programme: Programme) -> tuple[object, ...]:
    """The values of ``SAME``."""
    whose = (owner.environment, owner.sez_code, PROGRAMME)
    stating = ProgrammeSigned | ProgrammeChangeSigned
    named = [name for name, kind in topics().items() if issubclass(kind, stating)]
    same = kind_of(programme).sameness(programme)
    return (place_of(programme), KEPT_BY, named, *whose, SIGNED, *same)
