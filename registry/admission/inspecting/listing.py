"""All inspections, as the heads of the log keep them."""

from uuid import UUID

import msgspec

from registry.admission.inspecting.inspection import InspectionState, KnownInspection
from shared_contracts.event_log.log import EventLog

_INSPECTIONS = (
    "SELECT state FROM log.heads WHERE environment = %s AND sez_code = '' AND kind = 'INSPECTION'"
    " AND object_id > %s ORDER BY object_id LIMIT %s"
)
_INSPECTIONS_OF = (
    "SELECT originator_id FROM (SELECT object_id, originator_id, convert_from(state, 'UTF8')::jsonb"
    " ->> 'admission_id' AS admission FROM log.heads WHERE environment = %s AND sez_code = ''"
    " AND kind = 'INSPECTION') AS known WHERE admission = %s ORDER BY object_id"
)


def inspections(
    log: EventLog, environment: str, after: UUID | None, limit: int
) -> list[KnownInspection]:
    """The inspections of an environment, by id, ``after`` one, at most ``limit``."""
    rows = log.recorder.select(_INSPECTIONS, (environment, after or UUID(int=0), limit))
    states = (msgspec.json.decode(state, type=InspectionState) for (state,) in rows)
    return [one for one in states if isinstance(one, KnownInspection)]


def inspections_of(log: EventLog, environment: str, admission_id: UUID) -> list[UUID]:
    """The streams of the inspections of one application, in the order of their opening."""
    rows = log.recorder.select(_INSPECTIONS_OF, (environment, str(admission_id)))
    return [stream for (stream,) in rows]
