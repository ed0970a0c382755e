"""Evidence that is what a chained event says it is: only such bytes are served or acted upon."""

import hashlib
from collections.abc import Callable, Iterable

import structlog

from shared_contracts.errors import Defect
from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.event_log.log import EventLog

log = structlog.get_logger(__name__)

Named = Callable[[Event], str | None]
"""Gives the SHA-256 by which an event names its evidence, lower hex, or None."""


Digest = Callable[[bytes], str]
"""Gives the hash of bytes as the event that names them calculated it, lower hex."""


class EvidenceDiffers(Defect):
    """The bytes kept beside an event are not those that the event names."""


def bytes_sha256(body: bytes) -> str:
    """SHA-256 of the bytes."""
    return hashlib.sha256(body).hexdigest()


def proven_evidence(
    store: EventLog,
    stream: Iterable[Recorded],
    name: str,
    named: Named,
    digest: Digest = bytes_sha256,
) -> bytes | None:
    """The evidence ``name`` of the first event that names it by its hash, or None.

    What stands beside any other event is not looked at. Raises EvidenceDiffers, after a line in
    the journal, if the bytes are missing or others.
    """
    for recorded in stream:
        sha256 = named(recorded.event)
        if sha256 is not None:
            return _compared(store, recorded, name, (sha256, digest))
    return None


def _compared(
    store: EventLog, recorded: Recorded, name: str, promised: tuple[str, Digest]
) -> bytes:
    sha256, digest = promised
    body = store.evidence(recorded.originator_id, recorded.version, name)
    kept = "missing" if body is None else digest(body)
    if body is not None and kept == sha256:
        return body
    log.error("evidence differs", position=recorded.position, name=name, named=sha256, kept=kept)
    raise EvidenceDiffers(
        f"{name}: what is kept beside position {recorded.position} differs from what is recorded: "
        f"the event names SHA-256 {sha256}; run `contracts audit` and restore it from a backup"
    )
