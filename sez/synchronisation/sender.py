"""Packages leave, answers come: tried again while technical, left to a person when refused.

(S216-18.2, S216-18.3, S216-A2.1.1, 6, 8)
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue
from threading import Event as Signal
from typing import Protocol
from uuid import UUID

import structlog

from sez.synchronisation import listing
from sez.synchronisation.figures import ANSWERED, Figures
from sez.synchronisation.forming import Forming
from sez.synchronisation.gate import Gate
from sez.synchronisation.package import (
    DeliveryFailed,
    Fail,
    InFlight,
    PackageStopped,
    Stop,
    named_records,
)
from sez.synchronisation.packer import Packer, package_key
from sez.synchronisation.packing import next_in_turn, pause
from sez.synchronisation.problem import FILE_NOT_HERE, DeliveryProblem, Pauses
from sez.synchronisation.receipts import Receipts
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.event_log.followers import Follower
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.receipt import Receipt, Result

log = structlog.get_logger(__name__)

PARTING = 3.0
"""Seconds that deliveries under way have to end when the process is told to."""


class Registry(Protocol):
    """The Registry as the sender calls it; both raise ``DeliveryProblem``."""

    def transfer(self, package: bytes) -> bytes:
        """Send a package; the receipt's bytes."""

    def put_file(self, sha256: str, path: Path) -> None:
        """Send a file."""


@dataclass(slots=True)
class _Crew:
    """Those who deliver: how many are idle, and how they are called to work."""

    idle: int
    calls: "SimpleQueue[bool]" = field(default_factory=SimpleQueue)


