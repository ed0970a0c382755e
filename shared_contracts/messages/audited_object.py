"""What an audit obtains of one object that differs: entries, signed records (S216-12)."""

from datetime import datetime
from uuid import UUID

from shared_contracts.messages.audit import LoggedEvent
from shared_contracts.messages.document import ObjectType, Part
from shared_contracts.messages.package import FormedBy
from shared_contracts.messages.system_message import SystemMessage, SystemQuestion

AUDIT_OBJECT = "AuditObject"
"""The operation that asks for one object."""


class ObjectAuditRequest(SystemQuestion, frozen=True, kw_only=True):
    """A page of what a SEZ has of one object, as its log stood at ``position``.

    The first request leaves the position to the SEZ, the following repeat what it answered, and
    ``after_position`` is where the page before ended. The object is looked for among those of
    ``object_types``, or of all types where none is named.
    """

    audit_id: UUID
    ground: str
    ordered_by: str
    object_types: tuple[ObjectType, ...] = ()
    object_id: UUID
    position: int | None = None
    after_position: int | None = None


class SignedRecord(Part, frozen=True, kw_only=True):
    """A version that stands, in all the places where the SEZ has it.

    ``document_hash`` and ``formed_at`` are those of the event at ``position`` by which it was
    signed, ``listed_hash`` is that of the list of versions, absent where it is not listed.
    ``document`` are the bytes as they are kept; absent where there are none, or, if ``left_out``,
    where they are too large. ``as_recorded`` is the document as the event has it, in XML without
    signatures, where it says something else than the bytes. If ``packed``, both are zlib streams
    (``shared_contracts/messages/packed.py``).
    """

    version: int
    position: int
    formed_at: datetime
    formed_by: FormedBy
    document_hash: str
    listed_hash: str | None = None
    document: bytes | None = None
    left_out: bool = False
    as_recorded: bytes | None = None
    packed: bool = False


class ObjectAuditAnswer(SystemMessage, frozen=True, kw_only=True):
    """A page of an object: the entries of its log, and the versions that were signed by them.

    ``chain_hash`` seals the log at ``position``, whose event was recorded at ``as_of``.
    """

    answered_at: datetime
    audit_id: UUID
    object_id: UUID
    position: int
    as_of: datetime
    chain_hash: str
    more: bool
    reached_position: int | None = None
    logged_events: tuple[LoggedEvent, ...] = ()
    signed_records: tuple[SignedRecord, ...] = ()
