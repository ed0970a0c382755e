"""What goes into an evidence package, as a system gathers it."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.declared import CANONICAL, declared
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.excerpt import weight
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proven_evidence import EvidenceDiffers

MOST_EVENTS = 5_000
"""Most events of one package."""
MOST_STATE_BYTES = 128 * 1024 * 1024
"""Most bytes of the states of one stream, which are in memory at once."""


@dataclass(frozen=True, slots=True)
class TellingObject:
    """Of which object the package is; ``registry_id`` is None where the system knows none."""

    type: str
    object_id: UUID
    sez_code: str
    registry_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenVersion:
    """A version: at which position it was recorded, in which message, and on what verdict.

    ``document`` gives the signed bytes, or the file that has them. ``message`` is the position of
    the event beside which the package stands, ``record`` the number of the record in it,
    ``receipt`` the position of the event beside which the receipt stands.
    """

    version: int
    document_hash: str
    position: int
    document: Callable[[], bytes] | Path | None
    record: int | None = None
    message: int | None = None
    receipt: int | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that a version names."""

    sha256: str
    size: int
    name: str
    path: Path | None


@dataclass(frozen=True, slots=True)
class ObjectEvidence:
    """Everything that a system has of an object: events in any order, its versions, its files."""

    about: TellingObject
    events: tuple[Recorded, ...]
    versions: tuple[ProvenVersion, ...]
    files: tuple[NamedFile, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """Evidence beside an event: its name, its SHA-256, by which field the event names it."""

    name: str
    sha256: str
    named_by: str
    recorded: Recorded

    def body(self, log: EventLog) -> bytes:
        """The bytes; ``EvidenceDiffers`` if they are not those of the hash."""
        at = self.recorded
        found = log.evidence(at.originator_id, at.version, self.name)
        if found is None or hashlib.sha256(found).hexdigest() != self.sha256:
            raise EvidenceDiffers(
                f"{self.name}: what is kept beside position {at.position} is not what its event "
                f"names ({self.sha256}); run `contracts audit` and restore it from a backup"
            )
        return found


def beside(log: EventLog, recorded: Recorded) -> Iterator[Beside]:
    """The evidence that belongs beside an event and is there."""
    state: dict[str, Any] = msgspec.json.decode(recorded.state)
    for name, named_by in declared().beside.get(recorded.topic, {}).items():
        kept = log.evidence_sha256(recorded.originator_id, recorded.version, name)
        if kept is None and recorded.topic in declared().repeated_by:
            continue  # beside the first of those that repeat each other
        named = None if named_by.startswith(CANONICAL) else state.get(named_by)
        if kept is not None or named is not None:
            yield Beside(name, named or kept or "", named_by, recorded)


def bounded_stream(log: EventLog, originator_id: UUID) -> list[Recorded]:
    """The events of one originator; ``RefusedByRule`` if there are more than a package holds."""
    count, size = weight(log, originator_id)
    if count > MOST_EVENTS or size > MOST_STATE_BYTES:
        raise RefusedByRule(
            f"evidence of this object is {count} events of {size} bytes, more than the "
            f"{MOST_EVENTS} events or {MOST_STATE_BYTES} bytes of one package"
        )
    return log.stream(originator_id)
