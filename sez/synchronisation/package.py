"""A package on its way: formed, tried, under a ticket or not, answered (S216-A2.1.1, 6, 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from sez.synchronisation.package_events import (
    Carried,
    DeliveryFailed,
    PackageFormed,
    PackageResumed,
    PackageStopped,
    ReceiptAcknowledged,
    ReceiptPutOff,
    ReceiptReceived,
    TicketReceived,
    VoidAnswered,
    VoidStated,
)
from shared_contracts.event_log.event import Event
from shared_contracts.faults import Fault
from shared_contracts.messages.receipt import Result

# What it is meanwhile


class Unformed(msgspec.Struct, frozen=True, tag="UNFORMED"):
    """There is no such package."""


class InFlight(msgspec.Struct, frozen=True, kw_only=True, tag="IN_FLIGHT"):
    """The package waits for its final answer, after so many attempts.

    ``statement`` says that it was never sent, and waits for the Registry's answer.
    """

    sequence: int
    records: tuple[Carried, ...]
    held: bool = False
    attempts: int = 0
    statement: UUID | None = None


class Ticketed(msgspec.Struct, frozen=True, kw_only=True, tag="TICKETED"):
    """The Registry has the package and will answer; ``attempts`` counts all failures.

    ``cause`` is what it waits for there, ``hashes`` the files; ``held``: a person must act.
    """

    sequence: int
    records: tuple[Carried, ...]
    ticket_id: UUID
    attempts: int = 0
    cause: str | None = None
    hashes: tuple[str, ...] = ()
    held: bool = False


class Stopped(msgspec.Struct, frozen=True, kw_only=True, tag="STOPPED"):
    """The package is not tried any more until a person tries it again or closes its number."""

    sequence: int
    records: tuple[Carried, ...]
    attempts: int
    statement: UUID | None = None


class Answered(msgspec.Struct, frozen=True, kw_only=True, tag="ANSWERED"):
    """The package has its final answer; ``resumed`` if what was refused then left anew.

    ``acknowledged`` if the Registry, which pushed it, was told that it is kept.
    """

    sequence: int
    records: tuple[Carried, ...]
    result: Result
    resumed: bool = False
    acknowledged: bool | UnsetType = UNSET


class Voided(msgspec.Struct, frozen=True, kw_only=True, tag="VOIDED"):
    """The Registry knows that the package never comes; its records leave under another number."""

    sequence: int
    records: tuple[Carried, ...]
    statement: UUID
    resumed: bool = False


State = Unformed | InFlight | Ticketed | Stopped | Answered | Voided

# What can be asked


@dataclass(frozen=True, slots=True)
class FormPackage:
    """Put a signed package on its way."""

    event: PackageFormed


@dataclass(frozen=True, slots=True)
class Fail:
    """Write an attempt down that ended without a final answer."""

    event: DeliveryFailed


@dataclass(frozen=True, slots=True)
class TakeTicket:
    """Take the Registry's word that it has the package."""

    event: TicketReceived


@dataclass(frozen=True, slots=True)
class PutOff:
    """Take the Registry's word that the receipt is not there yet."""

    event: ReceiptPutOff


@dataclass(frozen=True, slots=True)
class Stop:
    """Leave a package to a person."""

    event: PackageStopped


@dataclass(frozen=True, slots=True)
class Resume:
    """Let it, or what was refused of it, be tried again."""

    event: PackageResumed


@dataclass(frozen=True, slots=True)
class Take:
    """Take the Registry's answer."""

    event: ReceiptReceived


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Tell the Registry that the answer is kept."""

    event: ReceiptAcknowledged


@dataclass(frozen=True, slots=True)
class Disown:
    """State that a held or stopped package is not delivered and will not be."""

    event: VoidStated


@dataclass(frozen=True, slots=True)
class Void:
    """Take the Registry's answer to that statement."""

    event: VoidAnswered


Trial: TypeAlias = Fail | TakeTicket | PutOff
Command: TypeAlias = FormPackage | Trial | Stop | Resume | Take | Acknowledge | Disown | Void


def decide(package: State, command: Command) -> Sequence[Event]:
    """Say what happens to a package; what comes after its final answer changes nothing."""
    match package, command:
        case Unformed(), FormPackage(event):
            return [event]
        case ((InFlight() | Ticketed()), (Fail() | TakeTicket() | PutOff())):
            return _tried(package, command)
        case _, (Take() | Acknowledge()):
            return _answered(package, command)
        case ((InFlight() | Stopped()), (Disown() | Void())):
            return _disowned(package, command)
        case _, (Stop() | Resume()):
            return _settled(package, command)
        case _, (FormPackage() | Fail() | TakeTicket() | PutOff() | Disown() | Void()):
            return []


