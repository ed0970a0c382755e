"""A programme in the SEZ: a chain of signed versions (S216-3, S216-9.8).

Its state keeps the numbers of its items, never their text: the signed documents have that.
"""

from typing import Any

import msgspec

from sez.records import chain
from sez.records.chain import Undrafted
from sez.records.state import SignedState
from sez.records.version import Publish, VersionSigned, VersionTakenBack, WithdrawVersion
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


@topic("programme-deletion-signed.1")
class ProgrammeDeletionSigned(VersionSigned, frozen=True, kw_only=True):
    """The deletion of a programme was signed."""

    document: Deletion


# What it is meanwhile


class UnsignedProgramme(ObjectState, frozen=True, tag="UNKNOWN"):
    """There is no such programme."""


class ProgrammeSummary(SignedState, frozen=True, kw_only=True):
    """The last signed version, as far as the next one is compared with it."""

    conditions_version: int
    kind: str
    year_from: int
    year_to: int
    subsoil_user: str
    items: tuple[str, ...]
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
    match programme, command.document, command.document.act.operation:
        case UnsignedProgramme(), Programme() as document, Operation.CREATE:
            return ProgrammeSigned(**chain.version_fields(command), document=document)
        case SignedProgramme(), Programme() as document, Operation.UPDATE:
            return ProgrammeChangeSigned(**chain.version_fields(command), document=document)
        case SignedProgramme(), Deletion() as document, Operation.DELETE:
            return ProgrammeDeletionSigned(**chain.version_fields(command), document=document)
        case _:
            raise chain.refused("programme", programme, command)


decide = Undrafted("programme", _signed, ProgrammeVersionWithdrawn).decide
"""Say what happens when a command meets an object; ``RefusedByRule`` where it cannot."""


# Evolve


def evolve(programme: State, event: Event) -> State:
    """What a programme is after ``event``."""
    match programme, event:
        case _, ProgrammeVersionWithdrawn(back_to=before):
            return before
        case UnsignedProgramme(), ProgrammeSigned(document=document):
            return SignedProgramme(**chain.state_fields(event), **_summary(document))
        case SignedProgramme(), ProgrammeChangeSigned(document=document):
            left = {item.item_number for item in document.items}
            gone = (number for number in programme.items if number not in left)
            kept = _summary(document) | {"removed": (*programme.removed, *gone)}
            return SignedProgramme(**chain.state_fields(event), **kept)
        case SignedProgramme(), ProgrammeDeletionSigned():
            kept = msgspec.structs.asdict(programme) | chain.state_fields(event)
            return WithdrawnProgramme(**kept)
        case _:
            return programme


def _summary(document: Programme) -> dict[str, Any]:
    return {
        "conditions_version": document.act.conditions_version,
        "kind": document.kind,
        "year_from": document.year_from,
        "year_to": document.year_to,
        "subsoil_user": document.subsoil_user.bin or document.subsoil_user.iin or "",
        "items": tuple(item.item_number for item in document.items),
    }
