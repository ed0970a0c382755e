"""A programme in the Registry: what happened to it, and what may happen (S216-9.8, S216-A2.7, 8).

Its state keeps the numbers of its items and its totals, never their text: it is read whenever the
programme is named.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeAlias
from uuid import UUID

import msgspec

from registry.records.record import RecordVersion, VersionRecorded
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.document import Deletion, Operation
from shared_contracts.messages.programme import Programme
from shared_contracts.rules.programme import totals

# What can happen


@topic("programme-loaded.1")
class ProgrammeLoaded(VersionRecorded, frozen=True, kw_only=True):
    """A new programme was recorded (S216-A2.7.5)."""

    document: Programme


@topic("programme-changed.1")
class ProgrammeChanged(VersionRecorded, frozen=True, kw_only=True):
    """A programme was changed (S216-A2.8.6)."""

    document: Programme


@topic("programme-deleted.1")
class ProgrammeDeleted(VersionRecorded, frozen=True, kw_only=True):
    """A programme was deleted; its history stays (S216-12a)."""

    document: Deletion


ProgrammeRecorded: TypeAlias = ProgrammeLoaded | ProgrammeChanged | ProgrammeDeleted
"""A version of a programme was recorded."""

# What it is meanwhile


class UnknownProgramme(msgspec.Struct, frozen=True, tag="UNKNOWN", tag_field="status"):
    """Nothing was recorded under this key yet."""

    status: ClassVar[str] = "UNKNOWN"


class ProgrammeOnRecord(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="status"
):
    """What the next decision needs to know of a programme on record.

    ``items`` are the numbers of its items, ``removed`` those of items that a version left out;
    ``totals`` are the amounts of all items by year, in tenge without VAT.
    """

    status: ClassVar[str] = ""
    takes: ClassVar[frozenset[Operation]] = frozenset()
    registry_id: UUID
    version: int
    document_hash: str
    kind: str
    year_from: int
    year_to: int
    subsoil_user: str
    medium_term: UUID | None = None
    items: tuple[str, ...]
    removed: tuple[str, ...] = ()
    totals: dict[int, Decimal]
    conditions_version: int
    formed_at: datetime
    first_formed_at: datetime


class AcceptedProgramme(ProgrammeOnRecord, frozen=True, kw_only=True, tag="ACCEPTED"):
    """The programme is in force."""

    status: ClassVar[str] = "ACCEPTED"
    takes: ClassVar[frozenset[Operation]] = frozenset({Operation.UPDATE, Operation.DELETE})


class DeletedProgramme(ProgrammeOnRecord, frozen=True, kw_only=True, tag="DELETED"):
    """The programme was deleted; nothing more may happen to it."""

    status: ClassVar[str] = "DELETED"


State = UnknownProgramme | AcceptedProgramme | DeletedProgramme

# Decide


def decide(programme: State, delivery: RecordVersion) -> Sequence[Event]:
    """Say what happens when a version is delivered; ``Refused`` where nothing may."""
    match programme, delivery.document:
        case UnknownProgramme(), Programme() as document:
            return [ProgrammeLoaded(**delivery.fields(), document=document)]
        case AcceptedProgramme(), Programme() as document:
            return [ProgrammeChanged(**delivery.fields(), document=document)]
        case AcceptedProgramme(), Deletion() as document:
            return [ProgrammeDeleted(**delivery.fields(), document=document)]
        case _:
            raise delivery.refused(programme.status)


# Evolve


def evolve(programme: State, event: Event) -> State:
    """What a programme is after ``event``."""
    match programme, event:
        case UnknownProgramme(), ProgrammeLoaded():
            return AcceptedProgramme(
                first_formed_at=event.header.formed_at, **_fields(event), **_version(event)
            )
        case AcceptedProgramme(), ProgrammeChanged():
            return AcceptedProgramme(
                first_formed_at=programme.first_formed_at,
                removed=_removed(programme, event.document),
                **_fields(event),
                **_version(event),
            )
        case AcceptedProgramme(), ProgrammeDeleted():
            return DeletedProgramme(**(msgspec.structs.asdict(programme) | _version(event)))
        case _:
            return programme


def user(programme: Programme) -> str:
    """BIN or IIN of the subsoil user."""
    return programme.subsoil_user.bin or programme.subsoil_user.iin or ""


def _removed(programme: ProgrammeOnRecord, document: Programme) -> tuple[str, ...]:
    """The numbers of items that were there and are not in the new version, with earlier ones."""
    left = {item.item_number for item in document.items}
    return (*programme.removed, *(number for number in programme.items if number not in left))


def _fields(event: ProgrammeLoaded | ProgrammeChanged) -> dict[str, Any]:
    document = event.document
    return {
        "registry_id": event.registry_id,
        "kind": document.kind,
        "year_from": document.year_from,
        "year_to": document.year_to,
        "subsoil_user": user(document),
        "medium_term": document.medium_term_programme_id,
        "items": tuple(item.item_number for item in document.items),
        "totals": totals(document),
    }


def _version(event: ProgrammeRecorded) -> dict[str, Any]:
    header = event.header
    return {
        "version": header.version,
        "document_hash": header.document_hash,
        "formed_at": header.formed_at,
        "conditions_version": event.document.act.conditions_version,
    }
