"""A programme in the SEZ: a chain of signed versions (S216-3, S216-9.8).

Its state keeps the numbers of its items, never their text: the signed documents have that.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from sez.records import chain
from sez.records.version import Publish, VersionSigned, VersionTakenBack, WithdrawVersion
from shared_contracts.event_log.event import Event, topic
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


class UnsignedProgramme(msgspec.Struct, frozen=True, tag="UNKNOWN", tag_field="status"):
    """There is no such programme."""

    status: ClassVar[str] = "UNKNOWN"


class ProgrammeSummary(msgspec.Struct, frozen=True, kw_only=True, tag_field="status"):
    """The last signed version, as far as the next one is compared with it."""

    status: ClassVar[str] = ""
    version: int
    document_hash: str
    conditions_version: int
    kind: str
    year_from: int
    year_to: int
    subsoil_user: str
    items: tuple[str, ...]
    removed: tuple[str, ...] = ()


class SignedProgramme(ProgrammeSummary, frozen=True, kw_only=True, tag="SIGNED"):
    """The programme is in force here."""

    status: ClassVar[str] = "SIGNED"


class WithdrawnProgramme(ProgrammeSummary, frozen=True, kw_only=True, tag="DELETED"):
    """The programme was deleted."""

    status: ClassVar[str] = "DELETED"


State = UnsignedProgramme | SignedProgramme | WithdrawnProgramme


@topic("programme-version-withdrawn.1")
class ProgrammeVersionWithdrawn(VersionTakenBack, frozen=True, kw_only=True):
    """A version was taken back: the Registry refused it, or has no need of it (S216-A2.8.3)."""

    back_to: State


# Decide

Command = Publish | WithdrawVersion[State]


def decide(programme: State, command: Command) -> Sequence[Event]:
    """Say what happens when ``command`` meets ``programme``; ``RefusedByRule`` where it cannot."""
    match programme, command:
        case ((UnsignedProgramme() | SignedProgramme()), Publish()) if chain.follows(
            programme, command
        ):
            return [_signed(programme, command)]
        case _, WithdrawVersion() if chain.reaches(programme, command):
            return [ProgrammeVersionWithdrawn(**chain.withdrawal_fields(command))]
        case _:
            raise chain.refused("programme", programme, command)


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
