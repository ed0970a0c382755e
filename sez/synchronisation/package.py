"""A package on its way: formed, tried, answered (S216-A2.1.1, 6, 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.receipt import Finding, RecordResult, Result, Stage

# What can happen


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """A version which a package carries, and when it was formed."""

    object_id: UUID
    version: int
    document_hash: str
    formed_at: datetime


class PackageEvent(Event, frozen=True, kw_only=True):
    """Something happened to a package; all that can is below this event."""

    message_id: UUID


@topic("package-formed.1")
class PackageFormed(PackageEvent, frozen=True, kw_only=True):
    """A package was signed under the next number; its bytes are kept as evidence.

    A held package is not sent from here: somebody else will post it.
    """

    sequence: int
    package_hash: str
    formed_at: datetime
    records: tuple[Carried, ...]
    held: bool = False
    operation: str | msgspec.UnsetType = msgspec.UNSET


@topic("delivery-failed.1")
class DeliveryFailed(PackageEvent, frozen=True, kw_only=True):
    """An attempt ended without a final answer; the same bytes are tried again."""

    attempt: int
    reason: str
    detail: str = ""
    hashes: tuple[str, ...] = ()
    failed_at: datetime
    next_attempt_at: datetime


@topic("package-stopped.1")
class PackageStopped(PackageEvent, frozen=True, kw_only=True):
    """The same bytes cannot succeed, or a person stopped them: a person must decide.

    ``reason`` is the code of the fault, or BY_HAND.
    """

    attempt: int
    reason: str
    detail: str = ""
    hashes: tuple[str, ...] = ()
    stopped_at: datetime


@topic("package-resumed.1")
class PackageResumed(PackageEvent, frozen=True, kw_only=True):
    """A person lets it be tried again: a stopped package as it is, another's versions anew."""

    resumed_at: datetime


@topic("receipt-received.1")
class ReceiptReceived(PackageEvent, frozen=True, kw_only=True):
    """The Registry's signed answer came and was verified; its bytes are kept as evidence."""

    receipt_id: UUID
    receipt_sha256: str
    result: Result
    stage: Stage
    received_at: datetime
    registry_received_at: datetime
    records: tuple[RecordResult, ...] = ()
    findings: tuple[Finding, ...] = ()


@topic("void-stated.1")
class VoidStated(PackageEvent, frozen=True, kw_only=True):
    """It was signed that a held package was never sent; the statement is kept as evidence."""

    sequence: int
    statement_id: UUID
    statement_hash: str
    reason: str
    stated_at: datetime


@topic("void-answered.1")
class VoidAnswered(PackageEvent, frozen=True, kw_only=True):
    """The Registry's verified answer to the statement came; its bytes are kept as evidence."""

    statement_id: UUID
    receipt_id: UUID
    receipt_sha256: str
    result: Result
    received_at: datetime
    findings: tuple[Finding, ...] = ()


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


class Stopped(msgspec.Struct, frozen=True, kw_only=True, tag="STOPPED"):
    """The package is not tried any more until a person tries it again or closes its number."""

    sequence: int
    records: tuple[Carried, ...]
    attempts: int
    statement: UUID | None = None


class Answered(msgspec.Struct, frozen=True, kw_only=True, tag="ANSWERED"):
    """The package has its final answer; ``resumed`` if what was refused then left anew."""

    sequence: int
    records: tuple[Carried, ...]
    result: Result
    resumed: bool = False


class Voided(msgspec.Struct, frozen=True, kw_only=True, tag="VOIDED"):
    """The Registry knows that the package never comes; its records leave under another number."""

    sequence: int
    records: tuple[Carried, ...]
    statement: UUID
    resumed: bool = False


State = Unformed | InFlight | Stopped | Answered | Voided

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
class Disown:
    """State that a held or stopped package is not delivered and will not be."""

    event: VoidStated


@dataclass(frozen=True, slots=True)
class Void:
    """Take the Registry's answer to that statement."""

    event: VoidAnswered


Command = FormPackage | Fail | Stop | Resume | Take | Disown | Void


def decide(package: State, command: Command) -> Sequence[Event]:
    """Say what happens to a package; what comes after its final answer changes nothing."""
    match package, command:
        case Unformed(), FormPackage(event):
            return [event]
        case InFlight(), Fail(event):
            return [event]
        case ((InFlight() | Stopped()), Take(event)):
            return [event]
        case ((InFlight() | Stopped()), (Disown() | Void())):
            return _disowned(package, command)
        case _, (Stop() | Resume()):
            return _settled(package, command)
        case _, (FormPackage() | Fail() | Take() | Disown() | Void()):
            return []


def _settled(package: State, command: Stop | Resume) -> Sequence[Event]:
    """What a person must decide, and did; a held package is another's to post."""
    match package, command:
        case InFlight(held=False), Stop(event):
            return [event]
        case Stopped(statement=None), Resume(event):
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
        case InFlight(), DeliveryFailed():
            return msgspec.structs.replace(package, attempts=event.attempt)
        case _, (PackageStopped() | PackageResumed()):
            return _after_a_person(package, event)
        case ((InFlight() | Stopped()), ReceiptReceived()):
            return Answered(sequence=package.sequence, records=package.records, result=event.result)
        case ((InFlight() | Stopped()), VoidStated()):
            return msgspec.structs.replace(package, statement=event.statement_id)
        case ((InFlight() | Stopped()), VoidAnswered(result=Result.ACCEPTED, statement_id=stated)):
            return Voided(sequence=package.sequence, records=package.records, statement=stated)
        case ((InFlight() | Stopped()), VoidAnswered()):
            return msgspec.structs.replace(package, statement=None)
        case _:
            return package


def _after_a_person(package: State, event: PackageStopped | PackageResumed) -> State:
    match package, event:
        case InFlight(), PackageStopped(attempt=attempts):
            return Stopped(sequence=package.sequence, records=package.records, attempts=attempts)
        case Stopped(), PackageResumed():
            return InFlight(sequence=package.sequence, records=package.records)
        case ((Answered() | Voided()), PackageResumed()):
            return msgspec.structs.replace(package, resumed=True)
        case _, (PackageStopped() | PackageResumed()):
            return package


def named_records(findings: Sequence[Finding]) -> frozenset[int]:
    """Numbers of the records which errors name; what they do not name may go again at once."""
    errors = (finding for finding in findings if finding.severity == "ERROR")
    return frozenset(finding.record for finding in errors if finding.record)
