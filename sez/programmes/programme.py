"""A programme in the SEZ: a chain of signed versions (S216-3, S216-9.8).

Its state keeps the numbers of its items, never their text: the signed documents have that.
"""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from sez.records import chain
from sez.records.chain import Undrafted
from sez.records.state import SignedState
from sez.records.version import Publish, VersionSigned, VersionTakenBack, WithdrawVersion
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.document import Deletion, Operation
from shared_contracts.messages.programme import Programme

# What can happen


@topic("programme-signed.1")
class ProgrammeSigned(VersionSigned, frozen=True, kw_only=True):
    """A new programme was signed."""

    document: Programme


@topic("programme-change-signed.1")
class ProgrammeChangeSigned(VersionSigned, frozen=True, kw_only=True):
    """A change of a programme was signed: the whole of it, as it shall stand."""

    document: Programme


@topic("large-programme-signed.1")
class LargeProgrammeSigned(ProgrammeSigned, frozen=True, kw_only=True):
    """A new programme was signed whose items stand in its signed file alone (S216-18.5).

    ``document`` is without them; ``items_sha256`` is that of their listing, which is kept beside.
    ``document_size`` is the size of the file in bytes.
    """

    items_sha256: str
    document_size: int


@topic("large-programme-change-signed.1")
class LargeProgrammeChangeSigned(ProgrammeChangeSigned, frozen=True, kw_only=True):
    """A change of a programme was signed whose items stand in its signed file alone.

    ``removed`` are the numbers of items that this version left out.
    """

    items_sha256: str
    document_size: int
    removed: tuple[str, ...] = ()


@topic("programme-deletion-signed.1")
class ProgrammeDeletionSigned(VersionSigned, frozen=True, kw_only=True):
    """The deletion of a programme was signed."""

    document: Deletion


# What it is meanwhile


class UnsignedProgramme(ObjectState, frozen=True, tag="UNKNOWN"):
    """There is no such programme."""


class ProgrammeSummary(SignedState, frozen=True, kw_only=True):
    """The last signed version, as far as the next one is compared with it.

    Where ``items_sha256`` is known the items are kept beside the events, and ``items`` is empty.
    """

    conditions_version: int
    kind: str
    year_from: int
    year_to: int
    subsoil_user: str
    items: tuple[str, ...]
    items_sha256: str | UnsetType = UNSET
    removed: tuple[str, ...] = ()


class SignedProgramme(ProgrammeSummary, frozen=True, kw_only=True, tag="SIGNED"):
    """The programme is in force here."""


class WithdrawnProgramme(ProgrammeSummary, frozen=True, kw_only=True, tag="DELETED"):
    """The programme was deleted."""


State = UnsignedProgramme | SignedProgramme | WithdrawnProgramme


@topic("programme-version-withdrawn.1")
class ProgrammeVersionWithdrawn(VersionTakenBack, frozen=True, kw_only=True):
    """A version was taken back: the Registry refused it, or has no need of it (S216-A2.8.3)."""

    back_to: State


# Decide

Command = Publish | WithdrawVersion[State]


def _signed(programme: State, command: Publish) -> Event:
    fields = chain.version_fields(command)
    match programme, command.document, command.document.act.operation:
        case UnsignedProgramme(), Programme() as document, Operation.CREATE:
            if (apart := command.apart) is None:
                return ProgrammeSigned(**fields, document=document)
            fields |= {"items_sha256": apart.sha256, "document_size": command.size}
            return LargeProgrammeSigned(**fields, document=document)
        case SignedProgramme(), Programme() as document, Operation.UPDATE:
            return _changed(programme, document, command)
        case SignedProgramme(), Deletion() as document, Operation.DELETE:
            return ProgrammeDeletionSigned(**fields, document=document)
        case _:
            raise chain.refused("programme", programme, command)


def _changed(programme: SignedProgramme, document: Programme, command: Publish) -> Event:
    fields = chain.version_fields(command)
    if (apart := command.apart) is not None:
        left = apart.hashes()
        return LargeProgrammeChangeSigned(
            **fields,
            document=document,
            items_sha256=apart.sha256,
            document_size=command.size,
            removed=tuple(one for one in command.numbers_before if one not in left),
        )
    if programme.items_sha256 is not UNSET:
        raise RefusedByRule(
            "the items of this programme are kept beside its events: load its change from a file"
        )
    return ProgrammeChangeSigned(**fields, document=document)


decide = Undrafted("programme", _signed, ProgrammeVersionWithdrawn).decide
"""Say what happens when a command meets an object; ``RefusedByRule`` where it cannot."""


# Evolve


def evolve(programme: State, event: Event) -> State:
    """What a programme is after ``event``."""
    match programme, event:
        case _, ProgrammeVersionWithdrawn(back_to=before):
            return before
        case UnsignedProgramme(), ProgrammeSigned():
            return SignedProgramme(**chain.state_fields(event), **_summary(event))
        case SignedProgramme(), LargeProgrammeChangeSigned():
            kept = _summary(event) | {"removed": (*programme.removed, *event.removed)}
            return SignedProgramme(**chain.state_fields(event), **kept)
        case SignedProgramme(), ProgrammeChangeSigned(document=document):
            left = {item.item_number for item in document.items}
            gone = (number for number in programme.items if number not in left)
            kept = _summary(event) | {"removed": (*programme.removed, *gone)}
            return SignedProgramme(**chain.state_fields(event), **kept)
        case SignedProgramme(), ProgrammeDeletionSigned():
            kept = msgspec.structs.asdict(programme) | chain.state_fields(event)
            return WithdrawnProgramme(**kept)
        case _:
            return programme


def listing_named(event: Event) -> str | None:
    """The SHA-256 by which an event names the listing of items beside it."""
    if isinstance(event, LargeProgrammeSigned | LargeProgrammeChangeSigned):
        return event.items_sha256
    return None


def _summary(event: ProgrammeSigned | ProgrammeChangeSigned) -> dict[str, Any]:
    document = event.document
    return {
        "conditions_version": document.act.conditions_version,
        "kind": document.kind,
        "year_from": document.year_from,
        "year_to": document.year_to,
        "subsoil_user": document.subsoil_user.bin or document.subsoil_user.iin or "",
        "items": tuple(item.item_number for item in document.items),
        "items_sha256": listing_named(event) or UNSET,
    }
