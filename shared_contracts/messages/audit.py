"""Scheme 6: the Registry audits a SEZ, and the SEZ answers page by page (S216-12, S216-A2.6)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared_contracts.messages.document import ObjectType, Operation, Part
from shared_contracts.messages.package import FormedBy
from shared_contracts.messages.system_message import SystemMessage, SystemQuestion


class AuditContent(StrEnum):
    """What an audit obtains (S216-9.5-7, S216-12c-d)."""

    CHECKSUMS = "CHECKSUMS"
    CHANGED_OBJECTS = "CHANGED_OBJECTS"
    EVENT_LOG = "EVENT_LOG"


class ChecksumDepth(StrEnum):
    """Where a tree of checksums is taken from (S216-9.7, S216-12a)."""

    TREE = "TREE"
    """The tree that is kept up to date with each event."""
    LIVE = "LIVE"
    """Calculated anew from the documents that are kept."""


class AskedNode(Part, frozen=True, kw_only=True):
    """A node that is asked for: its digits, none for the root, four for a bucket."""

    object_type: ObjectType
    prefix: str


class AuditRequest(SystemQuestion, frozen=True, kw_only=True):
    """A page of what an audit obtains, as the log of the SEZ stood at ``position``.

    The first request leaves the position to the SEZ, the following repeat what it answered.
    ``after_position`` and ``after_object`` are where the page before it ended. ``object_types``
    are all where none is named; ``since`` and ``until`` bound the moments at which it was recorded.
    With a ``depth`` checksums are not listed, but the ``asked_nodes`` of their trees are told.
    """

    audit_id: UUID
    content: AuditContent
    ground: str
    ordered_by: str
    object_types: tuple[ObjectType, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    position: int | None = None
    after_position: int | None = None
    after_object: UUID | None = None
    depth: ChecksumDepth | None = None
    asked_nodes: tuple[AskedNode, ...] = ()


class ObjectChecksum(Part, frozen=True, kw_only=True):
    """The newest signed version of an object, as it is listed and as it is kept.

    ``stored_hash`` is the SHA-256 of the signed bytes, read for this answer; absent where there
    are none. ``position`` is that of the event by which the version was signed.
    """

    object_type: ObjectType
    object_id: UUID
    version: int
    document_hash: str
    stored_hash: str | None = None
    formed_at: datetime
    position: int


class ChangedProperty(Part, frozen=True, kw_only=True):
    """A value that a version changed: what stood at the path before, and what stands there now.

    An absent value did not stand there. A long one is told by its SHA-256.
    """

    path: str
    old: str | None = None
    new: str | None = None


class ChangedObject(Part, frozen=True, kw_only=True):
    """A version of an object, signed within what was asked for, and what it changed (S216-12d).

    ``recorded_at`` is the moment at which the log of the SEZ has the signing.
    """

    object_type: ObjectType
    object_id: UUID
    version: int
    operation: Operation
    position: int
    formed_at: datetime
    formed_by: FormedBy
    document_hash: str
    previous_hash: str | None = None
    changes: tuple[ChangedProperty, ...] = ()
    more_changes: int = 0
    recorded_at: datetime | None = None


class LoggedEvent(Part, frozen=True, kw_only=True):
    """An entry of the log of events: what happened, to what, by whom, with what outcome (S216-9.6).

    ``leaf_hash`` is calculated from the event for this answer, ``chain_hash`` is the value that
    was recorded with it and seals every event up to it. ``previous_chain_hash`` is that of the
    position before, where an answer does not tell that entry.
    """

    position: int
    recorded_at: datetime
    action: str
    object_type: str | None = None
    object_id: UUID | None = None
    version: int | None = None
    actor: str | None = None
    address: str | None = None
    outcome: str | None = None
    leaf_hash: str
    chain_hash: str
    previous_chain_hash: str | None = None


class ChecksumNode(Part, frozen=True, kw_only=True):
    """A node of a tree of checksums (docs/checksums.md): 16 hashes; absent where it is empty.

    ``hash`` is as the node above has it, the root has none. The objects of a bucket stand among
    the checksums of the answer.
    """

    object_type: ObjectType
    prefix: str
    hash: str | None = None
    children: bytes | None = None


class AuditAnswer(SystemMessage, frozen=True, kw_only=True):
    """A page of what an audit obtains; it is whole where ``more`` is false.

    ``chain_hash`` seals the log at ``position``, whose event was recorded at ``as_of``. The next
    page begins after ``reached_position`` or ``reached_object``. ``nodes`` are the first of those
    asked for, as many as fit; none while a tree is still being calculated.
    """

    answered_at: datetime
    audit_id: UUID
    content: AuditContent
    position: int
    as_of: datetime
    chain_hash: str
    more: bool
    reached_position: int | None = None
    reached_object: UUID | None = None
    nodes: tuple[ChecksumNode, ...] = ()
    checksums: tuple[ObjectChecksum, ...] = ()
    changed_objects: tuple[ChangedObject, ...] = ()
    logged_events: tuple[LoggedEvent, ...] = ()
