"""One attempt to deliver a package, and what is recorded of it (S216-18.7, S216-A2.1.5-8)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

import structlog

from sez.synchronisation import listing
from sez.synchronisation.asynchronous import TicketRule
from sez.synchronisation.committed import package_named
from sez.synchronisation.delivery_problem import (
    BYTES_NOT_HERE,
    FILE_NOT_HERE,
    DeliveryProblem,
    Pauses,
    may_be_damage,
)
from sez.synchronisation.figures import ANSWERED, PENDING, TICKET
from sez.synchronisation.gate import DeliveryGate
from sez.synchronisation.named_files import is_named
from sez.synchronisation.package import (
    Fail,
    InFlight,
    PutOff,
    State,
    Stop,
    TakeTicket,
    Ticketed,
)
from sez.synchronisation.package_contents import pause
from sez.synchronisation.package_events import (
    DeliveryFailed,
    PackageFormed,
    PackageStopped,
    ReceiptPutOff,
    TicketReceived,
    named_records,
)
from sez.synchronisation.package_writer import package_key
from sez.synchronisation.receipts import Receipts
from sez.synchronisation.tickets import Tickets, root_of
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.proven_evidence import (
    EvidenceDiffers,
    bytes_sha256,
    proven_evidence,
)
from shared_contracts.faults import Fault
from shared_contracts.messages.asynchronous import PULL, SUBMIT, ReceiptPending, Ticket
from shared_contracts.messages.kinds import TRANSFER
from shared_contracts.messages.receipt import Receipt, Result

log = structlog.get_logger(__name__)

BELIEVED = 3
"""How many times in a row the Registry must call a package malformed before that is final: bytes
that were damaged on the way look so, and the same bytes succeed when they arrive undamaged."""


class ReceivingRegistry(Protocol):
    """The Registry as the sender calls it; both raise ``DeliveryProblem``."""

    def transfer(self, message: bytes, operation: str) -> bytes:
        """Send a package by an operation; the receipt's bytes."""

    def put_file(self, sha256: str, path: Path) -> None:
        """Send a file."""


