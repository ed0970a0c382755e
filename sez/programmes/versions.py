"""The next version of a programme: which document, after which history (S216-9.8)."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from sez.programmes.programme import SignedProgramme, State, WithdrawnProgramme
from sez.records import kind
from sez.records.owner import Owner
from shared_contracts.messages.document import Act, Deletion, Operation
from shared_contracts.messages.programme import PROGRAMME, Programme

Maker: TypeAlias = kind.Maker[State]
"""Makes the next document of a programme from where it stands."""


def act(
    owner: Owner, object_id: UUID, programme: State, operation: Operation, reason: str | None = None
) -> Act:
    """The act of the next version: it names its predecessor by hash, and keeps its conditions."""
    known = programme if isinstance(programme, SignedProgramme | WithdrawnProgramme) else None
    return Act(
        environment=owner.environment,
        sez_code=owner.sez_code,
        object_type=PROGRAMME,
        object_id=object_id,
        version=known.version + 1 if known else 1,
        operation=operation,
        reason=reason,
        conditions_version=known.conditions_version if known else owner.conditions,
        previous_hash=known.document_hash if known else None,
    )


def loading(programme: Programme) -> Maker:
    """The programme as its first version."""

    def make(owner: Owner, object_id: UUID, known: State) -> Programme:
        first = act(owner, object_id, known, Operation.CREATE)
        return msgspec.structs.replace(programme, act=first)

    return make


def change(programme: Programme, reason: str) -> Maker:
    """The whole programme as it shall stand."""

    def make(owner: Owner, object_id: UUID, known: State) -> Programme:
        following = act(owner, object_id, known, Operation.UPDATE, reason)
        return msgspec.structs.replace(programme, act=following)

    return make


def deletion(reason: str, deleted_at: datetime, deleted_by: str) -> Maker:
    """The removal of the programme."""

    def make(owner: Owner, object_id: UUID, known: State) -> Deletion:
        following = act(owner, object_id, known, Operation.DELETE, reason)
        return Deletion(act=following, deleted_at=deleted_at, deleted_by=deleted_by)

    return make
