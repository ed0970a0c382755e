"""What can happen to a package on its way (S216-A2.1.1, 6, 8)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.receipt import Finding, RecordResult, Result, Stage


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

    A held package is not sent from here: somebody else will post it. One that is ``large`` takes
    long to be judged: it is sent under a ticket where that can be.
    """

    sequence: int
    package_hash: str
    formed_at: datetime
    records: tuple[Carried, ...]
    held: bool = False
    operation: str | msgspec.UnsetType = msgspec.UNSET
    large: bool | msgspec.UnsetType = msgspec.UNSET


@topic("ticket-received.1")
class TicketReceived(PackageEvent, frozen=True, kw_only=True):
    """The Registry has the package on record and will answer it; its signed word is kept.

    From ``next_attempt_at`` on its receipt is asked for.
    """

    ticket_id: UUID
    ticket_sha256: str
    received_at: datetime
    registry_received_at: datetime
    next_attempt_at: datetime


@topic("receipt-put-off.1")
class ReceiptPutOff(PackageEvent, frozen=True, kw_only=True):
    """The Registry says why the receipt of a ticket is not there; its signed word is kept.

    ``cause`` is a fault's code; ``held`` that it tries no more until the same bytes come again.
    """

    ticket_id: UUID
    answer_sha256: str
    cause: str | None = None
    hashes: tuple[str, ...] = ()
    held: bool = False
    received_at: datetime
    next_attempt_at: datetime


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


@topic("receipt-acknowledged.1")
class ReceiptAcknowledged(PackageEvent, frozen=True, kw_only=True):
    """The Registry pushed the receipt, and was told that it is kept; the signed word is kept."""

    receipt_id: UUID
    acknowledgement_sha256: str
    acknowledged_at: datetime


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


def named_records(findings: Sequence[Finding]) -> frozenset[int]:
    """Numbers of the records which errors name; what they do not name may go again at once."""
    errors = (finding for finding in findings if finding.severity == "ERROR")
    return frozenset(finding.record for finding in errors if finding.record)
