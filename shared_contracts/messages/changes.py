"""Scheme 2: what a SEZ has and the Registry lacks, and what changed in classifiers (S216-A2.2)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared_contracts.messages.document import ObjectType, Part
from shared_contracts.messages.system_message import SystemMessage, SystemQuestion

SUPPLY = "SupplyData"
"""The operation by which the records that a supplement request names are sent anew."""


class HeldObject(Part, frozen=True, kw_only=True):
    """The newest version of an object for which the SEZ has a receipt, and its document's hash."""

    object_type: ObjectType
    object_id: UUID
    version: int
    document_hash: str


class HeldEdition(Part, frozen=True, kw_only=True):
    """The edition of a classifier by which the SEZ works, supplements included."""

    classifier: str
    name: str
    sha256: str


class ChangesRequest(SystemQuestion, frozen=True, kw_only=True):
    """What the SEZ has: objects and editions, as far as this question speaks of them."""

    objects: tuple[HeldObject, ...] = ()
    editions: tuple[HeldEdition, ...] = ()


class ChangesResult(StrEnum):
    """Whether anything has to be added, on either side."""

    NOT_REQUIRED = "NOT_REQUIRED"
    SUPPLEMENT_REQUIRED = "SUPPLEMENT_REQUIRED"


class DifferenceKind(StrEnum):
    """How the Registry's object differs from the one that the SEZ has."""

    MISSING = "MISSING"
    """The Registry has no version of it."""

    BEHIND = "BEHIND"
    """The Registry's last version comes before that of the SEZ."""

    AHEAD = "AHEAD"
    """The Registry's last version comes after that of the SEZ."""

    CONTENT = "CONTENT"
    """The last versions are the same in number, and their documents are not."""


class ObjectDifference(Part, frozen=True, kw_only=True):
    """An object that differs: which versions the Registry asks for, and what it has.

    Versions are asked for where the object is MISSING or BEHIND, both bounds included.
    """

    object_type: ObjectType
    object_id: UUID
    difference: DifferenceKind
    wanted_from: int | None = None
    wanted_to: int | None = None
    registry_id: UUID | None = None
    registry_version: int | None = None
    registry_hash: str | None = None


class ChangedValue(Part, frozen=True, kw_only=True):
    """A field of a code that changed, by its name, and what it says now; nothing if it is empty."""

    name: str
    value: str | None = None


class ChangedCode(Part, frozen=True, kw_only=True):
    """A code that was ADDED, CHANGED or CLOSED since the edition of the SEZ."""

    code: str
    change: str
    values: tuple[ChangedValue, ...] = ()


class EditionDifference(Part, frozen=True, kw_only=True):
    """A classifier of which the Registry has another edition in force, and what changed in it.

    ``since_edition`` is the edition of the SEZ, absent where the Registry does not have it: then
    nothing can be compared, and the whole edition is to be taken by scheme 3. So it is where
    ``more_codes`` counts changes that are not listed.
    """

    classifier: str
    edition: str
    effective_from: date
    sha256: str
    since_edition: str | None = None
    codes: tuple[ChangedCode, ...] = ()
    more_codes: int = 0


class ChangesAnswer(SystemMessage, frozen=True, kw_only=True):
    """Nothing need be added, or what must be."""

    answered_at: datetime
    result: ChangesResult
    object_differences: tuple[ObjectDifference, ...] = ()
    edition_differences: tuple[EditionDifference, ...] = ()
