"""Examination in worker processes, so that it uses every core and never holds up the writer."""

import time
from contextlib import suppress
from pathlib import Path
from queue import Empty, LifoQueue
from threading import BoundedSemaphore, Lock

import structlog

from registry.intake.content_check import allow_all, examine_package
from registry.intake.content_report import Ask, Examined, Permission, unpack, unpack_request
from registry.intake.gate import IntakeGate
from registry.intake.large_worker import LargeWorker
from registry.intake.worker import QUESTION, begin
from registry.intake.worker_losses import WorkerLosses
from shared_contracts.errors import NotReady, Temporary
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.files import FileStore
from shared_contracts.process.child import Worker, end
from shared_contracts.xml.codec import Element

log = structlog.get_logger(__name__)

SMALL = 24 * 1024
"""A body of fewer bytes is examined where it is, for the way to a worker costs more; not so beside
other packages, which need this process to be judged and recorded."""

ANSWER = 20.0
"""Most seconds that a worker may take for a question; then it is ended and replaced."""

UNEASY = 5.0
"""Seconds without an answer of any worker after which the process is not ready."""

TURN = 1.0
"""Most seconds of a wait for a worker; then one package is examined here, others are put off."""

SMALL_TURN = 0.05
"""Most seconds of such a wait for a small body; then it is examined here all the same."""


class _Lost(Temporary):
    """A worker ended, or was ended, with a question unanswered."""


class _NoneFree(Temporary):
    """No worker was free in time."""


