"""Examination in worker processes, so that it uses every core and never holds up the writer."""

import gc
import multiprocessing
import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from registry.intake.examination import FindFile, examine_package
from registry.intake.examined import Examined, pack, unpack
from shared_contracts.envelope import open_envelope, payload_of
from shared_contracts.files import FileStore
from shared_contracts.messages.codec import Element

SMALL = 24 * 1024
"""A body of fewer bytes is examined where it is: the way to a worker costs more."""


class Workers:
    """A pool of ``count`` processes which examine packages; 0 examines everything here.

    ``files`` is the folder of files that documents may refer to.
    """

    def __init__(self, count: int, files: Path) -> None:
        self._find = finder(FileStore(files))
        self._pool = None
        if count:
            self._pool = ProcessPoolExecutor(
                count,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(files, os.getpid()),
            )
            for begun in [self._pool.submit(_ready) for _ in range(count)]:
                begun.result()

    def examine(self, element: Element, body: bytes) -> Examined:
        """What can be said of a package by itself; ``body`` is the message it came in."""
        if self._pool is None or len(body) < SMALL:
            return examine_package(element, self._find)
        return unpack(self._pool.submit(_examine, body).result())

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


def finder(files: FileStore) -> FindFile:
    """Where a store keeps a file."""

    def find(sha256: str) -> Path | None:
        return files.path(sha256) if files.has(sha256) else None

    return find


_FIND: list[FindFile] = []


def _begin(files: Path, parent: int) -> None:
    """What a worker does first: open the files, and end when its parent is no more."""
    _FIND.append(finder(FileStore(files)))
    gc.freeze()
    gc.set_threshold(50_000)  # what is examined is freed when it is done with; cycles are rare
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _ready() -> int:
    time.sleep(0.05)  # so that each of the workers is asked, and has begun
    return os.getpid()


def _examine(body: bytes) -> bytes:
    element = payload_of(open_envelope(body, None), "Package")
    return pack(examine_package(element, _FIND[0]))


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)
