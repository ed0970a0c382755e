"""A version as it was delivered: what the log of the Registry says of it, and its bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from registry.audits.finding import Side
from registry.audits.listing import OnRecord
from registry.audits.object_comparing import DeliveredVersion
from registry.messages.message import NAMED
from registry.records.record import VersionRecorded
from shared_contracts.errors import Defect
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.messages.document import Environment


@dataclass(frozen=True, slots=True)
class DeliveredVersions:
    """Reads what was delivered; ``documents`` gives those in a package as it was received."""

    log: EventLog
    environment: Environment
    documents: Callable[[bytes], list[bytes]]

    def __call__(self, sez_code: str, row: OnRecord) -> DeliveredVersion:
        """A version of a SEZ on record; ``Defect`` where the log has no such version."""
        [recorded] = self.log.read(row.position - 1, 1)
        event = recorded.event
        if not isinstance(event, VersionRecorded):
            raise Defect(f"position {row.position} is no version: run `contracts audit`")
        by = event.header.formed_by
        side = Side(
            position=row.position,
            recorded_at=recorded.recorded_at,
            formed_at=event.header.formed_at,
            actor=by.name,
            action=recorded.topic,
            sha256=event.header.document_hash,
        )
        return DeliveredVersion(row.version, side, partial(self._document, sez_code, row))

    def _document(self, sez_code: str, row: OnRecord) -> bytes | None:
        """The bytes of the document within its package; None where it came beside it."""
        key = HeadKey(self.environment, sez_code, "MESSAGE", row.message_id)
        head = self.log.heads([key]).get(key)
        stream = () if head is None else self.log.stream(head.originator_id)
        package = proven_evidence(self.log, stream, "package", NAMED["package"])
        found = [] if package is None else self.documents(package)
        return found[row.record - 1] or None if row.record <= len(found) else None
