"""A programme in the Registry: what happened to it, and what may happen (S216-9.8, S216-A2.7, 8).

Its state keeps the numbers of its items and its totals, never their text: it is read whenever the
programme is named.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeAlias
from uuid import UUID

import msgspec

from registry.programmes.change import AskedChange
from registry.records.record import RecordVersion, VersionRecorded
from registry.records.state import RecordState
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.state import ObjectState
from shared_contracts.large_documents.apart import Apart
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


@topic("large-programme-loaded.1")
class LargeProgrammeLoaded(ProgrammeLoaded, frozen=True, kw_only=True):
    """A new programme was recorded whose items stand in its signed file alone (S216-18.5).

    ``document`` is without them; ``items_sha256`` is that of their listing, which is kept beside.
    ``codes`` are those in them, by classifier.
    """

    items_sha256: str
    codes: dict[str, tuple[str, ...]]


@topic("large-programme-changed.1")
class LargeProgrammeChanged(ProgrammeChanged, frozen=True, kw_only=True):
    """A programme was changed whose items stand in its signed file alone, or stood there before.

    ``removed`` are the numbers of items that this version left out.
    """

    items_sha256: str
    codes: dict[str, tuple[str, ...]]
    removed: tuple[str, ...] = ()


@topic("programme-deleted.1")
class ProgrammeDeleted(VersionRecorded, frozen=True, kw_only=True):
    """A programme was deleted; its history stays (S216-12a)."""

    document: Deletion


ProgrammeRecorded: TypeAlias = ProgrammeLoaded | ProgrammeChanged | ProgrammeDeleted
"""A version of a programme was recorded."""

# What it is meanwhile


class UnknownProgramme(ObjectState, frozen=True, tag="UNKNOWN"):
    """Nothing was recorded under this key yet."""


class ProgrammeOnRecord(RecordState, frozen=True, kw_only=True):
    """What the next decision needs to know of a programme on record.

    ``items`` are the numbers of its items, ``removed`` those of items that a version left out;
    ``totals`` are the amounts of all items by year, in tenge without VAT. Where ``items_sha256``
    is known the items are kept beside the log's events, and ``items`` is empty.
    """

    kind: str
    year_from: int
    year_to: int
    subsoil_user: str
    medium_term: UUID | None = None
    items: tuple[str, ...]
    items_sha256: str | None = None
    removed: tuple[str, ...] = ()
    totals: dict[int, Decimal]
    conditions_version: int
    formed_at: datetime
    first_formed_at: datetime


class AcceptedProgramme(ProgrammeOnRecord, frozen=True, kw_only=True, tag="ACCEPTED"):
    """The programme is in force."""

    takes: ClassVar[frozenset[Operation]] = frozenset({Operation.UPDATE, Operation.DELETE})


class DeletedProgramme(ProgrammeOnRecord, frozen=True, kw_only=True, tag="DELETED"):
    """The programme was deleted; nothing more may happen to it."""


State = UnknownProgramme | AcceptedProgramme | DeletedProgramme

# Decide


def decide(programme: State, delivery: RecordVersion) -> Sequence[Event]:
    """Say what happens when a version is delivered; ``Refused`` where nothing may."""
    match programme, delivery.document:
        case UnknownProgramme(), Programme() as document if delivery.apart is not None:
            kept = _kept(delivery.apart)
            return [LargeProgrammeLoaded(**delivery.fields(), document=document, **kept)]
        case UnknownProgramme(), Programme() as document:
            return [ProgrammeLoaded(**delivery.fields(), document=document)]
        case AcceptedProgramme(), Programme() as document if delivery.apart is not None:
            left = delivery.apart.hashes()
            kept = _kept(delivery.apart)
            kept["removed"] = tuple(one for one in _numbers(programme, delivery) if one not in left)
            return [LargeProgrammeChanged(**delivery.fields(), document=document, **kept)]
        case AcceptedProgramme(), Programme() as document:
            return [ProgrammeChanged(**delivery.fields(), document=document)]
        case AcceptedProgramme(), Deletion() as document:
            return [ProgrammeDeleted(**delivery.fields(), document=document)]
        case _:
            raise delivery.refused(programme.status)


def _kept(apart: Apart) -> dict[str, Any]:
    return {"items_sha256": apart.sha256, "codes": apart.by_classifier()}


def _numbers(programme: AcceptedProgramme, delivery: RecordVersion) -> Iterable[str]:
    """The numbers of the items before this version."""
    if programme.items_sha256 is None:
        return programme.items
    if delivery.apart_before is not None:
        return delivery.apart_before.hashes()
    recalled = delivery.recalled
    assert isinstance(recalled, RecalledProgramme)  # noqa: S101  # a later version recalls
    return recalled.items


# Evolve


def evolve(programme: State, event: Event) -> State:
    """What a programme is after ``event``."""
    match programme, event:
        case UnknownProgramme(), ProgrammeLoaded():
            return AcceptedProgramme(
                first_formed_at=event.header.formed_at, **_fields(event), **event.dated_fields()
            )
        case AcceptedProgramme(), LargeProgrammeChanged():
            return AcceptedProgramme(
                first_formed_at=programme.first_formed_at,
                removed=(*programme.removed, *event.removed),
                **_fields(event),
                **event.dated_fields(),
            )
        case AcceptedProgramme(), ProgrammeChanged():
            return AcceptedProgramme(
                first_formed_at=programme.first_formed_at,
                removed=_removed(programme, event.document),
                **_fields(event),
                **event.dated_fields(),
            )
        case AcceptedProgramme(), ProgrammeDeleted():
            return DeletedProgramme(**(msgspec.structs.asdict(programme) | event.dated_fields()))
        case _:
            return programme


def user(programme: Programme) -> str:
    """BIN or IIN of the subsoil user."""
    return programme.subsoil_user.bin or programme.subsoil_user.iin or ""


def listing_named(event: Event) -> str | None:
    """The SHA-256 by which an event names the listing of items beside it."""
    if isinstance(event, LargeProgrammeLoaded | LargeProgrammeChanged):
        return event.items_sha256
    return None


def totals_of(programme: Programme) -> dict[int, Decimal]:
    """What all items plan by year; as stated where they are apart, which F-PRG-5 compared."""
    if programme.items:
        return totals(programme)
    return {total.year: total.amount for total in programme.year_totals}


class RecalledProgramme(msgspec.Struct, frozen=True):
    """What was looked up of a programme that is changed.

    Which version was asked for, and the numbers of its items where they are beside the log.
    """

    asked: AskedChange | None = None
    items: tuple[str, ...] = ()


def _removed(programme: ProgrammeOnRecord, document: Programme) -> tuple[str, ...]:
    """The numbers of items that were there and are not in the new version, with earlier ones."""
    left = {item.item_number for item in document.items}
    return (*programme.removed, *(number for number in programme.items if number not in left))


def _fields(event: ProgrammeLoaded | ProgrammeChanged) -> dict[str, Any]:
    document = event.document
    return {
        "kind": document.kind,
        "year_from": document.year_from,
        "year_to": document.year_to,
        "subsoil_user": user(document),
        "medium_term": document.medium_term_programme_id,
        "items": tuple(item.item_number for item in document.items),
        "items_sha256": listing_named(event),
        "totals": totals_of(document),
    }
