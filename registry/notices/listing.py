"""Notices as the heads of the log keep them."""

from collections.abc import Iterable, Iterator
from typing import LiteralString

import msgspec

from registry.notices.notice import NOTICE, UNDELIVERED, FormedNotice, State
from shared_contracts.event_log.log import EventLog, HeadKey

_NOTICES = (
    "SELECT object_id, state FROM log.heads WHERE environment = %s AND sez_code = %s "
    "AND kind = %s ORDER BY object_id DESC LIMIT %s"
)

_QUEUED = (
    "SELECT object_id, state FROM (SELECT object_id, state, convert_from(state, 'UTF8')::jsonb AS "
    "told FROM log.heads WHERE environment = %s AND sez_code = %s AND kind = %s) h "
    "WHERE told ->> 'status' = ANY(%s) OR told #> '{notice,works,begins_at}' IS NOT NULL "
    "ORDER BY object_id"
)


def queued(
    log: EventLog, environment: str, codes: Iterable[str]
) -> Iterator[tuple[HeadKey, FormedNotice]]:
    """The notices to each of these systems that are not delivered, and those of works.

    Whatever else was ever delivered stays where it is: a process begins by what waits.
    """
    statuses = [one.value for one in UNDELIVERED]
    for code in codes:
        asked = (environment, code, NOTICE.name, statuses)
        yield from _read(log, _QUEUED, environment, code, asked)


def notices(
    log: EventLog, environment: str, codes: Iterable[str], limit: int | None = None
) -> Iterator[tuple[HeadKey, FormedNotice]]:
    """The notices to each of these systems, latest first, at most ``limit`` for each."""
    for code in codes:
        asked = (environment, code, NOTICE.name, limit)
        yield from _read(log, _NOTICES, environment, code, asked)


def _read(
    log: EventLog, query: LiteralString, environment: str, code: str, asked: tuple[object, ...]
) -> Iterator[tuple[HeadKey, FormedNotice]]:
    for object_id, data in log.recorder.select(query, asked):
        state = msgspec.json.decode(data, type=State)
        if isinstance(state, FormedNotice):
            yield HeadKey(environment, code, NOTICE.name, object_id), state
