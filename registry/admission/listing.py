"""All applications, as the heads of the log keep them."""

from collections.abc import Iterator
from uuid import UUID

import msgspec

from registry.admission.case import AdmissionCase, AdmissionState
from shared_contracts.errors import Absent
from shared_contracts.event_log.log import EventLog

_CASES = (
    "SELECT state FROM log.heads WHERE environment = %s AND sez_code = '' AND kind = 'ADMISSION'"
    " ORDER BY object_id LIMIT %s"
)
MOST = 10_000
"""Most applications that may be filed, and so most that are read."""


def cases(log: EventLog, environment: str) -> Iterator[AdmissionCase]:
    """The applications of an environment, by id."""
    for (state,) in log.recorder.select(_CASES, (environment, MOST)):
        case = msgspec.json.decode(state, type=AdmissionState)
        if isinstance(case, AdmissionCase):
            yield case


def unknown(admission_id: UUID) -> Absent:
    """That there is no application of this id, and where those that there are stand."""
    return Absent(f"no admission {admission_id}; `registry admission list` shows those there are")
