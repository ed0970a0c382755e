"""A process of its own for each large document, with a bound to its memory and its time.

It has the lowest priority, so that what comes synchronously goes first, and one examines at a
time; the process ends with its document, and gives its memory back.
"""

import os
import resource
import signal
import time
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec
import structlog

from registry.intake.content_check import allow_all, examine_package, hashed
from registry.intake.content_report import Examined, ExaminedDocument, pack, unpack
from registry.intake.large_turns import AwaitsTurn
from registry.intake.slice_check import examine_large
from registry.intake.worker import READY, Worker, begin, end
from registry.records.apart import Apart
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.files import FileStore
from shared_contracts.messages.package import Record
from shared_contracts.xml.envelope import open_envelope, payload_of

log = structlog.get_logger(__name__)

MEMORY: Final = 768 * 1024 * 1024
"""Most bytes of resident memory after any slice of a document; with more it is refused for good."""

SPARE: Final = 256 * 1024 * 1024
"""Bytes beyond it at which the system ends the process (RLIMIT_DATA): then it is tried again."""

SECONDS: Final = 1800.0
"""Most seconds for an examination; on a quiet core 100,000 items take less than a minute."""

LAST: Final = 19
"""The priority (nice) of the process: everything else goes first."""


class LargeWorker:
    """Examines packages with large documents, one at a time; ``files`` is where those are kept."""

    def __init__(self, files: Path, memory: int = MEMORY, seconds: float = SECONDS) -> None:
        self._files, self._memory, self._seconds = files, memory, seconds
        self._turn = Lock()
        self._worker: Worker | None = None

    def examine(self, body: bytes) -> Examined:
        """What can be said of a package by itself; ``body`` is the message it came in.

        A document that needs more memory than there is for it is unreadable. ``Unprocessed`` if
        it cannot be said now: another one is examined, or the process was ended.
        """
        if not self._turn.acquire(blocking=False):
            raise AwaitsTurn
        try:
            return self._examined(body)
        finally:
            self._turn.release()

    def close(self) -> None:
        """End the process, whatever it does."""
        worker = self._worker
        if worker is not None:
            end(worker)

    def _examined(self, body: bytes) -> Examined:
        began = time.monotonic()
        worker = self._worker = begin(self._files, partial(_work, memory=self._memory))
        try:
            worker.pipe.send_bytes(body)
            if not worker.pipe.poll(self._seconds):
                raise Unprocessed(Fault.BUSY, f"no answer within {self._seconds:g} s")
            found = unpack(worker.pipe.recv_bytes())
            documents = tuple(_with_listing(worker.pipe, one) for one in found.documents)
        except (EOFError, OSError):
            log.exception("the process for a large document ended", size=len(body))
            raise Unprocessed(Fault.BUSY, "the examination was ended") from None
        finally:
            self._worker = None
            end(worker)
        log.info("large document examined", seconds=round(time.monotonic() - began, 1))
        return msgspec.structs.replace(found, documents=documents)


def _with_listing(pipe: Connection, document: ExaminedDocument) -> ExaminedDocument:
    """The report with the listing, which comes after it as it is."""
    if document.apart is None:
        return document
    kept = msgspec.structs.replace(document.apart, listing=pipe.recv_bytes())
    return msgspec.structs.replace(document, apart=kept)


def _work(pipe: Connection, files: Path, memory: int) -> None:
    """What the process does: it answers once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted, and closes the pipe
    os.nice(LAST)
    most = memory + SPARE
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    find = FileStore(files).find
    pipe.send_bytes(READY)
    with suppress(EOFError, OSError):
        element = payload_of(open_envelope(pipe.recv_bytes(), None), "Package")
        try:
            look = partial(examine_large, check=partial(_check_memory, memory))
            found = examine_package(element, find, allow_all, look)
        except MemoryError:
            found = examine_package(element, find, allow_all, partial(_beyond, memory))
        listings = [one.apart.listing for one in found.documents if one.apart is not None]
        pipe.send_bytes(pack(_without_listings(found)))
        for listing in listings:
            pipe.send_bytes(listing)


def _check_memory(memory: int) -> None:
    """MemoryError where more than ``memory`` bytes are resident: the parser tells it as bad XML."""
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    if resident > memory:
        raise MemoryError


def _beyond(memory: int, number: int, record: Record, path: Path | None) -> ExaminedDocument:
    """What is said of a document that needs more than it may."""
    reason = f"{Fault.TOO_LARGE.value}: it takes more than {memory // 1024**2} MiB to examine"
    return msgspec.structs.replace(hashed(number, record, path), unreadable=reason)


def _without_listings(found: Examined) -> Examined:
    documents = (
        msgspec.structs.replace(one, apart=msgspec.structs.replace(one.apart, listing=b""))
        if isinstance(one.apart, Apart)
        else one
        for one in found.documents
    )
    return msgspec.structs.replace(found, documents=tuple(documents))
