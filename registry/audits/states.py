"""What an audit of a SEZ is meanwhile, and how it was ordered."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias
from uuid import UUID

import msgspec

from registry.audits.finding import AuditFinding
from shared_contracts.event_log.proofs.extension import Extension
from shared_contracts.event_log.proofs.watched_log import SeenCheckpoint
from shared_contracts.messages.audit import AuditContent, ChecksumDepth
from shared_contracts.messages.document import Environment

EXAMINED = 200
"""Most objects of one audit that are examined; the SEZ keeps the position of as many."""

EXAMINED_PAGES = 400
"""Most pages about objects that one audit obtains, each of ``MESSAGE_BYTES`` at most."""

DifferingObject: TypeAlias = tuple[str | None, UUID]
"""Type of an object, where it is known, and its id."""


class AuditOutcome(StrEnum):
    """How an audit ended."""

    MATCHES = "MATCHES"
    DIFFERS = "DIFFERS"
    ENDED_BY_PERSON = "ENDED_BY_PERSON"


class AuditOrder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is audited, by whose order and on what ground; the scope is all where none is named."""

    audit_id: UUID
    environment: Environment
    sez_code: str
    contents: tuple[AuditContent, ...]
    object_types: tuple[str, ...] = ()
    depth: ChecksumDepth | None = None
    since: datetime | None = None
    until: datetime | None = None
    ground: str
    ordered_by: str
    authority_bin: str


class LogCompared(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The log of the SEZ against what the Registry remembers of it (reading R129).

    ``known`` is the greatest log that was proven before, none where it was seen first; ``told`` is
    what the SEZ's newest checkpoint says, proven at ``proven_at`` where it ``EXTENDS`` the known.
    ``problem`` is why there is no answer to compare.
    """

    why: Extension
    known: SeenCheckpoint | None = None
    told: SeenCheckpoint | None = None
    proven_at: datetime | None = None
    problem: str | None = None


class NoAudit(msgspec.Struct, frozen=True, tag="UNKNOWN", tag_field="status"):
    """There is no such audit."""

    status: ClassVar[str] = "UNKNOWN"


class PageReached(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far one content was obtained, and as of which position of the log of the SEZ.

    ``to_ask`` are the nodes of trees that are still to be asked for: type, stroke, prefix.
    ``edge`` are the roots of the perfect subtrees over the leaves of a whole log up to there.
    ``without`` counts the pages in a row that told none of them.
    """

    content: AuditContent
    pages: int
    position: int
    as_of: datetime
    reached_position: int | None = None
    reached_object: UUID | None = None
    reached_chain: str | None = None
    to_ask: tuple[str, ...] = ()
    edge: tuple[str, ...] = ()
    without: int = 0
    more: bool


class ObjectReached(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far an object that differs was examined; ``versions`` are those seen up to there."""

    pages: int
    position: int
    reached_position: int | None = None
    versions: tuple[int, ...] = ()


class AuditState(msgspec.Struct, frozen=True, kw_only=True, tag_field="status"):
    """What an audit obtained and found up to now.

    ``octets`` are the bytes of requests and answers since it was ordered, or resumed at
    ``resumed_at``: both bound it.
    """

    status: ClassVar[str] = ""
    order: AuditOrder
    ordered_at: datetime
    obtained: tuple[PageReached, ...] = ()
    entries: int = 0
    under_way: int = 0
    findings: tuple[AuditFinding, ...] = ()
    more_findings: int = 0
    examined: int = 0
    examined_pages: int = 0
    examining: ObjectReached | None = None
    log: LogCompared | msgspec.UnsetType = msgspec.UNSET
    octets: int | msgspec.UnsetType = msgspec.UNSET
    resumed_at: datetime | msgspec.UnsetType = msgspec.UNSET

    @property
    def differing(self) -> tuple[DifferingObject, ...]:
        """The objects that differ, in the order in which they were found; ``EXAMINED`` at most."""
        known: dict[UUID, str | None] = {}
        for one in self.findings:
            if one.object_id is not None:
                known[one.object_id] = known.get(one.object_id) or one.object_type
        return tuple((kind, object_id) for object_id, kind in known.items())[:EXAMINED]

    @property
    def found(self) -> int:
        """How many differences were found."""
        return len(self.findings) + self.more_findings


class RunningAudit(AuditState, frozen=True, kw_only=True, tag="RUNNING"):
    """Pages are asked for; after attempts that failed, at the moment of the next."""

    status: ClassVar[str] = "RUNNING"
    attempts: int = 0
    problem: str | None = None
    next_attempt_at: datetime | None = None

    @property
    def place(self) -> tuple[AuditContent, PageReached | None]:
        """Which content is obtained next, and how far it is; all of them were, if none is left."""
        last = self.obtained[-1] if self.obtained else None
        if last is not None and last.more:
            return last.content, last
        return self.order.contents[len(self.obtained)], None

    @property
    def is_obtained(self) -> bool:
        """Whether all contents were obtained."""
        whole = len(self.obtained) == len(self.order.contents)
        return whole and not self.obtained[-1].more

    @property
    def next_object(self) -> DifferingObject | None:
        """The object that is examined next, by type and id; None while contents are obtained.

        None too once ``EXAMINED_PAGES`` were obtained of objects.
        """
        full = self.examined_pages >= EXAMINED_PAGES
        left = self.differing[self.examined :] if self.is_obtained and not full else ()
        return left[0] if left else None

    @property
    def is_whole(self) -> bool:
        """Whether all contents were obtained, and what differs was examined as far as it is."""
        return self.is_obtained and self.next_object is None


class WaitingAudit(AuditState, frozen=True, kw_only=True, tag="WAITS_FOR_PERSON"):
    """The SEZ gave no answer, or none to be believed: a person lets it go on, or ends it."""

    status: ClassVar[str] = "WAITS_FOR_PERSON"
    problem: str


class EndedAudit(AuditState, frozen=True, kw_only=True, tag="ENDED"):
    """It is over."""

    status: ClassVar[str] = "ENDED"
    outcome: AuditOutcome
    reason: str = ""
    ended_at: datetime


State: TypeAlias = NoAudit | RunningAudit | WaitingAudit | EndedAudit
