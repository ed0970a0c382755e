"""Scheme 8: a change of a programme is asked for, and what the Registry needs of it (S216-A2.8)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared_contracts.messages.document import Part
from shared_contracts.messages.receipt import Finding
from shared_contracts.messages.system_message import SystemMessage, SystemQuestion

REQUEST = "RequestProgrammeChange"
"""The operation by which the Registry is asked before a changed programme is sent."""

SUPPLY_PROGRAMME = "SupplyProgrammeData"
"""The operation by which a changed programme is sent that the Registry asks for."""


class StatedField(Part, frozen=True, kw_only=True):
    """A field of the changed programme beside its items: its element and its property hash."""

    name: str
    sha256: str


class StatedItem(Part, frozen=True, kw_only=True):
    """An item other than in the version before: its property hash, none if it is left out."""

    item_number: str
    sha256: str | None = None


class ProgrammeChangeRequest(SystemQuestion, frozen=True, kw_only=True):
    """What changed in a version of a programme, after the version with ``previous_hash``.

    ``fields`` are all fields beside act and items, ``items`` those that changed, ``more_items``
    counts changed items beyond those listed.
    """

    object_id: UUID
    version: int
    previous_hash: str
    document_hash: str
    fields: tuple[StatedField, ...] = ()
    items: tuple[StatedItem, ...] = ()
    more_items: int = 0


class ChangeOutcome(StrEnum):
    """What the Registry decides on a request for change."""

    NOT_REQUIRED = "NOT_REQUIRED"
    SUPPLEMENT_REQUIRED = "SUPPLEMENT_REQUIRED"
    REFUSED = "REFUSED"


class ItemDifference(StrEnum):
    """How an item differs from that of the Registry."""

    MISSING = "MISSING"
    """The Registry has no such item."""

    CONTENT = "CONTENT"
    """The Registry has the item otherwise."""

    SURPLUS = "SURPLUS"
    """The Registry has the item, and the new version has not."""


class WantedItem(Part, frozen=True, kw_only=True):
    """An item that the Registry needs, and why."""

    item_number: str
    difference: ItemDifference


class ProgrammeChangeAnswer(SystemMessage, frozen=True, kw_only=True):
    """No change is required, or what the Registry needs, or why the request is refused.

    The version and hash of the Registry are those of the last document that it has.
    """

    answered_at: datetime
    object_id: UUID
    version: int
    document_hash: str
    result: ChangeOutcome
    registry_id: UUID | None = None
    registry_version: int | None = None
    registry_hash: str | None = None
    field_names: tuple[str, ...] = ()
    items: tuple[WantedItem, ...] = ()
    more_items: int = 0
    findings: tuple[Finding, ...] = ()
