"""A version of an object: drafted, signed, taken back (S216-3, S216-18.3)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar, runtime_checkable
from uuid import UUID

from shared_contracts.event_log.event import Event
from shared_contracts.large_documents.apart import Apart
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.package import FormedBy

S = TypeVar("S")
D = TypeVar("D", bound=Amendable)


class RecordEvent(Event, frozen=True, kw_only=True):
    """Something happened to an object of a kind of record; all that can is below this event."""

    object_id: UUID


class VersionSigned(RecordEvent, frozen=True, kw_only=True):
    """A version was signed by all who must: from this moment the hour runs (S216-18.3).

    The signed bytes stand as evidence ``document`` beside the event.
    """

    version: int
    document_hash: str
    formed_at: datetime
    formed_by: FormedBy
    document: Amendable


@runtime_checkable
class KeptAsFile(Protocol):
    """The event of a version whose signed bytes lie among the files, too large for the log.

    Its document is without numbered parts; their listing, of that SHA-256, stands beside it as
    evidence ``items`` (decision 0056). The size is in bytes.
    """

    @property
    def items_sha256(self) -> str:
        """The SHA-256 of the listing."""

    @property
    def document_size(self) -> int:
        """The size of the signed bytes."""


class VersionTakenBack(RecordEvent, frozen=True, kw_only=True):
    """A refused version, and what followed it, was taken back, to be formed anew (S216-A2.1.8).

    The object is again what it was before; the bytes stay where they were.
    """

    version: int
    reason: str
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True)
class WithdrawVersion(Generic[S]):
    """Take back what the Registry refused, from ``version`` on; ``back_to`` is what was before."""

    object_id: UUID
    version: int
    reason: str
    back_to: S
    at: datetime


@dataclass(frozen=True, slots=True)
class Draft(Generic[D]):
    """Write a draft of a document down, or replace it."""

    object_id: UUID
    document: D
    at: datetime


@dataclass(frozen=True, slots=True)
class Publish:
    """Make a signed document the next version of its object.

    Of a large one ``apart`` is what is kept of its parts, which ``document`` lacks,
    ``numbers_before`` are those that the parts had in the version before, and ``size`` is that of
    its bytes, which lie among the files.
    """

    document: Amendable
    document_hash: str
    formed_at: datetime
    formed_by: FormedBy
    apart: Apart | None = None
    numbers_before: Collection[str] = ()
    size: int = 0
