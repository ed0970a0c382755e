"""A process of its own for each large document, with a bound to its memory and its time.

It has the lowest priority, so that what comes synchronously goes first, and one examines at a
time; the process ends with its document, and gives its memory back.
"""

import time
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec
import structlog

from registry.intake.content_check import Look, allow_all, examine_package
from registry.intake.content_report import Examined, ExaminedDocument, pack, unpack
from registry.intake.document_check import hashed
from registry.intake.large_turns import AwaitsTurn
from registry.intake.slice_check import examine_large
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.files import FileStore
from shared_contracts.large_documents.apart import Apart
from shared_contracts.messages.package import Record
from shared_contracts.process.child import (
    READY,
    Worker,
    begin,
    check_memory,
    end,
    end_with_parent,
    hold_to,
    leave_ending_to_parent,
)
from shared_contracts.xml.envelope import open_envelope, payload_of

log = structlog.get_logger(__name__)

MEMORY: Final = 768 * 1024 * 1024
"""Most bytes of resident memory after any slice of a document; with more it is refused for good."""

SPARE: Final = 256 * 1024 * 1024
"""Bytes beyond it at which the system ends the process (RLIMIT_DATA): then it is tried again."""

SECONDS: Final = 1800.0
"""Most seconds for an examination; on a quiet core 100,000 items take less than a minute."""

TWICE: Final = 2
"""After so many ends by its bounds a package is refused for good."""

LAST: Final = 19
"""The priority (nice) of the process: everything else goes first."""


class ExaminationEnded(Unprocessed):
    """The process for a large document was ended by its bounds before it gave an answer."""

    def __init__(self, why: str) -> None:
        super().__init__(Fault.BUSY, why)


class LargeWorker:
    """Examines packages with large documents, one at a time; ``files`` is where those are kept."""

    def __init__(self, files: Path, memory: int = MEMORY, seconds: float = SECONDS) -> None:
        self._files, self._memory, self._seconds = files, memory, seconds
        self._turn = Lock()
        self._worker: Worker | None = None
        self._closed = False

    def examine(self, body: bytes, stops: int = 0) -> Examined:
        """What can be said of a package by itself; ``body`` is the message it came in.

        A document that needs more memory than there is for it is unreadable, and so is one whose
        examination was ended twice before (``stops``). ``AwaitsTurn`` if another one is examined,
        ``ExaminationEnded`` if the process was ended: by its bounds, or because this one ends.
        """
        if not self._turn.acquire(blocking=False):
            raise AwaitsTurn
        try:
            return self._examined(body, is_refused=stops >= TWICE)
        finally:
            self._turn.release()

    def close(self) -> None:
        """End the process, whatever it does; that is no end by its bounds."""
        self._closed = True
        worker = self._worker
        if worker is not None:
            end(worker)

    def _examined(self, body: bytes, *, is_refused: bool) -> Examined:
        began = time.monotonic()
        found = self._asked(body, is_refused=is_refused)
        log.info("large document examined", seconds=round(time.monotonic() - began, 1))
        return found

    def _asked(self, body: bytes, *, is_refused: bool) -> Examined:
        """What the process says; where ``is_refused`` it does not open the large documents."""
        reason = _beyond_bounds(self._memory, self._seconds) if is_refused else None
        work = partial(_work, memory=self._memory, refused=reason)
        worker = self._worker = begin(self._files, work)
        try:
            worker.pipe.send_bytes(body)
            until = time.monotonic() + (self._seconds if reason is None else SECONDS)
            found = unpack(_answer(worker.pipe, until))
            documents = tuple(_with_listing(worker.pipe, one, until) for one in found.documents)
        except (EOFError, OSError):
            log.exception("the process for a large document ended", size=len(body))
            if self._closed:
                raise Unprocessed(Fault.BUSY, "the Registry ends") from None
            raise ExaminationEnded("the examination was ended") from None
        finally:
            self._worker = None
            end(worker)
        return msgspec.structs.replace(found, documents=documents)


def _beyond_bounds(memory: int, seconds: float) -> str:
    """Why a document is refused whose examination was ended twice."""
    bounds = f"{seconds:g} s and {(memory + SPARE) // 1024**2} MiB"
    cure = "send fewer items, or fewer signatures"
    return f"{Fault.TOO_LARGE.value}: its examination was ended {TWICE} times at {bounds}: {cure}"


def _answer(pipe: Connection, until: float) -> bytes:
    """What comes next from the process, if it begins to come before ``until``."""
    if not pipe.poll(max(0.0, until - time.monotonic())):
        raise ExaminationEnded("the process for a large document gave no answer in time")
    return pipe.recv_bytes()


def _with_listing(pipe: Connection, document: ExaminedDocument, until: float) -> ExaminedDocument:
    """The report with the listing, which comes after it as it is."""
    if document.apart is None:
        return document
    kept = msgspec.structs.replace(document.apart, listing=_answer(pipe, until))
    return msgspec.structs.replace(document, apart=kept)


def _work(pipe: Connection, files: Path, memory: int, refused: str | None = None) -> None:
    """What the process does: it answers once; ``refused`` is why nothing large is opened."""
    leave_ending_to_parent()
    hold_to(memory + SPARE, LAST)
    find = FileStore(files).find
    end_with_parent()
    pipe.send_bytes(READY)
    with suppress(EOFError, OSError):
        element = payload_of(open_envelope(pipe.recv_bytes(), None), "Package")
        try:
            look: Look = partial(examine_large, check=partial(check_memory, memory))
            look = look if refused is None else partial(_beyond, refused)
            found = examine_package(element, find, allow_all, look)
        except MemoryError:
            reason = (
                f"{Fault.TOO_LARGE.value}: it takes more than {memory // 1024**2} MiB to examine"
            )
            found = examine_package(element, find, allow_all, partial(_beyond, reason))
        listings = [one.apart.listing for one in found.documents if one.apart is not None]
        pipe.send_bytes(pack(_without_listings(found)))
        for listing in listings:
            pipe.send_bytes(listing)


def _beyond(reason: str, number: int, record: Record, path: Path | None) -> ExaminedDocument:
    """What is said of a document that needs more than it may."""
    return msgspec.structs.replace(hashed(number, record, path), unreadable=reason)


def _without_listings(found: Examined) -> Examined:
    documents = (
        msgspec.structs.replace(one, apart=msgspec.structs.replace(one.apart, listing=b""))
        if isinstance(one.apart, Apart)
        else one
        for one in found.documents
    )
    return msgspec.structs.replace(found, documents=tuple(documents))
