"""One worker process: how it begins, what it does, how it ends.

A worker is asked over a pipe of its own; it ends when the pipe does, also with a killed parent.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from registry.intake.content_check import FindFile, examine_package
from registry.intake.content_report import Ask, Permission, WorkRequest, pack, pack_request
from shared_contracts.faults import Unprocessed
from shared_contracts.files import FileStore
from shared_contracts.http.body_garbage import BODIES
from shared_contracts.messages.package import Package
from shared_contracts.process.garbage import collect_seldom
from shared_contracts.xml.envelope import open_envelope, payload_in, payload_of
from shared_contracts.xml.plain import plain

YIELDS = 5
"""The priority of workers (nice): the process that writes and hands out work goes first."""

START = 30.0
"""Most seconds that a worker may take to begin."""

READY = b"ready"
"""What a worker says when it has begun."""

QUESTION = b"?"
"""With this begins what a worker says when it asks for permission during an examination."""


@dataclass(slots=True, eq=False)
class Worker:
    """A process that examines what comes over its pipe, and since when it owes an answer."""

    pipe: Connection
    process: BaseProcess
    asked_at: float | None = None

    def owes(self, seconds: float) -> bool:
        """Whether it has owed an answer for longer than ``seconds``."""
        return self.asked_at is not None and time.monotonic() - self.asked_at > seconds


Work = Callable[[Connection, Path], None]
"""What a worker does with its pipe and the folder of files."""


def begin(files: Path, work: "Work | None" = None) -> Worker:
    """Start a worker that examines, or does ``work``; OSError if it is not ready in time."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=work or _work, args=(theirs, files), daemon=True)
    process.start()
    theirs.close()
    worker = Worker(pipe, process)
    if not pipe.poll(START) or not _is_ready(pipe):
        end(worker)
        raise OSError(f"a worker did not begin within {START:g} s")
    return worker


def _is_ready(pipe: Connection) -> bool:
    try:
        return pipe.recv_bytes() == READY
    except (EOFError, OSError):
        return False


def end(worker: Worker) -> None:
    """End a worker, whatever it does."""
    worker.process.kill()
    worker.process.join(timeout=5)
    with suppress(OSError):  # two threads may end the same worker
        worker.pipe.close()


def leave_ending_to_parent() -> None:
    """Heed no signal by which a service, a terminal or a person ends all processes at once.

    The process that began this one is told too, and ends it or its pipe: what is under way then is
    ended by that, and not by the bounds of its work.
    """
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)


def end_with_parent() -> None:
    """End this process when its parent is gone, also in the middle of its work."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_after, args=(parent,), daemon=True).start()


def _after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _work(pipe: Connection, files: Path) -> None:
    """What a worker does: answer until nobody asks any more."""
    find = FileStore(files).find
    leave_ending_to_parent()
    os.nice(YIELDS)
    collect_seldom()
    pipe.send_bytes(READY)
    while True:
        try:
            body = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        try:
            pipe.send_bytes(_answer(body, find, partial(_asked, pipe)))
        except (EOFError, OSError):
            return
        BODIES.left(len(body))


def _asked(pipe: Connection, asked: WorkRequest) -> Permission:
    """The permission that the asking process gives, or not."""
    pipe.send_bytes(QUESTION + pack_request(asked))
    return Permission(pipe.recv_bytes().decode())


def _answer(body: bytes, find: FindFile, ask: Ask) -> bytes:
    """What is found out about the package in a message; nothing where it cannot be opened."""
    try:
        element = payload_of(open_envelope(body, None), "Package")
    except Unprocessed:
        return b""
    written = plain(payload_in(body), Package)
    return pack(examine_package(element, find, ask, written=written))
