"""A package that waits under a ticket to be judged by itself (S216-18.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from shared_contracts.event_log.event import Event, topic

# What can happen


class TicketEvent(Event, frozen=True, kw_only=True):
    """What else happens to a package that waits under a ticket."""

    message_id: UUID
    ticket_id: UUID


@topic("ticket-issued.1")
class TicketIssued(TicketEvent, frozen=True, kw_only=True):
    """The ticket was signed; its bytes stand as evidence beside this event."""

    sha256: str
    issued_at: datetime


@topic("ticket-held.1")
class TicketHeld(TicketEvent, frozen=True, kw_only=True):
    """What keeps the package from being judged did not end in time: it is tried no more."""

    fault: str
    held_at: datetime


@topic("ticket-resumed.1")
class TicketResumed(TicketEvent, frozen=True, kw_only=True):
    """A held package is tried again: a person says so, or its sender sent it again."""

    resumed_at: datetime


@topic("ticket-ended.1")
class TicketEnded(TicketEvent, frozen=True, kw_only=True):
    """A person says that a held package is judged no more; its refusal follows in the same commit.

    ``fault`` is what kept it from being judged.
    """

    fault: str
    reason: str
    ended_at: datetime


@topic("examination-stopped.1")
class ExaminationStopped(TicketEvent, frozen=True, kw_only=True):
    """The examination of a large document was ended by the bounds of its process."""

    detail: str
    stopped_at: datetime


def ticketed(event: Event) -> str | None:
    """The SHA-256 of the ticket that was issued."""
    return event.sha256 if isinstance(event, TicketIssued) else None


# What it is meanwhile


class MessageTicketed(msgspec.Struct, frozen=True, kw_only=True, tag="TICKETED"):
    """The message waits to be judged by itself; its id is taken.

    ``cause`` is the fault by which it was put off, ``hashes`` the files that it lacks;
    ``stops`` is how often the examination of its large document was ended by its bounds;
    ``ticket_sha256`` is empty until the ticket is issued, in the same transaction.
    """

    package_hash: str
    first_received_at: datetime
    received_at: datetime
    ticket_id: UUID
    ticket_sha256: str = ""
    cause: str | None = None
    hashes: tuple[str, ...] = ()
    held: bool = False
    stops: int | UnsetType = UNSET


# What can be asked


@dataclass(frozen=True, slots=True)
class Hold:
    """Try it no more by itself."""

    event: TicketHeld


@dataclass(frozen=True, slots=True)
class Release:
    """Try it again."""

    event: TicketResumed


@dataclass(frozen=True, slots=True)
class End:
    """Judge it no more: it is refused."""

    event: TicketEnded


@dataclass(frozen=True, slots=True)
class NoteStop:
    """Keep that an examination was ended."""

    event: ExaminationStopped


TicketCommand: TypeAlias = Hold | Release | End | NoteStop

# Decide


def paused(message: MessageTicketed, command: TicketCommand) -> Sequence[Event]:
    """Say what happens to a package under a ticket, which may be as it is wanted already.

    Only a held one is ended: any other is still judged.
    """
    match command:
        case End(event):
            return [event] if message.held else []
        case NoteStop(event):
            return [event]
        case Hold(event):
            return [] if message.held else [event]
        case Release(event):
            return [event] if message.held else []
        case _:
            assert_never(command)


# Evolve


def after(message: MessageTicketed, event: TicketEvent) -> MessageTicketed:
    """What a package under a ticket is after ``event``."""
    replace = msgspec.structs.replace
    match event:
        case TicketIssued(sha256=sha256):
            return replace(message, ticket_sha256=sha256)
        case TicketHeld(fault=fault):
            return replace(message, held=True, cause=fault)
        case ExaminationStopped():
            return replace(message, stops=(message.stops or 0) + 1)
        case TicketResumed():
            return replace(message, held=False, cause=None, hashes=())
        case _:
            return message
