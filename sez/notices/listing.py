"""Notices as the heads of the log keep them."""

from collections.abc import Iterator

import msgspec

from sez.notices.notice import NOTICE, ReceivedNotice, State
from sez.records.owner import Owner
from shared_contracts.event_log.log import EventLog

_NOTICES = (
    "SELECT state FROM log.heads WHERE environment = %s AND sez_code = %s AND kind = %s "
    "ORDER BY position DESC LIMIT %s"
)


def notices(log: EventLog, owner: Owner, limit: int | None = None) -> Iterator[ReceivedNotice]:
    """The notices that came, latest first, at most ``limit``."""
    asked = (owner.environment, owner.sez_code, NOTICE.name, limit)
    for (data,) in log.recorder.select(_NOTICES, asked):
        state = msgspec.json.decode(data, type=State)
        if isinstance(state, ReceivedNotice):
            yield state
