"""Examination in worker processes, so that it uses every core and never holds up the writer.

A worker is asked over a pipe of its own; it ends when the pipe does, also with a killed parent.
"""

import gc
import multiprocessing
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty, LifoQueue
from threading import BoundedSemaphore, Lock

import structlog

from registry.intake.examination import FindFile, examine_package
from registry.intake.examined import Examined, pack, unpack
from registry.intake.suspects import Suspects
from shared_contracts.duties import NotReady
from shared_contracts.envelope import open_envelope, payload_of
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.files import FileStore
from shared_contracts.messages.codec import Element

log = structlog.get_logger(__name__)

SMALL = 24 * 1024
"""A body of fewer bytes is examined where it is: the way to a worker costs more."""

YIELDS = 5
"""By how much a worker stands back (nice): whoever writes goes first, and hands out work sooner."""

ANSWER = 20.0
"""Most seconds that a worker may take for a question; then it is ended and replaced."""

UNEASY = 5.0
"""Seconds without an answer of any worker after which the process is not ready."""

TURN = 1.0
"""Most seconds of a wait for a worker; then one package is examined here, others are put off."""

START = 30.0
"""Most seconds that a worker may take to begin."""

READY = b"ready"
"""What a worker says when it has begun."""


class _Lost(Exception):
    """A worker ended, or was ended, with a question unanswered."""


class _NoneFree(Exception):
    """No worker was free in time."""


@dataclass(slots=True, eq=False)
class Worker:
    """A process that examines what comes over its pipe, and since when it owes an answer."""

    pipe: Connection
    process: BaseProcess
    asked_at: float | None = None

    def owes(self, seconds: float) -> bool:
        """Whether it has owed an answer for longer than ``seconds``."""
        return self.asked_at is not None and time.monotonic() - self.asked_at > seconds


class Workers:
    """``count`` processes which examine packages; with 0 everything is examined here.

    ``files`` is the folder of files that documents may refer to. A worker that ends is replaced
    and its question asked once more; one that does not answer within ``ANSWER`` seconds is ended.
    """

    def __init__(self, count: int, files: Path) -> None:
        self._files, self._count = files, count
        self._find = FileStore(files).find
        self._all: set[Worker] = set()
        self._idle: LifoQueue[Worker] = LifoQueue()
        self._here = BoundedSemaphore()
        self._mutex = Lock()
        self._closed = False
        self.suspects = Suspects()
        self.lost = 0
        for worker in [_begin(files) for _ in range(count)]:
            self._add(worker)

    def examine(self, element: Element, body: bytes) -> Examined:
        """What can be said of a package by itself; ``body`` is the message it came in.

        Raises ``Unprocessed`` if it cannot be said now.
        """
        if not self._count or len(body) < SMALL:
            return examine_package(element, self._find)
        try:
            answer = self._ask(body)
        except _NoneFree:
            return self._examine_here(element)
        return unpack(answer) if answer else examine_package(element, self._find)

    def examine_unopened(self, body: bytes) -> Examined | None:
        """The same of a message that only a worker opens.

        None where there is no worker for it, or the message is not in order: who opens it again
        learns what is wrong with it.
        """
        if not self._count or len(body) < SMALL:
            return None
        try:
            answer = self._ask(body)
        except _NoneFree:
            return None
        return unpack(answer) if answer else None

    def tend(self) -> None:
        """End workers that owe an answer for too long, and begin those that are missing."""
        for worker in [one for one in self._workers() if one.owes(ANSWER)]:
            log.error("worker gave no answer", seconds=ANSWER, pid=worker.process.pid)
            worker.process.kill()
        for _ in range(self._idle.qsize()):
            with suppress(Empty):
                worker = self._idle.get_nowait()
                if worker.process.is_alive():
                    self._idle.put(worker)
                else:
                    self._drop(worker)
        while len(self._workers()) < self._count and not self._closed:
            self._add(_begin(self._files))

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
        for worker in self._workers():
            worker.process.kill()
        for worker in self._workers():
            worker.process.join(timeout=2)
            self._drop(worker)

    def _ask(self, body: bytes) -> bytes:
        """A worker's answer; a question whose worker was lost goes to another, once."""
        self.suspects.check(body)
        worker = self._take()
        for _ in range(2):
            try:
                answer = _answered(worker, body)
            except _Lost:
                self._blame(worker, body)
                worker = self._another()
                continue
            self._idle.put(worker)
            self.suspects.clear(body)
            return answer
        raise Unprocessed(Fault.INTERNAL_ERROR, "the examination was ended twice")

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
            self._add(_begin(self._files))

    def _take(self) -> Worker:
        """A free worker within ``TURN`` seconds."""
        deadline = time.monotonic() + TURN
        while (left := deadline - time.monotonic()) > 0:
            with suppress(Empty):
                worker = self._idle.get(timeout=left)
                if worker.process.is_alive():
                    return worker
                self._drop(worker)
                self._replace()
        raise _NoneFree

    def _examine_here(self, element: Element) -> Examined:
        if not self._here.acquire(blocking=False):
            raise Unprocessed(Fault.BUSY, "every worker is at work", retry_after=5)
        try:
            return examine_package(element, self._find)
        finally:
            self._here.release()

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
        _end(worker)

    def _drop(self, worker: Worker) -> None:
        with self._mutex:
            self.lost += worker in self._all and not self._closed
            self._all.discard(worker)
        _end(worker)


def _answered(worker: Worker, body: bytes) -> bytes:
    """The answer of a worker; raises ``_Lost`` if it ends, or is ended, before."""
    worker.asked_at = time.monotonic()
    try:
        worker.pipe.send_bytes(body)
        if not worker.pipe.poll(ANSWER):
            raise _Lost
        answer = worker.pipe.recv_bytes()
    except (EOFError, OSError) as ended:
        raise _Lost from ended
    worker.asked_at = None
    return answer


def _begin(files: Path) -> Worker:
    context = multiprocessing.get_context("spawn")
    pipe, end = context.Pipe()
    process = context.Process(target=_work, args=(end, files), daemon=True)
    process.start()
    end.close()
    worker = Worker(pipe, process)
    if not pipe.poll(START) or not _is_ready(pipe):
        _end(worker)
        raise OSError(f"a worker did not begin within {START:g} s")
    return worker


def _is_ready(pipe: Connection) -> bool:
    try:
        return pipe.recv_bytes() == READY
    except (EOFError, OSError):
        return False


def _end(worker: Worker) -> None:
    worker.process.kill()
    worker.process.join(timeout=5)
    worker.pipe.close()


def _work(pipe: Connection, files: Path) -> None:
    """What a worker does: answer until nobody asks any more."""
    find = FileStore(files).find
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted, and closes the pipe
    os.nice(YIELDS)
    gc.freeze()
    gc.set_threshold(50_000)  # what is examined is freed when it is done with; cycles are rare
    pipe.send_bytes(READY)
    while True:
        try:
            body = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        pipe.send_bytes(_answer(body, find))


def _answer(body: bytes, find: FindFile) -> bytes:
    """What is found out about the package in a message; nothing where it cannot be opened."""
    try:
        element = payload_of(open_envelope(body, None), "Package")
    except Unprocessed:
        return b""
    return pack(examine_package(element, find))
