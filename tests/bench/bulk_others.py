"""Who else is at a Registry while it takes a large programme, and what that takes of memory."""

import os
import resource
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import msgspec

from registry.intake.large_worker import LAST
from shared_contracts.astana_time import now
from shared_contracts.messages.programme import Programme
from shared_contracts.rules.examine import examine_document
from shared_contracts.signing.verify import verify_person
from shared_contracts.xml import codec, schema
from tests.bench.processes import children, kept
from tests.bench.sender import Sender
from tests.bench.whole_way import Client

PACE: Final = 0.1
"""Seconds between two packages of one record, and between two pages of the feed."""


@dataclass(slots=True)
class Noticed:
    """Milliseconds that packages of one record and pages of the feed took."""

    receipts: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)


class Probes:
    """Sends packages of one record and reads pages of the feed, at a pace."""

    def __init__(self, client: Client, sender: Sender) -> None:
        self._client, self._sender, self._seen = client, sender, 0
        self._messages = [sender.message(1) for _ in range(50)]

    @contextmanager
    def at_work(self, noticed: Noticed) -> Iterator[None]:
        """Both at work, noting what they notice."""
        ended = threading.Event()
        with ThreadPoolExecutor(2) as pool:
            ways = ((self._send, noticed.receipts), (self._read, noticed.pages))
            done = [pool.submit(self._paced, way, readings, ended) for way, readings in ways]
            try:
                yield
            finally:
                ended.set()
                for one in done:
                    one.result()

    def _paced(
        self, way: Callable[[], float], readings: list[float], ended: threading.Event
    ) -> None:
        while not ended.wait(PACE):
            readings.append(way() * 1e3)

    def _send(self) -> float:
        message = self._messages.pop() if self._messages else self._sender.message(1)
        start = time.perf_counter()
        self._client.post(message)
        return time.perf_counter() - start

    def _read(self) -> float:
        asked = {"after": str(max(0, self._seen - 100)), "limit": "100"}
        start = time.perf_counter()
        page = self._client.http.get("/api/v1/changes", params=asked)
        seconds = time.perf_counter() - start
        self._seen = page.json()["next"]
        return seconds


@dataclass(slots=True)
class Memory:
    """Bytes: the most that the process for large documents had, by how much the main one grew."""

    peak: int = 0
    grown: int = 0


@contextmanager
def watched(pid: int) -> Iterator[Memory]:
    """Look at the memory of a Registry's processes all the while."""
    memory, ended = Memory(), threading.Event()
    before = kept(pid, "VmRSS")

    def look() -> None:
        while not ended.wait(0.02):
            memory.grown = max(memory.grown, kept(pid, "VmRSS") - before)
            for child in children(pid):
                if _nice(child) == LAST:
                    memory.peak = max(memory.peak, kept(child, "VmHWM"))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield memory
    finally:
        ended.set()
        thread.join()


def _nice(pid: int) -> int:
    with suppress(OSError):
        return os.getpriority(os.PRIO_PROCESS, pid)
    return 0


def whole_peak(path: Path) -> float:
    """MB of a process that opens, proves, reads and examines the same document as one tree."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_as_one_tree, args=(theirs, path))
    process.start()
    theirs.close()
    peak = float(ours.recv())
    process.join()
    return peak


def _as_one_tree(pipe: Connection, path: Path) -> None:
    os.nice(LAST)
    schema.MAX_MARKUP = 10**9  # the bound that is in its way
    element = schema.parse(path.read_bytes())
    verify_person(element)
    assert schema.validate(element, "F-XSD-1") == []
    document = codec.read(element, Programme)
    assert examine_document(document, now()) == []
    msgspec.json.encode(document)
    pipe.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
