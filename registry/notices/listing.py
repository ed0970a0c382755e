"""Notices as the heads of the log keep them."""

from collections.abc import Iterable, Iterator

import msgspec

from registry.notices.notice import NOTICE, FormedNotice, State
from shared_contracts.event_log.log import EventLog, HeadKey

_NOTICES = (
    "SELECT object_id, state FROM log.heads WHERE environment = %s AND sez_code = %s "
    "AND kind = %s ORDER BY object_id DESC LIMIT %s"
)


def notices(
    log: EventLog, environment: str, codes: Iterable[str], limit: int | None = None
) -> Iterator[tuple[HeadKey, FormedNotice]]:
    """The notices to each of these systems, latest first, at most ``limit`` for each."""
    for code in codes:
        asked = (environment, code, NOTICE.name, limit)
        for object_id, data in log.recorder.select(_NOTICES, asked):
            state = msgspec.json.decode(data, type=State)
            if isinstance(state, FormedNotice):
                yield HeadKey(environment, code, NOTICE.name, object_id), state