class Workers:
    """``count`` processes which examine packages; with 0 everything is examined here.

    ``files`` is the folder of files that documents may refer to. A worker that ends is replaced
    and its question asked once more; one that does not answer within ``ANSWER`` seconds is ended.
    ``gate`` permits the dear part; without one everybody may. ``large`` has the process for large
    documents, beside these.
    """

    def __init__(self, count: int, files: Path, gate: IntakeGate | None = None) -> None:
        self._files, self._count = files, count
        self._gate = gate or IntakeGate(lambda _asked: True, max(1, count))
        self._find = FileStore(files).find
        self._all: set[Worker] = set()
        self._idle: LifoQueue[Worker] = LifoQueue()
        self._here = BoundedSemaphore()
        self._mutex = Lock()
        self._closed = False
        self.suspects = WorkerLosses()
        self.large = LargeWorker(files)
        self.lost = 0
        for worker in [begin(files) for _ in range(count)]:
            self._add(worker)

    def examine(self, element: Element, body: bytes, peer: str = "") -> Examined:
        """What can be said of a package by itself; ``body`` is the message it came in.

        ``peer`` is the address it came from. Raises ``Unprocessed`` if it cannot be said now.
        """
        found = self._examined(element, body, peer)
        self._gate.note(peer, found)
        return found

    def _examined(self, element: Element, body: bytes, peer: str) -> Examined:
        if not self._count:
            with self._gate.visit(peer) as ask:
                return examine_package(element, self._find, ask)
        if len(body) < SMALL:
            small = self._examine_lightly(element, peer)
            if small.permission is not Permission.BUSY:
                return small
        try:
            answer = self._ask(body, peer)
        except _NoneFree:
            return self._examine_here(element, peer)
        return unpack(answer) if answer else self._examine_lightly(element, peer)

    def examine_unopened(self, body: bytes, others: int = 0, peer: str = "") -> Examined | None:
        """The same of a message that only a worker opens; ``others`` are under way beside it.

        None where there is no worker for it, or the message is not in order: who opens it again
        learns what is wrong with it.
        """
        is_small = len(body) < SMALL
        if not self._count or (is_small and not others):
            return None
        try:
            answer = self._ask(body, peer, SMALL_TURN if is_small else TURN)
        except _NoneFree:
            return None
        if not answer:
            return None
        found = unpack(answer)
        self._gate.note(peer, found)
        return found

    def tend(self) -> None:
        """End workers that owe an answer for too long, and begin those that are missing."""
        for worker in [one for one in self._workers() if one.owes(ANSWER)]:
            log.error("worker gave no answer", seconds=ANSWER, pid=worker.process.pid)
            worker.process.kill()
        for worker in reversed(self._all_idle()):
            if worker.process.is_alive():
                self._idle.put(worker)
            else:
                log.warning("worker ended", pid=worker.process.pid)
                self._drop(worker)
        while len(self._workers()) < self._count and not self._closed:
            self._add(begin(self._files))

    def check(self) -> str:
        """How many workers there are; raises NotReady if there is none, or none answers."""
        workers = self._workers()
        if self._count and all(not one.process.is_alive() for one in workers):
            raise NotReady(f"none of {self._count} workers runs")
        if workers and all(one.owes(UNEASY) for one in workers):
            raise NotReady(f"no worker has answered for {UNEASY:g} s")
        return f"{self.running()} of {self._count}"

    def running(self) -> int:
        """How many workers there are."""
        return len(self._workers())

    def close(self) -> None:
        """End the processes, whatever they do; questions to them are answered MAINTENANCE."""
        self._closed = True
        self.large.close()
        for worker in self._workers():
            worker.process.kill()
        for worker in self._workers():
            worker.process.join(timeout=2)
            self._drop(worker)

    def _ask(self, body: bytes, peer: str, turn: float = TURN) -> bytes:
        """A worker's answer; a question whose worker was lost goes to another, once."""
        self.suspects.check(body)
        worker = self._take(turn)
        for _ in range(2):
            try:
                with self._gate.visit(peer) as ask:
                    answer = _answered(worker, body, ask)
            except _Lost:
                self._blame(worker, body)
                worker = self._another()
                continue
            self._idle.put(worker)
            self.suspects.clear(body)
            return answer
        self.suspects.check(body)
        raise Unprocessed(Fault.BUSY, "the examination was ended twice")

    def _blame(self, worker: Worker, body: bytes) -> None:
        """Drop a lost worker; raises ``Unprocessed`` if its question is not to be asked again."""
        silent = worker.owes(ANSWER)
        self._drop(worker)
        if self._closed:
            raise Unprocessed(Fault.MAINTENANCE, "the process ends")
        self.suspects.blame(body)
        self._replace()
        if silent:
            raise Unprocessed(Fault.BUSY, f"the examination took longer than {ANSWER:g} s")

    def _another(self) -> Worker:
        """A worker for a question that one was lost over: such a question is not examined here."""
        try:
            return self._take()
        except _NoneFree:
            raise Unprocessed(Fault.BUSY, "every worker is at work", retry_after=5) from None

    def _replace(self) -> None:
        """Begin a worker in the place of a lost one; where that fails, it is tried by ``tend``."""
        with suppress(OSError):
            self._add(begin(self._files))

    def _all_idle(self) -> list[Worker]:
        """Those whom nobody asks, taken out, the next to be asked first."""
        idle = []
        with suppress(Empty):
            while True:
                idle.append(self._idle.get_nowait())
        return idle

    def _take(self, turn: float = TURN) -> Worker:
        """A free worker within ``turn`` seconds."""
        deadline = time.monotonic() + turn
        while (left := deadline - time.monotonic()) > 0:
            with suppress(Empty):
                worker = self._idle.get(timeout=left)
                if worker.process.is_alive():
                    return worker
                self._drop(worker)
                self._replace()
        raise _NoneFree

    def _examine_here(self, element: Element, peer: str) -> Examined:
        if not self._here.acquire(blocking=False):
            raise Unprocessed(Fault.BUSY, "every worker is at work", retry_after=5)
        try:
            return self._examine_lightly(element, peer)
        finally:
            self._here.release()

    def _examine_lightly(self, element: Element, peer: str) -> Examined:
        """Examine in this process, where a heavy message would hold up all others."""
        with self._gate.visit(peer, light=True) as ask:
            return examine_package(element, self._find, ask)

    def _workers(self) -> list[Worker]:
        with self._mutex:
            return list(self._all)

    def _add(self, worker: Worker) -> None:
        """Take a new worker in, unless there are enough already."""
        with self._mutex:
            if len(self._all) < self._count and not self._closed:
                self._all.add(worker)
                self._idle.put(worker)
                return
        end(worker)

    def _drop(self, worker: Worker) -> None:
        with self._mutex:
            self.lost += worker in self._all and not self._closed
            self._all.discard(worker)
        end(worker)


def _answered(worker: Worker, body: bytes, ask: Ask = allow_all) -> bytes:
    """The answer of a worker, which asks for permission; ``_Lost`` if it ends before."""
    worker.asked_at = time.monotonic()
    try:
        worker.pipe.send_bytes(body)
        answer = _heard(worker)
        while answer.startswith(QUESTION):
            permission = ask(unpack_request(answer.removeprefix(QUESTION)))
            worker.pipe.send_bytes(permission.encode())
            answer = _heard(worker)
    except (EOFError, OSError) as ended:
        raise _Lost from ended
    worker.asked_at = None
    return answer


def _heard(worker: Worker) -> bytes:
    if not worker.pipe.poll(ANSWER):
        raise _Lost
    return worker.pipe.recv_bytes()
