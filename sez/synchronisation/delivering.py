"""One attempt to deliver a package, and what is recorded of it (S216-18.7, S216-A2.1.5-8)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

import structlog

from sez.synchronisation import listing
from sez.synchronisation.committed import package_named
from sez.synchronisation.delivery_problem import (
    BYTES_NOT_HERE,
    FILE_NOT_HERE,
    DeliveryProblem,
    Pauses,
    may_be_damage,
)
from sez.synchronisation.figures import ANSWERED
from sez.synchronisation.gate import DeliveryGate
from sez.synchronisation.package import (
    DeliveryFailed,
    Fail,
    InFlight,
    PackageFormed,
    PackageStopped,
    State,
    Stop,
    named_records,
)
from sez.synchronisation.package_contents import pause
from sez.synchronisation.receipts import Receipts
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.proven_evidence import (
    EvidenceDiffers,
    bytes_sha256,
    proven_evidence,
)
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

    def deliver(self, row: listing.PackageRow) -> None:
        """One attempt to deliver a package; whatever comes of it is recorded."""
        at = self.receipts.current_state(row.message_id)
        if not isinstance(at.state, InFlight):
            return
        try:
            receipt, answer = self._attempt(row)
        except DeliveryProblem as problem:
            self._not_answered(at, at.state.attempts + 1, problem)
        else:
            self._answered(row.message_id, receipt, answer)

    def _answered(self, message_id: UUID, receipt: Receipt, answer: bytes) -> None:
        self.receipts.figures.attempt(ANSWERED)
        self.receipts.keep(message_id, receipt, answer)
        self.gate.heard()
        if receipt.result is Result.REFUSED and not named_records(receipt.findings):
            rules = tuple(dict.fromkeys(finding.rule_id for finding in receipt.findings))
            self.gate.refused(message_id, rules)
        else:
            self.gate.resume(message_id)

    def _attempt(self, row: listing.PackageRow) -> tuple[Receipt, bytes]:
        try:
            body, operation = self._body(row)
            answer = self._exchange(body, operation)
            return self.receipts.believed(answer, row.message_id, bytes_sha256(body)), answer
        except DeliveryProblem:
            raise
        except Exception as bug:
            log.exception("attempt", message_id=str(row.message_id))
            raise DeliveryProblem("INTERNAL_ERROR", type(bug).__name__, None, ()) from bug

    def _body(self, row: listing.PackageRow) -> tuple[bytes, str]:
        """The bytes beside the event that formed the package, which names their hash.

        With the operation by which they are sent.
        """
        formed = self.receipts.log.stream(row.originator_id)[:1]
        try:
            body = proven_evidence(self.receipts.log, formed, "package", package_named)
        except EvidenceDiffers as differs:
            raise DeliveryProblem(BYTES_NOT_HERE, str(differs), None, ()) from differs
        if body is None:
            raise DeliveryProblem(BYTES_NOT_HERE, "no bytes beside the package", None, ())
        named = formed[0].event.operation if isinstance(formed[0].event, PackageFormed) else None
        return body, named if isinstance(named, str) else TRANSFER

    def _exchange(self, body: bytes, operation: str) -> bytes:
        try:
            return self.registry.transfer(body, operation)
        except DeliveryProblem as problem:
            if problem.reason != "FILES_MISSING":
                raise
            self._send_files(problem)
            return self.registry.transfer(body, operation)

    def _send_files(self, problem: DeliveryProblem) -> None:
        for sha256 in problem.hashes:
            path = self.file(sha256)
            if path is None:
                raise DeliveryProblem(FILE_NOT_HERE, sha256, None, (sha256,)) from problem
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
        """Whether the same bytes cannot succeed, as far as it is believed (``BELIEVED``)."""
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