@dataclass(slots=True)
class Delivery:
    """Delivers packages and records what comes of it; safe for all threads."""

    registry: ReceivingRegistry
    receipts: Receipts
    file: Callable[[str], Path | None]
    gate: DeliveryGate
    pauses: Pauses
    tickets: Tickets
    by_ticket: TicketRule

    def deliver(self, row: listing.PackageRow) -> float:
        """One attempt to deliver a package, or to have its receipt; what comes of it is recorded.

        Gives the seconds for which it rests where nothing new was said.
        """
        at = self.receipts.current_state(row.message_id)
        if not isinstance(at.state, InFlight | Ticketed):
            return 0.0
        try:
            found, answer = self._attempt(row, at.state)
            if isinstance(found, ReceiptPutOff) and found.hashes:
                self._send_files(found.hashes, self._body(row)[0])
        except DeliveryProblem as problem:
            self._not_answered(at, at.state.attempts + 1, problem)
            return 0.0
        if isinstance(found, Receipt):
            self._answered(row.message_id, found, answer)
            return 0.0
        return self._awaited(row.message_id, found, answer)

    def _awaited(
        self, message_id: UUID, found: TicketReceived | ReceiptPutOff, answer: bytes
    ) -> float:
        """Keep what the Registry says instead of a receipt, unless it said so before."""
        first = isinstance(found, TicketReceived)
        self.receipts.figures.attempt(TICKET if first else PENDING)
        self.gate.heard()
        command = TakeTicket(found) if isinstance(found, TicketReceived) else PutOff(found)
        key = package_key(self.receipts.owner, message_id)
        with self.receipts.log.locks([key]):
            beside = {"ticket" if first else "pending": answer}
            if self.receipts.settle(message_id, command, beside):
                return 0.0
        return (found.next_attempt_at - found.received_at).total_seconds()

    def _answered(self, message_id: UUID, receipt: Receipt, answer: bytes) -> None:
        self.receipts.figures.attempt(ANSWERED)
        self.settled(message_id, receipt, answer)
        self.gate.heard()

    def settled(self, message_id: UUID, receipt: Receipt, answer: bytes) -> None:
        """Keep a proven receipt, however it came, and see what it says of the SEZ itself."""
        self.receipts.keep(message_id, receipt, answer)
        if receipt.result is Result.REFUSED and not named_records(receipt.findings):
            rules = tuple(dict.fromkeys(finding.rule_id for finding in receipt.findings))
            self.gate.refused(message_id, rules)
        else:
            self.gate.resume(message_id)

    def _attempt(
        self, row: listing.PackageRow, state: InFlight | Ticketed
    ) -> tuple[Receipt | TicketReceived | ReceiptPutOff, bytes]:
        try:
            if isinstance(state, Ticketed):
                return self._pulled(row, state)
            return self._sent(row)
        except DeliveryProblem:
            raise
        except Exception as bug:
            log.exception("attempt", message_id=str(row.message_id))
            raise DeliveryProblem("INTERNAL_ERROR", type(bug).__name__, None, ()) from bug

    def _sent(self, row: listing.PackageRow) -> tuple[Receipt | TicketReceived, bytes]:
        """The receipt of the package, or its ticket where it is sent for one."""
        body, formed = self._body(row)
        operation = formed.operation if isinstance(formed.operation, str) else TRANSFER
        large, before = formed.large is True, row.last_reason
        if self.by_ticket.applies(operation, large=large, last_reason=before):
            operation = SUBMIT
        answer, sha256 = self._exchange(body, operation), bytes_sha256(body)
        if operation == SUBMIT and root_of(answer) == Ticket.__name__:
            return self.tickets.taken(row.message_id, sha256, answer), answer
        return self.receipts.believed(answer, row.message_id, sha256), answer

    def _pulled(
        self, row: listing.PackageRow, state: Ticketed
    ) -> tuple[Receipt | ReceiptPutOff, bytes]:
        """The receipt of the ticket, or why there is none yet."""
        answer = self.registry.transfer(self.tickets.question(state.ticket_id), PULL)
        if root_of(answer) == ReceiptPending.__name__:
            return self.tickets.put_off(row.message_id, state.ticket_id, answer), answer
        formed = self._formed(row)[0].event
        sha256 = package_named(formed) or ""
        return self.receipts.believed(answer, row.message_id, sha256), answer

    def _formed(self, row: listing.PackageRow) -> Sequence[Recorded]:
        """The event that formed the package."""
        return self.receipts.log.stream(row.originator_id)[:1]

    def _body(self, row: listing.PackageRow) -> tuple[bytes, PackageFormed]:
        """The bytes beside the event that formed the package, which names their hash."""
        recorded = self._formed(row)
        try:
            body = proven_evidence(self.receipts.log, recorded, "package", package_named)
        except EvidenceDiffers as differs:
            raise DeliveryProblem(BYTES_NOT_HERE, str(differs), None, ()) from differs
        if body is None or not isinstance(formed := recorded[0].event, PackageFormed):
            raise DeliveryProblem(BYTES_NOT_HERE, "no bytes beside the package", None, ())
        return body, formed

    def _exchange(self, body: bytes, operation: str) -> bytes:
        try:
            return self.registry.transfer(body, operation)
        except DeliveryProblem as problem:
            if problem.reason != "FILES_MISSING":
                raise
            self._send_files(problem.hashes, body)
            return self.registry.transfer(body, operation)

    def _send_files(self, hashes: Sequence[str], body: bytes) -> None:
        """Send what the Registry lacks of the files that the package names, and no other."""
        for sha256 in hashes:
            path = self.file(sha256)
            if path is None or not is_named(body, sha256, self.file):
                raise DeliveryProblem(FILE_NOT_HERE, sha256, None, (sha256,))
            self.registry.put_file(sha256, path)

    def _not_answered(
        self, at: AggregateState[State], attempt: int, problem: DeliveryProblem
    ) -> None:
        """Write a failure of the package down, unless a receipt came another way meanwhile."""
        message_id = at.key.object_id
        self.receipts.figures.attempt(problem.reason)
        if self.gate.failed(message_id, problem):
            return
        command = self._stop if self._is_final(at, problem) else self._fail
        with self.receipts.log.locks([at.key]):
            self.receipts.settle(message_id, command(message_id, attempt, problem), {})

    def _is_final(self, at: AggregateState[State], problem: DeliveryProblem) -> bool:
        """Whether the same bytes cannot succeed, as far as it is believed (``BELIEVED``).

        A ticket that the Registry does not know is given anew for them.
        """
        if isinstance(at.state, Ticketed) and problem.reason == Fault.TICKET_UNKNOWN:
            return False
        if not may_be_damage(problem.reason):
            return problem.final
        before = self.receipts.log.events(at.originator_id, after_version=at.version - BELIEVED + 1)
        doubted = [isinstance(one, DeliveryFailed) and may_be_damage(one.reason) for one in before]
        return doubted == [True] * (BELIEVED - 1)

    def _fail(self, message_id: UUID, attempt: int, problem: DeliveryProblem) -> Fail:
        now, asked = self.receipts.clock(), problem.retry_after or 0
        seconds = max(pause(attempt, self.pauses.first, self.pauses.longest), asked)
        event = DeliveryFailed(
            message_id=message_id,
            attempt=attempt,
            reason=problem.reason,
            detail=problem.detail[:500],
            hashes=problem.hashes,
            failed_at=now,
            next_attempt_at=now + timedelta(seconds=min(seconds, self.pauses.longest)),
        )
        return Fail(event)

    def _stop(self, message_id: UUID, attempt: int, problem: DeliveryProblem) -> Stop:
        log.error("package stopped", message_id=str(message_id), reason=problem.reason)
        event = PackageStopped(
            message_id=message_id,
            attempt=attempt,
            reason=problem.reason,
            detail=problem.detail[:500],
            hashes=problem.hashes,
            stopped_at=self.receipts.clock(),
        )
        return Stop(event)
