"""A chain of signed versions as kinds without drafts keep it: what follows what (S216-12a)."""

from typing import Any, Protocol
from uuid import UUID

from sez.records.owner import Owner
from sez.records.version import Publish
from shared_contracts.messages.document import Act, Operation


class LastVersion(Protocol):
    """The last signed version of an object: what the next must follow."""

    @property
    def version(self) -> int:
        """Its number."""

    @property
    def document_hash(self) -> str:
        """The hash that the next one names."""

    @property
    def conditions_version(self) -> int:
        """The conditions that the object keeps (S216-11c)."""


def following_act(
    owner: Owner,
    named: tuple[str, UUID],
    last: LastVersion | None,
    operation: Operation,
    reason: str | None = None,
) -> Act:
    """The act of the version after ``last`` of the object ``named`` by type and id."""
    return Act(
        environment=owner.environment,
        sez_code=owner.sez_code,
        object_type=named[0],
        object_id=named[1],
        version=1 if last is None else last.version + 1,
        operation=operation,
        reason=reason,
        conditions_version=owner.conditions if last is None else last.conditions_version,
        previous_hash=None if last is None else last.document_hash,
    )


def follows(last: LastVersion | None, command: Publish) -> bool:
    """Whether a document is the version after ``last``, and names its hash."""
    version, document_hash = (0, None) if last is None else (last.version, last.document_hash)
    act = command.document.act
    return act.version == version + 1 and act.previous_hash == document_hash


def version_fields(command: Publish) -> dict[str, Any]:
    """What the event of a signed version says beside the document."""
    act = command.document.act
    return {
        "object_id": act.object_id,
        "version": act.version,
        "document_hash": command.document_hash,
        "formed_at": command.formed_at,
        "formed_by": command.formed_by,
    }
