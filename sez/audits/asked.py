"""That this SEZ was audited is itself on record (S216-9.6, S216-12b)."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.audit import AuditContent, AuditRequest

KEPT: Final = 20
"""Most questions of one audit whose positions are kept; an older one is asked anew."""

KEPT_OBJECTS: Final = 200
"""Most objects of one audit whose positions are kept."""


@topic("audit-asked.1")
class AuditAsked(Event, frozen=True, kw_only=True):
    """The Registry began to obtain something; its signed request stands beside the event.

    The answers show the log as it stood at ``position``.
    """

    audit_id: UUID
    content: AuditContent
    ground: str
    ordered_by: str
    position: int
    request_sha256: str
    asked_at: datetime


@topic("object-audit-asked.1")
class ObjectAuditAsked(Event, frozen=True, kw_only=True):
    """The Registry began to obtain one object; its signed request stands beside the event."""

    audit_id: UUID
    object_id: UUID
    ground: str
    ordered_by: str
    position: int
    request_sha256: str
    asked_at: datetime


class AskedContent(msgspec.Struct, frozen=True, kw_only=True):
    """One content that was asked for, by whose order and on what ground, and as of where."""

    content: AuditContent
    ground: str
    ordered_by: str
    position: int


class KnownAudit(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit began to obtain: the newest ``KEPT`` contents, each with ground and orderer.

    ``objects`` are the newest of which each was asked, with the position of its answer.
    """

    asked: tuple[AskedContent, ...] = ()
    objects: tuple[tuple[UUID, int], ...] = ()

    def position_of(self, request: AuditRequest) -> int | None:
        """The position to which this content was bound when it was first asked for."""
        told = (request.content, request.ground, request.ordered_by)
        for one in self.asked:
            if (one.content, one.ground, one.ordered_by) == told:
                return one.position
        return None


def evolve(known: KnownAudit, event: Event) -> KnownAudit:
    """What is known of an audit after ``event``."""
    if isinstance(event, ObjectAuditAsked):
        kept = [one for one in known.objects if one[0] != event.object_id]
        newest = (*kept, (event.object_id, event.position))[-KEPT_OBJECTS:]
        return msgspec.structs.replace(known, objects=newest)
    if not isinstance(event, AuditAsked):
        return known
    asked = AskedContent(
        content=event.content,
        ground=event.ground,
        ordered_by=event.ordered_by,
        position=event.position,
    )
    told = (asked.content, asked.ground, asked.ordered_by)
    others = [one for one in known.asked if (one.content, one.ground, one.ordered_by) != told]
    return msgspec.structs.replace(known, asked=(*others, asked)[-KEPT:])


AUDIT: ObjectKind[KnownAudit] = ObjectKind("AUDIT", KnownAudit(), evolve, KnownAudit)
"""Audits of this SEZ, by their id."""