def _tried(package: InFlight | Ticketed, command: Trial) -> Sequence[Event]:
    """What an attempt brought; what the Registry says again and again is told once."""
    match package, command:
        case InFlight(held=False), TakeTicket(event):
            return [event]
        case _, Fail(event):
            return [event]
        case Ticketed(attempts=attempts), PutOff(event) if event.ticket_id == package.ticket_id:
            known = (package.cause, package.hashes, package.held)
            said = (event.cause, event.hashes, event.held)
            return [] if known == said and not attempts else [event]
        case _, (TakeTicket() | PutOff()):
            return []


def _answered(package: State, command: Take | Acknowledge) -> Sequence[Event]:
    """The Registry's answer is taken once, and that it is kept is told once."""
    match package, command:
        case ((InFlight() | Ticketed() | Stopped()), Take(event)):
            return [event]
        case Answered(acknowledged=msgspec.UNSET), Acknowledge(event):
            return [event]
        case _, (Take() | Acknowledge()):
            return []


def _settled(package: State, command: Stop | Resume) -> Sequence[Event]:
    """What a person must decide, and did; a held package is another's to post."""
    match package, command:
        case ((InFlight(held=False) | Ticketed()), Stop(event)):
            return [event]
        case ((Stopped(statement=None) | Ticketed(held=True)), Resume(event)):
            return [event]
        case Answered(result=Result.REFUSED, resumed=False), Resume(event):
            return [event]
        case Voided(resumed=False), Resume(event):
            return [event]
        case _, (Stop() | Resume()):
            return []


def _disowned(package: InFlight | Stopped, command: Disown | Void) -> Sequence[Event]:
    match package, command:
        case ((InFlight(held=True, statement=None) | Stopped(statement=None)), Disown(event)):
            return [event]
        case _, Void(event) if package.statement == event.statement_id:
            return [event]
        case _, (Disown() | Void()):
            return []


def evolve(package: State, event: Event) -> State:
    """What a package is after ``event``."""
    match package, event:
        case Unformed(), PackageFormed():
            return InFlight(sequence=event.sequence, records=event.records, held=event.held)
        case ((InFlight() | Ticketed()), (DeliveryFailed() | TicketReceived() | ReceiptPutOff())):
            return _after_an_attempt(package, event)
        case _, (PackageStopped() | PackageResumed()):
            return _after_a_person(package, event)
        case _, (ReceiptReceived() | ReceiptAcknowledged()):
            return _after_an_answer(package, event)
        case ((InFlight() | Stopped()), VoidStated()):
            return msgspec.structs.replace(package, statement=event.statement_id)
        case ((InFlight() | Stopped()), VoidAnswered(result=Result.ACCEPTED, statement_id=stated)):
            return Voided(sequence=package.sequence, records=package.records, statement=stated)
        case ((InFlight() | Stopped()), VoidAnswered()):
            return msgspec.structs.replace(package, statement=None)
        case _:
            return package


def _after_an_answer(package: State, event: ReceiptReceived | ReceiptAcknowledged) -> State:
    match package, event:
        case ((InFlight() | Ticketed() | Stopped()), ReceiptReceived(result=result)):
            return Answered(sequence=package.sequence, records=package.records, result=result)
        case Answered(), ReceiptAcknowledged():
            return msgspec.structs.replace(package, acknowledged=True)
        case _, (ReceiptReceived() | ReceiptAcknowledged()):
            return package


def _after_an_attempt(
    package: InFlight | Ticketed, event: DeliveryFailed | TicketReceived | ReceiptPutOff
) -> State:
    number, records = package.sequence, package.records
    match package, event:
        case InFlight(attempts=attempts), TicketReceived(ticket_id=ticket):
            return Ticketed(sequence=number, records=records, ticket_id=ticket, attempts=attempts)
        case Ticketed(), DeliveryFailed(reason=Fault.TICKET_UNKNOWN, attempt=attempts):
            return InFlight(sequence=number, records=records, attempts=attempts)
        case _, DeliveryFailed(attempt=attempts):
            return msgspec.structs.replace(package, attempts=attempts)
        case Ticketed(), ReceiptPutOff(cause=cause, hashes=hashes, held=held):
            waits = msgspec.structs.replace(package, cause=cause, hashes=hashes, held=held)
            return msgspec.structs.replace(waits, attempts=0)
        case _, (TicketReceived() | ReceiptPutOff()):
            return package


def _after_a_person(package: State, event: PackageStopped | PackageResumed) -> State:
    match package, event:
        case ((InFlight() | Ticketed()), PackageStopped(attempt=attempts)):
            return Stopped(sequence=package.sequence, records=package.records, attempts=attempts)
        case ((Stopped() | Ticketed()), PackageResumed()):
            return InFlight(sequence=package.sequence, records=package.records)
        case ((Answered() | Voided()), PackageResumed()):
            return msgspec.structs.replace(package, resumed=True)
        case _, (PackageStopped() | PackageResumed()):
            return package
