"""Examination in worker processes, so that it uses every core and never holds up the writer.

A worker is asked over a pipe of its own; it ends when the pipe does, also with a killed parent.
"""

import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import LifoQueue

from registry.intake.examination import FindFile, examine_package
from registry.intake.examined import Examined, pack, unpack
from shared_contracts.envelope import open_envelope, payload_of
from shared_contracts.faults import Unprocessed
from shared_contracts.files import FileStore
from shared_contracts.messages.codec import Element

SMALL = 24 * 1024
"""A body of fewer bytes is examined where it is: the way to a worker costs more."""

YIELDS = 5
"""By how much a worker stands back (nice): whoever writes goes first, and hands out work sooner."""

READY = b"ready"
"""What a worker says when it has begun."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that examines what comes over its pipe."""

    pipe: Connection
    process: BaseProcess


class Workers:
    """``count`` processes which examine packages; with 0 everything is examined here.

    ``files`` is the folder of files that documents may refer to.
    """

    def __init__(self, count: int, files: Path) -> None:
        self._files, self._count = files, count
        self._find = FileStore(files).find
        self._idle: LifoQueue[Worker] = LifoQueue()
        for worker in [_begin(files) for _ in range(count)]:
            worker.pipe.recv_bytes()
            self._idle.put(worker)

    def examine(self, element: Element, body: bytes) -> Examined:
        """What can be said of a package by itself; ``body`` is the message it came in."""
        if not self._count or len(body) < SMALL:
            return examine_package(element, self._find)
        return self.examine_unopened(body) or examine_package(element, self._find)

    def examine_unopened(self, body: bytes) -> Examined | None:
        """The same of a message that only a worker opens.

        None where there is no worker for it, or the message is not in order: who opens it again
        learns what is wrong with it.
        """
        if not self._count or len(body) < SMALL:
            return None
        with self._taken() as worker:
            worker.pipe.send_bytes(body)
            answer = worker.pipe.recv_bytes()
        return unpack(answer) if answer else None

    def close(self) -> None:
        """End the processes."""
        for _ in range(self._count):
            _end(self._idle.get())

    @contextmanager
    def _taken(self) -> Iterator[Worker]:
        """A worker for one question; one that broke is replaced."""
        worker = self._idle.get()
        try:
            yield worker
        except (EOFError, OSError):
            _end(worker)
            worker = _begin(self._files)
            worker.pipe.recv_bytes()
            raise
        finally:
            self._idle.put(worker)


def _begin(files: Path) -> Worker:
    context = multiprocessing.get_context("spawn")
    pipe, end = context.Pipe()
    process = context.Process(target=_work, args=(end, files), daemon=True)
    process.start()
    end.close()
    return Worker(pipe, process)


def _end(worker: Worker) -> None:
    worker.pipe.close()
    worker.process.join(timeout=5)


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
