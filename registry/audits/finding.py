"""What the comparison of a page of an audit with the record found."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Differs(StrEnum):
    """How what a SEZ has differs from what is on record."""

    MISSING_IN_REGISTRY = "MISSING_IN_REGISTRY"
    """The SEZ has the object or the version for more than an hour, the Registry has not."""
    MISSING_IN_SEZ = "MISSING_IN_SEZ"
    """The Registry has the object, the SEZ does not list it."""
    OTHER_VERSION = "OTHER_VERSION"
    """The newest version of the SEZ is not the newest of the Registry."""
    OTHER_CONTENT = "OTHER_CONTENT"
    """The same version has another document."""
    STORED_OTHERWISE = "STORED_OTHERWISE"
    """The SEZ keeps other bytes than it lists, or none."""
    TREE_BROKEN = "TREE_BROKEN"
    """A node of the SEZ's tree of checksums is not what stands under it."""
    CHAIN_BROKEN = "CHAIN_BROKEN"
    """An entry of the log is not sealed by the chain as the one before says."""
    OTHER_PROPERTY = "OTHER_PROPERTY"
    """A property of a version has another value; the path says which."""
    FORMED_OTHERWISE = "FORMED_OTHERWISE"
    """By the log of the SEZ a version was formed at another moment than it was delivered with."""
    LOG_REWRITTEN = "LOG_REWRITTEN"
    """The log does not begin with what the Registry had proven of it before."""
    LOG_SHORTER = "LOG_SHORTER"
    """The log has fewer events than the Registry had proven before: an older copy was restored."""
    LOG_UNPROVEN = "LOG_UNPROVEN"
    """The SEZ gave no proof that its log begins with what the Registry knows of it."""
    LOG_BACKDATED = "LOG_BACKDATED"
    """Its newest checkpoint is older than the one that the Registry had seen before."""
    LOG_INCOMPLETE = "LOG_INCOMPLETE"
    """Entries of the log are missing between two positions, or stand in another order."""


class Where(StrEnum):
    """In which place of the SEZ it is otherwise."""

    DOCUMENT = "DOCUMENT"
    """In the signed bytes as they are kept."""
    EVENT = "EVENT"
    """In the event of the log."""
    LIST = "LIST"
    """In the list of versions."""


class AuditFinding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One difference: of which object, version or node, or at which position of the log.

    ``expected`` is what the Registry has, ``found`` what the SEZ has; of a long value the SHA-256.
    ``not_compared`` is why the properties of a document could not be compared: one of both sides'
    bytes cannot be read.
    """

    kind: Differs
    object_type: str | None = None
    prefix: str | None = None
    object_id: UUID | None = None
    version: int | None = None
    position: int | None = None
    expected: str | None = None
    found: str | None = None
    path: str | None = None
    where: Where | None = None
    not_compared: str | None = None


class Side(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one side's log says of a version: when, by whom, and which document.

    ``recorded_at`` is when the side wrote it down, ``formed_at`` when it was formed, by that side.
    """

    position: int
    recorded_at: datetime
    formed_at: datetime
    actor: str
    action: str | None = None
    address: str | None = None
    outcome: str | None = None
    sha256: str | None = None


class ExaminedVersion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A version that differs, as each side's log tells of it."""

    version: int
    registry: Side | None = None
    sez: Side | None = None


class AnswerMoments(msgspec.Struct, frozen=True):
    """As of which moment a SEZ says that it answers, and when its audit was ordered.

    The first is what the SEZ says of itself; what came before the second it had (reading R109).
    """

    as_of: datetime
    ordered_at: datetime

    @property
    def newest(self) -> datetime:
        """The later of both: the answer was given after the order."""
        return max(self.as_of, self.ordered_at)

    def has(self, formed_at: datetime, came_at: datetime) -> bool:
        """Whether the SEZ must tell of what was formed and came to the Registry then."""
        return formed_at <= self.as_of or came_at <= self.ordered_at


class RecordedObject(msgspec.Struct, frozen=True, kw_only=True):
    """An object on record as far as audits compare it: its versions by number.

    Of each the SHA-256, when it was formed, and when it came to the Registry.
    """

    object_type: str
    object_id: UUID
    versions: dict[int, tuple[str, datetime, datetime]]

    @property
    def newest(self) -> int:
        """The number of its newest version."""
        return max(self.versions)