@dataclass(slots=True)
class Sender:
    """Has packages formed of what waits and delivers them, several at a time."""

    forming: Forming
    registry: Registry
    receipts: Receipts
    file: Callable[[str], Path | None]
    gate: Gate
    pauses: Pauses
    _senders: int = 1
    _busy: dict[UUID, str] = field(default_factory=dict)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    @property
    def log(self) -> EventLog:
        """The event log."""
        return self.receipts.log

    @property
    def packer(self) -> Packer:
        """What signs packages."""
        return self.forming.packer

    @property
    def figures(self) -> Figures:
        """What is counted."""
        return self.receipts.figures

    @property
    def follower(self) -> Follower:
        """What keeps the outbox up to date."""
        return self.forming.follower

    def step(self) -> int:
        """Form what can be formed and try what is due, one after another; how many were tried."""
        self.forming.form(self.gate)
        tried = 0
        while self._one():
            tried += 1
        return tried

    def run(self, stopped: Signal, senders: int) -> None:
        """Work until stopped, woken by what is recorded and by the next attempt that is due.

        Raises whatever keeps it from going on: the watch of the duties logs it and begins anew.
        What is being delivered then has a moment to end; it is not waited for longer, since the
        same bytes go again when the process is back.
        """
        self._senders, crew = senders, _Crew(senders)
        threads = [
            threading.Thread(target=self._send_all, args=(crew, stopped), daemon=True)
            for _ in range(senders)
        ]
        for thread in threads:
            thread.start()
        try:
            while not stopped.is_set():
                self._go_on(crew)
                if not all(thread.is_alive() for thread in threads):
                    raise RuntimeError("a thread that delivers packages ended")
        finally:
            _let_go(crew, threads)

    def _go_on(self, crew: _Crew) -> None:
        """Form, and call senders to what is due, each package as soon as it is there."""
        position = self.log.last_position()
        self.forming.form(self.gate, lambda: self._call(crew))
        self._call(crew)
        self.log.wait(position, 0.5)

    def _call(self, crew: _Crew) -> None:
        """Wake those who are idle, if there is anything for them."""
        with self._mutex:
            wanted = min(crew.idle, len(self._due())) if crew.idle and self.gate.due() else 0
            crew.idle -= wanted
        for _ in range(wanted):
            crew.calls.put(True)  # noqa: FBT003  # the mark of work

    def _send_all(self, crew: _Crew, stopped: Signal) -> None:
        while crew.calls.get():
            try:
                while not stopped.is_set() and self._one():
                    pass
            except Exception:
                log.exception("sender")
                stopped.wait(self.pauses.first)
            with self._mutex:
                crew.idle += 1

    def _one(self) -> bool:
        """Try one package, if one may leave and is due."""
        leave, row = self.gate.enter(), None
        if leave is None:
            return False
        try:
            row = self._take()
            if row is not None:
                self.deliver(row)
        finally:
            self.gate.back(leave, tried=row is not None)
        return row is not None

    def _take(self) -> listing.PackageRow | None:
        """The package whose turn it is; it is busy from now on."""
        self.follower.catch_up()
        with self._mutex:
            busy, failing = Counter(self._busy.values()), listing.failing(self.log)
            row = next_in_turn(self._due(), busy, failing, self._senders)
            if row is not None:
                self._busy[row.message_id] = row.customer
            return row

    def _due(self) -> list[listing.PackageRow]:
        longest = timedelta(seconds=self.pauses.longest)
        return listing.due(self.log, self.receipts.clock(), longest, self._busy)

    def deliver(self, row: listing.PackageRow) -> None:
        """One attempt to deliver a package; whatever comes of it is recorded."""
        with self._release(row.message_id):
            state = self.receipts.standing(row.message_id).state
            if not isinstance(state, InFlight):
                return
            body = self.log.evidence(row.originator_id, 1, "package")
            if body is None:
                raise LookupError(f"no bytes beside package {row.message_id}")
            try:
                receipt, answer = self._attempt(row, body)
            except DeliveryProblem as problem:
                self._not_answered(row.message_id, state.attempts + 1, problem)
            else:
                self._answered(row.message_id, receipt, answer)

    def _answered(self, message_id: UUID, receipt: Receipt, answer: bytes) -> None:
        self.figures.attempt(ANSWERED)
        self.receipts.keep(message_id, receipt, answer)
        self.gate.heard()
        if receipt.result is Result.REFUSED and not named_records(receipt.findings):
            rules = tuple(dict.fromkeys(finding.rule_id for finding in receipt.findings))
            self.gate.refused(message_id, rules)
        else:
            self.gate.resume(message_id)

    def _attempt(self, row: listing.PackageRow, body: bytes) -> tuple[Receipt, bytes]:
        try:
            answer = self._exchange(body)
            return self._checked(row, answer), answer
        except DeliveryProblem:
            raise
        except Exception as bug:
            log.exception("attempt", message_id=str(row.message_id))
            raise DeliveryProblem("INTERNAL_ERROR", type(bug).__name__, None, ()) from bug

    def _exchange(self, body: bytes) -> bytes:
        try:
            return self.registry.transfer(body)
        except DeliveryProblem as problem:
            if problem.reason != "FILES_MISSING":
                raise
            self._send_files(problem)
            return self.registry.transfer(body)

    def _send_files(self, problem: DeliveryProblem) -> None:
        for sha256 in problem.hashes:
            path = self.file(sha256)
            if path is None:
                raise DeliveryProblem(FILE_NOT_HERE, sha256, None, (sha256,)) from problem
            self.registry.put_file(sha256, path)

    def _checked(self, row: listing.PackageRow, answer: bytes) -> Receipt:
        try:
            return self.receipts.believed(answer, row.message_id, self._package_hash(row))
        except NotTheCounterpart as doubt:
            raise _not_believed(row, str(doubt)) from doubt

    def _package_hash(self, row: listing.PackageRow) -> str:
        formed = self.log.stream(row.originator_id)[0].event
        return str(getattr(formed, "package_hash", ""))

    def _not_answered(self, message_id: UUID, attempt: int, problem: DeliveryProblem) -> None:
        """Write a failure of the package down, unless a receipt came another way meanwhile."""
        self.figures.attempt(problem.reason)
        if self.gate.failed(message_id, problem):
            return
        command = self._stop if problem.final else self._fail
        with self.log.locks([package_key(self.receipts.owner, message_id)]):
            self.receipts.settle(message_id, command(message_id, attempt, problem), {})

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

    @contextmanager
    def _release(self, message_id: UUID) -> Iterator[None]:
        try:
            yield
        except Exception:
            log.exception("delivery", message_id=str(message_id))
        finally:
            with self._mutex:
                self._busy.pop(message_id, None)


def _let_go(crew: _Crew, threads: Sequence[threading.Thread]) -> None:
    """End the threads; what they were called to and have not begun is tried another time."""
    for _ in threads:
        crew.calls.put(False)  # noqa: FBT003  # the mark of the end
    deadline = time.monotonic() + PARTING
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _not_believed(row: listing.PackageRow, why: str) -> DeliveryProblem:
    log.warning("receipt not believed", message_id=str(row.message_id), why=why)
    return DeliveryProblem("RECEIPT_INVALID", why, None, ())
