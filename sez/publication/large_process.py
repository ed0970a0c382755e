"""A large document is formed in a process of its own, with bounds to its memory and its time.

One is formed at a time. The process ends with its document, and gives its memory back.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import uuid4

import structlog

from sez.publication.large_work import (
    LargeFailed,
    LargeOrder,
    LargePrepared,
    LargeSigned,
    LargeWork,
    Told,
    pack,
    unpack,
    unpack_order,
)
from sez.publication.uploads import UploadedSources
from shared_contracts.errors import BadInput, Defect, Temporary
from shared_contracts.faults import Unprocessed
from shared_contracts.files import FileStore
from shared_contracts.process.child import (
    READY,
    Worker,
    begin,
    check_memory,
    end,
    end_with_parent,
    hold_to,
    leave_ending_to_parent,
    resident,
)
from shared_contracts.signing.report import SignatureRefused

log = structlog.get_logger(__name__)

MEMORY: Final = 768 * 1024 * 1024
"""Most bytes of resident memory while a document is formed; with more it is refused."""

SPARE: Final = 256 * 1024 * 1024
"""Bytes of data beyond it at which the system ends the process (RLIMIT_DATA)."""

SECONDS: Final = 1800.0
"""Most seconds for a document; on a quiet core 100,000 items take two minutes."""

YIELDS: Final = 10
"""The priority (nice) of the process: the process that serves goes first."""

_SIGN: Final = b"sign"


@dataclass(frozen=True, slots=True)
class UnderWork:
    """A document that is being formed, asked in this order: what it says, then its signatures."""

    pipe: Connection
    until: float
    bounds: str
    document: Path

    def prepared(self) -> LargePrepared:
        """What is said of it before it is signed; ``BadInput`` if it cannot be read."""
        told = self._told()
        if not isinstance(told, LargePrepared):
            raise Defect(f"{type(told).__name__} before a document was prepared")
        return told

    def signed(self) -> LargeSigned:
        """Have it signed; ``BadInput`` if its signatures are not good."""
        self.pipe.send_bytes(_SIGN)
        told = self._told()
        if not isinstance(told, LargeSigned):
            raise Defect(f"{type(told).__name__} in the place of signatures")
        return told

    def _told(self) -> Told:
        try:
            if not self.pipe.poll(max(0.0, self.until - time.monotonic())):
                raise self._ended()
            told = unpack(self.pipe.recv_bytes())
        except (EOFError, OSError):
            raise self._ended() from None
        if isinstance(told, LargeFailed):
            raise (Defect if told.is_defect else BadInput)(told.why)
        return told

    def _ended(self) -> Temporary:
        return Temporary(
            f"the process that forms the document was ended ({self.bounds} at most): nothing was "
            "recorded; ask again, and if it ends again give fewer items"
        )


@dataclass(frozen=True, slots=True)
class LargeProcess:
    """Forms large documents of this SEZ, one at a time.

    ``uploads`` has what is to be formed, ``files`` keeps what was; ``users`` is the folder of keys.
    Bounds are in bytes and seconds.
    """

    files: FileStore
    users: Path
    uploads: UploadedSources
    memory: int = MEMORY
    seconds: float = SECONDS
    _turn: Lock = field(default_factory=Lock)

    @contextmanager
    def forming(self, order: Callable[[Path], LargeOrder]) -> Iterator[UnderWork]:
        """The work for an order, which gets the path where the document may be written.

        ``Temporary`` while another one is formed. What was written is gone at the end.
        """
        if not self._turn.acquire(blocking=False):
            raise Temporary("another large document is being formed: ask again when it is done")
        target = self.files.incoming / uuid4().hex
        began = time.monotonic()
        try:
            worker = _begun(target.parent, self.memory)
            try:
                asked = order(target)
                worker.pipe.send_bytes(pack(asked))
                document = Path(asked.source) if asked.act is None else target
                bounds = f"{self.seconds:g} s and {(self.memory + SPARE) // 1024**2} MiB"
                yield UnderWork(worker.pipe, began + self.seconds, bounds, document)
            finally:
                end(worker)
                log.info("large document", seconds=round(time.monotonic() - began, 1))
        finally:
            target.unlink(missing_ok=True)
            self._turn.release()


def _begun(folder: Path, memory: int) -> Worker:
    try:
        return begin(folder, partial(_work, memory=memory))
    except OSError as problem:
        told = (
            f"the process that forms it did not begin: nothing was recorded; ask again ({problem})"
        )
        raise Temporary(told) from problem


def _work(pipe: Connection, _folder: Path, memory: int) -> None:
    """What the process does: prepare, wait for the word, sign."""
    leave_ending_to_parent()
    hold_to(memory + SPARE, YIELDS)
    end_with_parent()
    pipe.send_bytes(READY)
    with suppress(EOFError, OSError):
        work = LargeWork(unpack_order(pipe.recv_bytes()), partial(check_memory, memory))
        pipe.send_bytes(pack(_done(work.prepare, memory)))
        if pipe.recv_bytes() == _SIGN:
            pipe.send_bytes(pack(_done(work.sign, memory)))


def _done(step: Callable[[], Told], memory: int) -> Told:
    """What a step found, or why it cannot be taken."""
    too_much = f"it takes more than {memory // 1024**2} MiB to form: give fewer items"
    try:
        return step()
    except MemoryError:
        return LargeFailed(why=too_much)
    except Unprocessed as problem:
        beyond = resident() > memory  # where memory ends, the reader of XML calls it broken
        return LargeFailed(why=too_much if beyond else str(problem))
    except (BadInput, SignatureRefused) as problem:
        return LargeFailed(why=str(problem))
    except Exception as problem:
        log.exception("a large document was not formed")
        return LargeFailed(why=f"{type(problem).__name__}: {problem}"[:500], is_defect=True)
