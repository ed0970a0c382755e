"""What every kind keeps of an object on record, whatever else it keeps (S216-12a)."""

from typing import ClassVar
from uuid import UUID

from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.document import Operation


class RecordState(ObjectState, frozen=True, kw_only=True, omit_defaults=True):
    """An object on record: its last version, and what ``takes`` may still be done to it."""

    takes: ClassVar[frozenset[Operation]] = frozenset()
    registry_id: UUID
    version: int
    document_hash: str
