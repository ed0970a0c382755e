"""All announced keys, as the heads of the log keep them."""

from collections.abc import Iterator

import msgspec

from registry.encryption.system_keys import AnnouncedKeys, KeysState
from shared_contracts.event_log.log import EventLog

_KEYS = "SELECT sez_code, state FROM log.heads WHERE environment = %s AND kind = 'ENCRYPTION'"


def announced(log: EventLog, environment: str) -> Iterator[tuple[str, AnnouncedKeys]]:
    """The keys of all systems of an environment, by code."""
    for code, state in log.recorder.select(_KEYS, (environment,)):
        keys = msgspec.json.decode(state, type=KeysState)
        if isinstance(keys, AnnouncedKeys):
            yield code, keys
