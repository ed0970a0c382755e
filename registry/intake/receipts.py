"""Steps 5 and 7: the answer is formed and signed (S216-A2.1.5, S216-A2.1.7, S216-13b)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from registry.intake.changed_fields import NOTHING, ChangedRecord
from registry.intake.content_report import MessageIdentity
from shared_contracts.faults import Breach
from shared_contracts.identifiers import uuid7
from shared_contracts.limits import FINDINGS
from shared_contracts.messages.asynchronous import Ticket
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import Package, RecordHeader
from shared_contracts.messages.receipt import (
    LogReference,
    Receipt,
    RecordResult,
    Result,
    Stage,
)
from shared_contracts.rules.catalogue import word
from shared_contracts.rules.hour import delay, is_late
from shared_contracts.signing.sign import Signer, sign_message


@dataclass(frozen=True, slots=True)
class Times:
    """When the package first came, when it came now, when it was judged."""

    first_received_at: datetime
    received_at: datetime
    processed_at: datetime


@dataclass(frozen=True, slots=True)
class PackageVerdict:
    """How far a package came and what was found."""

    stage: Stage
    breaches: tuple[Breach, ...] = ()

    @property
    def result(self) -> Result:
        """Only what reached the end is accepted."""
        return Result.ACCEPTED if self.stage is Stage.RECORDED else Result.REFUSED


@dataclass(frozen=True, slots=True)
class AnsweredMessage:
    """What an answer is about: whose message, which bytes, and its records where readable.

    ``registry_ids`` and ``changed`` are by the number of the record.
    """

    environment: Environment
    identity: MessageIdentity
    package_hash: str
    package: Package | None = None
    registry_ids: Mapping[int, UUID] | None = None
    changed: Mapping[int, ChangedRecord] = field(default_factory=dict)


def receipt(
    subject: AnsweredMessage, verdict: PackageVerdict, times: Times, log: LogReference
) -> Receipt:
    """The answer to a package, in three languages, every finding with its cure."""
    identity = subject.identity
    return Receipt(
        receipt_id=uuid7(),
        message_id=identity.message_id,
        sez_code=identity.sez_code,
        environment=subject.environment,
        sequence=identity.sequence,
        package_hash=subject.package_hash,
        result=verdict.result,
        stage=verdict.stage,
        first_received_at=times.first_received_at,
        received_at=times.received_at,
        processed_at=times.processed_at,
        records=_records(subject, times.first_received_at),
        findings=tuple(word(breach) for breach in verdict.breaches[:FINDINGS]),
        more_findings=max(0, len(verdict.breaches) - FINDINGS),
        log=log,
    )


def signed_ticket(ticket: Ticket, signer: Signer) -> bytes:
    """The ticket's bytes, signed by the Registry."""
    return sign_message(ticket, f"ticket-{ticket.ticket_id}", signer)


def signed(answer: Receipt, signer: Signer) -> bytes:
    """The receipt's bytes, signed by the Registry."""
    return sign_message(answer, f"receipt-{answer.receipt_id}", signer)


def _records(subject: AnsweredMessage, first_received_at: datetime) -> tuple[RecordResult, ...]:
    if subject.package is None:
        return ()
    return tuple(
        _record(subject, number, record.header, first_received_at)
        for number, record in enumerate(subject.package.records, 1)
    )


def _record(
    subject: AnsweredMessage, number: int, header: RecordHeader, first_received_at: datetime
) -> RecordResult:
    changed = subject.changed.get(number, NOTHING)
    return RecordResult(
        number=number,
        object_type=header.object_type,
        object_id=header.object_id,
        version=header.version,
        document_hash=header.document_hash,
        registry_id=(subject.registry_ids or {}).get(number),
        formed_at=header.formed_at,
        seconds_after_forming=int(delay(header.formed_at, first_received_at).total_seconds()),
        late=is_late(header.formed_at, first_received_at),
        changed_fields=changed.fields,
        changed_items=changed.items,
        more_changed_items=changed.more_items,
    )
