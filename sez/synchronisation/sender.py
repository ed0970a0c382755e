"""Packages leave, answers come: tried again while technical, left to a person when refused.

(S216-18.2, S216-18.3, S216-A2.1.1, 6, 8)
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from threading import Event as Signal
from typing import Protocol
from uuid import UUID

import structlog

from sez.synchronisation import listing
from sez.synchronisation.figures import ANSWERED, Figures
from sez.synchronisation.package import (
    DeliveryFailed,
    Fail,
    InFlight,
)
from sez.synchronisation.packer import Packer, package_key
from sez.synchronisation.packing import loads, pause
from sez.synchronisation.receipts import Receipts
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.event_log.followers import Follower
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.receipt import Receipt

log = structlog.get_logger(__name__)

PARTING = 3.0
"""Seconds that deliveries under way have to end when the process is told to."""


class DeliveryProblem(Exception):
    """An attempt ended without an answer: why, when to try again, which files are missing."""

    def __init__(
        self, reason: str, detail: str, retry_after: int | None, hashes: Sequence[str]
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail
        self.retry_after, self.hashes = retry_after, tuple(hashes)


class Registry(Protocol):
    """The Registry as the sender calls it; both raise ``DeliveryProblem``."""

    def transfer(self, package: bytes) -> bytes:
        """Send a package; the receipt's bytes."""

    def put_file(self, sha256: str, path: Path) -> None:
        """Send a file."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds between attempts: the first, and the longest they grow to."""

    first: float
    longest: float


@dataclass(slots=True)
class Sender:
    """Forms packages of what waits and delivers them, several at a time."""

    log: EventLog
    packer: Packer
    registry: Registry
    receipts: Receipts
    figures: Figures
    file: Callable[[str], Path | None]
    follower: Follower
    clock: Callable[[], datetime]
    pauses: Pauses
    _busy: set[UUID] = field(default_factory=set)
    _held: set[UUID] = field(default_factory=set)
    _mutex: threading.Lock = field(default_factory=threading.Lock)
    _forming: threading.Lock = field(default_factory=threading.Lock)

    def step(self, hand_over: Callable[[listing.PackageRow], object] | None = None) -> int:
        """Form what can be formed and try what is due; how many packages were taken up.

        They are delivered one after another here, or handed over to whoever delivers.
        """
        with self._forming:
            self._form()
        rows = [row for row in listing.due(self.log, self.clock()) if self._claim(row.message_id)]
        for row in rows:
            (hand_over or self.deliver)(row)
        return len(rows)

    def _form(self) -> None:
        """Form what waits; what cannot be formed leaves the others, and what is due, alone."""
        self.follower.catch_up()
        waiting = listing.waiting(self.log)
        with self._mutex:
            kept = frozenset(self._held)
        for load in loads(waiting, kept):
            try:
                self.packer.form(load)
            except Exception:
                log.exception("forming", object_id=str(load[0].object_id))
        self.follower.catch_up()

    @contextmanager
    def holding(self, object_id: UUID) -> Iterator[None]:
        """Form no package of this tender meanwhile; a package of it is formed by hand."""
        with self._mutex:
            self._held.add(object_id)
        try:
            yield
        finally:
            with self._mutex:
                self._held.discard(object_id)

    def form_held(self, object_id: UUID) -> bytes:
        """A package of what waits of one tender, which somebody else will post; its bytes."""
        with self._forming:
            self.follower.catch_up()
            waiting = [one for one in listing.waiting(self.log) if one.object_id == object_id]
            _message_id, body = self.packer.form(waiting, held=True)
            self.follower.catch_up()
        return body

    def run(self, stopped: Signal, senders: int) -> None:
        """Work until stopped, woken by what is recorded and by the next attempt that is due.

        Raises whatever keeps it from going on: the watch of the duties logs it and begins anew.
        What is being delivered then has a moment to end; it is not waited for longer, since the
        same bytes go again when the process is back.
        """
        due: SimpleQueue[listing.PackageRow | None] = SimpleQueue()
        threads = [
            threading.Thread(target=self._deliver_all, args=(due, stopped), daemon=True)
            for _ in range(senders)
        ]
        for thread in threads:
            thread.start()
        try:
            while not stopped.is_set():
                self._go_on(due.put)
                if not all(thread.is_alive() for thread in threads):
                    raise RuntimeError("a thread that delivers packages ended")
        finally:
            self._let_go(due, threads)

    def _let_go(
        self, due: "SimpleQueue[listing.PackageRow | None]", threads: Sequence[threading.Thread]
    ) -> None:
        """End the threads; what was handed over and not begun is free to be tried again."""
        while not due.empty():
            row = due.get()
            with self._mutex:
                self._busy.discard(row.message_id if row else UUID(int=0))
        for _ in threads:
            due.put(None)
        deadline = time.monotonic() + PARTING
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _go_on(self, hand_over: Callable[[listing.PackageRow], object]) -> None:
        position = self.log.last_position()
        if not self.step(hand_over):
            self.log.wait(position, 0.5)

    def _deliver_all(self, due: "SimpleQueue[listing.PackageRow | None]", stopped: Signal) -> None:
        while (row := due.get()) is not None and not stopped.is_set():
            self.deliver(row)

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
                self._fail(row.message_id, state.attempts + 1, problem)
            else:
                self.figures.attempt(ANSWERED)
                self.receipts.keep(row.message_id, receipt, answer)

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
                raise DeliveryProblem("FILE_NOT_HERE", sha256, None, (sha256,)) from problem
            self.registry.put_file(sha256, path)

    def _checked(self, row: listing.PackageRow, answer: bytes) -> Receipt:
        try:
            return self.receipts.believed(answer, row.message_id, self._package_hash(row))
        except NotTheCounterpart as doubt:
            raise _not_believed(row, str(doubt)) from doubt

    def _package_hash(self, row: listing.PackageRow) -> str:
        formed = self.log.stream(row.originator_id)[0].event
        return str(getattr(formed, "package_hash", ""))

    def _fail(self, message_id: UUID, attempt: int, problem: DeliveryProblem) -> None:
        """Write a failure down, unless a receipt came another way meanwhile."""
        self.figures.attempt(problem.reason)
        now = self.clock()
        seconds = pause(attempt, self.pauses.first, self.pauses.longest)
        event = DeliveryFailed(
            message_id=message_id,
            attempt=attempt,
            reason=problem.reason,
            detail=problem.detail[:500],
            hashes=problem.hashes,
            failed_at=now,
            next_attempt_at=now + timedelta(seconds=max(seconds, problem.retry_after or 0)),
        )
        with self.log.locks([package_key(self.packer.owner, message_id)]):
            self.receipts.settle(message_id, Fail(event), {})

    def _claim(self, message_id: UUID) -> bool:
        with self._mutex:
            if message_id in self._busy:
                return False
            self._busy.add(message_id)
            return True

    @contextmanager
    def _release(self, message_id: UUID) -> Iterator[None]:
        try:
            yield
        except Exception:
            log.exception("delivery", message_id=str(message_id))
        finally:
            with self._mutex:
                self._busy.discard(message_id)


def _not_believed(row: listing.PackageRow, why: str) -> DeliveryProblem:
    log.warning("receipt not believed", message_id=str(row.message_id), why=why)
    return DeliveryProblem("RECEIPT_INVALID", why, None, ())
