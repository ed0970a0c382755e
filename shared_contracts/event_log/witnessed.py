"""Evidence that is what a chained event says it is: only such bytes are served or acted upon."""

import hashlib
from collections.abc import Callable, Iterable

import structlog

from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.event_log.log import EventLog

log = structlog.get_logger(__name__)

Named = Callable[[Event], str | None]
"""Gives the SHA-256 by which an event names its evidence, lower hex, or None."""


class EvidenceDiffers(Exception):
    """The bytes kept beside an event are not those that the event names."""


def witnessed(store: EventLog, stream: Iterable[Recorded], name: str, named: Named) -> bytes | None:
    """The evidence ``name`` of the first event that names it by its hash, or None.

    What stands beside any other event is not looked at. Raises EvidenceDiffers, after a line in
    the journal, if the bytes are missing or others.
    """
    for recorded in stream:
        sha256 = named(recorded.event)
        if sha256 is not None:
            return _compared(store, recorded, name, sha256)
    return None


def _compared(store: EventLog, recorded: Recorded, name: str, sha256: str) -> bytes:
    body = store.evidence(recorded.originator_id, recorded.version, name)
    if body is not None and hashlib.sha256(body).hexdigest() == sha256:
        return body
    kept = "missing" if body is None else hashlib.sha256(body).hexdigest()
    log.error("evidence differs", position=recorded.position, name=name, named=sha256, kept=kept)
    raise EvidenceDiffers(
        f"{name}: what is kept beside position {recorded.position} differs from what is recorded: "
        f"the event names SHA-256 {sha256}; run `contracts audit` and restore it from a backup"
    )
