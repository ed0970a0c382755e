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


@topic("package-formed.1")
class PackageFormed(Event, frozen=True, kw_only=True):
    """A package was signed under the next number; its bytes stand beside as evidence.

    A held package is not sent from here: somebody else will post it.
    """

    message_id: UUID
    sequence: int
    package_hash: str
    formed_at: datetime
    records: tuple[Carried, ...]
    held: bool = False


@topic("delivery-failed.1")
class DeliveryFailed(Event, frozen=True, kw_only=True):
    """An attempt ended without a final answer; the same bytes are tried again."""

    message_id: UUID
    attempt: int
    reason: str
    detail: str = ""
    hashes: tuple[str, ...] = ()
    failed_at: datetime
    next_attempt_at: datetime


@topic("receipt-received.1")
class ReceiptReceived(Event, frozen=True, kw_only=True):
    """The Registry's signed answer came and was verified; its bytes stand beside as evidence."""

    message_id: UUID
    receipt_id: UUID
    receipt_sha256: str
    result: Result
    stage: Stage
    received_at: datetime
    registry_received_at: datetime
    records: tuple[RecordResult, ...] = ()
    findings: tuple[Finding, ...] = ()


@topic("void-stated.1")
class VoidStated(Event, frozen=True, kw_only=True):
    """It was signed that a held package was never sent; the statement stands beside as evidence."""

    message_id: UUID
    sequence: int
    statement_id: UUID
    statement_hash: str
    reason: str
    stated_at: datetime


@topic("void-answered.1")
class VoidAnswered(Event, frozen=True, kw_only=True):
    """The Registry's verified answer to the statement came; its bytes stand beside as evidence."""

    message_id: UUID
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


class Answered(msgspec.Struct, frozen=True, kw_only=True, tag="ANSWERED"):
    """The package has its final answer."""

    sequence: int
    records: tuple[Carried, ...]
    result: Result


class Voided(msgspec.Struct, frozen=True, kw_only=True, tag="VOIDED"):
    """The Registry knows that the package never comes; its records leave under another number."""

    sequence: int
    records: tuple[Carried, ...]
    statement: UUID


State = Unformed | InFlight | Answered | Voided

# What can be asked


@dataclass(frozen=True, slots=True)
class Form:
    """Put a signed package on its way."""

    event: PackageFormed


@dataclass(frozen=True, slots=True)
class Fail:
    """Write an attempt down that ended without a final answer."""

    event: DeliveryFailed


@dataclass(frozen=True, slots=True)
class Take:
    """Take the Registry's answer."""

    event: ReceiptReceived


@dataclass(frozen=True, slots=True)
class Disown:
    """State that a held package was never sent."""

    event: VoidStated


@dataclass(frozen=True, slots=True)
class Void:
    """Take the Registry's answer to that statement."""

    event: VoidAnswered


Command = Form | Fail | Take | Disown | Void


def decide(package: State, command: Command) -> Sequence[Event]:
    """Say what happens to a package; what comes after its final answer changes nothing."""
    match package, command:
        case Unformed(), Form(event):
            return [event]
        case InFlight(), Fail(event):
            return [event]
        case InFlight(), Take(event):
            return [event]
        case InFlight(held=True, statement=None), Disown(event):
            return [event]
        case InFlight(statement=UUID() as stated), Void(event) if stated == event.statement_id:
            return [event]
        case _:
            return []


def evolve(package: State, event: Event) -> State:
    """What a package is after ``event``."""
    match package, event:
        case Unformed(), PackageFormed():
            return InFlight(sequence=event.sequence, records=event.records, held=event.held)
        case InFlight(), DeliveryFailed():
            return msgspec.structs.replace(package, attempts=event.attempt)
        case InFlight(), ReceiptReceived():
            return Answered(sequence=package.sequence, records=package.records, result=event.result)
        case InFlight(), VoidStated():
            return msgspec.structs.replace(package, statement=event.statement_id)
        case InFlight(), VoidAnswered(result=Result.ACCEPTED, statement_id=stated):
            return Voided(sequence=package.sequence, records=package.records, statement=stated)
        case InFlight(), VoidAnswered():
            return msgspec.structs.replace(package, statement=None)
        case _:
            return package


def named_records(findings: Sequence[Finding]) -> frozenset[int]:
    """Numbers of the records which errors name; what they do not name may go again at once."""
    return frozenset(
        finding.record for finding in findings if finding.record and finding.severity == "ERROR"
    )
