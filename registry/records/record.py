"""A version of an object: delivered, and recorded (S216-12a)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID, uuid5

from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.faults import Breach, Refused
from shared_contracts.large_documents.apart import Apart
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.package import RecordHeader


class VersionRecorded(Event, frozen=True, kw_only=True):
    """A version of an object was recorded, from which message and when it came.

    Each kind of record has events of its own below this one.
    """

    registry_id: UUID
    sez_code: str
    message_id: UUID
    record: int
    header: RecordHeader
    received_at: datetime
    late: bool
    document: Amendable

    def state_fields(self) -> dict[str, Any]:
        """What the state after it keeps of every version."""
        return {
            "registry_id": self.registry_id,
            "version": self.header.version,
            "document_hash": self.header.document_hash,
            "conditions_version": self.document.act.conditions_version,
        }

    def dated_fields(self) -> dict[str, Any]:
        """The same with the moment at which the version was formed."""
        return self.state_fields() | {"formed_at": self.header.formed_at}


class ReferenceRecorded(Event, frozen=True, kw_only=True):
    """A version of another object, which refers to this one, was recorded (S216-9.2-4).

    ``object_id`` and ``registry_id`` are this object's; ``header`` and the message are those of the
    other's version. Each kind of record has events of its own below this one.
    """

    object_id: UUID
    registry_id: UUID
    sez_code: str
    message_id: UUID
    record: int
    header: RecordHeader
    received_at: datetime


class ReferenceFields(TypedDict):
    """What every event of an object tells of another's version that refers to it."""

    object_id: UUID
    registry_id: UUID
    sez_code: str
    message_id: UUID
    record: int
    header: RecordHeader
    received_at: datetime


class DeliveryFields(TypedDict):
    """What every event tells of the delivery that it records."""

    registry_id: UUID
    sez_code: str
    message_id: UUID
    record: int
    header: RecordHeader
    received_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """A version of an object, examined, as it asks to be recorded.

    ``recalled`` is what its kind looked up for the document. ``apart`` is what is kept of the
    numbered parts that the document lacks, ``apart_before`` the same of the version before it,
    where that came in the same package.
    """

    registry_id: UUID
    sez_code: str
    message_id: UUID
    record: int
    header: RecordHeader
    document: Amendable
    received_at: datetime
    late: bool
    recalled: object = None
    apart: Apart | None = None
    apart_before: Apart | None = None

    def fields(self) -> DeliveryFields:
        """What the event says beside the document."""
        return DeliveryFields(
            registry_id=self.registry_id,
            sez_code=self.sez_code,
            message_id=self.message_id,
            record=self.record,
            header=self.header,
            received_at=self.received_at,
            late=self.late,
        )

    def refused(self, status: str) -> Refused:
        """That an object of this status does not take the version (F-HDR-2)."""
        act, root = self.document.act, type(self.document).__name__
        named = {"status": status}
        path = f"/{root}/Act/Operation"
        return Refused(Breach("F-HDR-2", path, act.operation, named, self.record))

    def told_to(self, object_id: UUID, registry_id: UUID) -> ReferenceFields:
        """What an event of another object, which this version names, says of it."""
        return ReferenceFields(
            object_id=object_id,
            registry_id=registry_id,
            sez_code=self.sez_code,
            message_id=self.message_id,
            record=self.record,
            header=self.header,
            received_at=self.received_at,
        )


def item_id(registry_id: UUID, number: str) -> UUID:
    """The identifier of a numbered item: of the object's and the number, by UUID version 5."""
    return uuid5(registry_id, number)


def shown(recorded: Recorded) -> dict[str, object]:
    """A version as a history shows it, with where its evidence is; TypeError if it is none."""
    event = recorded.event
    if not isinstance(event, VersionRecorded | ReferenceRecorded):
        raise TypeError(f"{recorded.topic} in the stream of an object")
    evidence = f"/api/v1/messages/{event.sez_code}/{event.message_id}"
    return {
        "position": recorded.position,
        "recorded_at": recorded.recorded_at,
        "topic": recorded.topic,
        "leaf": recorded.leaf.hex(),
        "event": event,
        "document": f"{evidence}/documents/{event.record}",
        "package": f"{evidence}/package",
        "receipt": f"{evidence}/receipt",
    }


def until(history: list[Recorded], at: datetime | None) -> Iterator[Recorded]:
    """What of a history was recorded by ``at``, a moment with an offset."""
    return (recorded for recorded in history if at is None or recorded.recorded_at <= at)
