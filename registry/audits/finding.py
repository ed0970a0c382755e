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
    LOG_INCOMPLETE = "LOG_INCOMPLETE"
    """Entries of the log are missing between two positions, or stand in another order."""


class AuditFinding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One difference: of which object, version or node, or at which position of the log."""

    kind: Differs
    object_type: str | None = None
    prefix: str | None = None
    object_id: UUID | None = None
    version: int | None = None
    position: int | None = None
    expected: str | None = None
    found: str | None = None


class RecordedObject(msgspec.Struct, frozen=True, kw_only=True):
    """An object on record as far as audits compare it: its versions by number."""

    object_type: str
    object_id: UUID
    versions: dict[int, tuple[str, datetime]]

    @property
    def newest(self) -> int:
        """The number of its newest version."""
        return max(self.versions)
