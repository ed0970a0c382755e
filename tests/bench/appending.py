"""(b) Appending events with 1, 8 and 32 writers, against the library's own PostgreSQL recorder."""

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from registry.messages.message import ReceiptIssued
from shared_contracts.astana_time import now
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.writing.commit import Commit
from tests.bench.grounds import Grounds
from tests.bench.measure import Figure, Outcome, figure, paired, timed

WRITERS = (1, 8, 32)
SHA256 = hashlib.sha256(b"a receipt").hexdigest()

POOLS = (1, 2, 4, 8, 40)
"""Sizes of the library's pool that are tried; with the last no writer waits for a connection.

The library's other setting, its database functions, takes no lock: positions come out of the order
of commits, so that a reader of the log can miss events. That is shown, not written.
"""

TRIALS = 3
"""Readings of a pool, of which the median counts."""


class Issued(Aggregate):
    """The same fact as a library's aggregate, its moments and ids by the library's transcodings."""

    @event("Issued")
    def __init__(self, *, receipt_id: UUID, message_id: UUID, sha256: str, issued_at: Any) -> None:
        self.receipt_id = receipt_id
        self.message_id = message_id
        self.sha256 = sha256
        self.issued_at = issued_at


class Library(Application[UUID]):
    """The library's application as it comes."""


Append = Callable[[], object]


def measure(grounds: Grounds, runs: int, appends: int) -> Outcome:
    """Events per second; ``appends`` events by one writer, more in all by many."""
    ours = _ours(grounds.log("append_ours"))
    figures, notes = [], []
    with ExitStack() as opened:
        safe = {
            pool: _library(opened.enter_context(Library(dict(_setting(grounds, pool)))))
            for pool in POOLS
        }
        functions = {**_setting(grounds, POOLS[-1], "f"), "POSTGRES_ENABLE_DB_FUNCTIONS": "yes"}
        unsafe = _library(opened.enter_context(Library(functions)))
        for writers in WRITERS:
            pool, told = _best_pool(safe, writers, appends)
            taken = _figure(writers, (ours, safe[pool]), runs, appends)
            beside = _figure(writers, (ours, unsafe), max(1, runs // 2), appends)
            figures.append(taken)
            notes.append(
                f"append with {writers} writers: the library's best pool is {pool} ({told}/s); "
                f"with its database functions {beside.ratio:.2f} "
                f"({beside.low:.2f}-{beside.high:.2f}), "
                f"{beside.ours:.0f} to {beside.baseline:.0f} events/s"
            )
    return Outcome(tuple(figures), tuple(notes))


def _setting(grounds: Grounds, pool: int, name: str = "") -> Mapping[str, str]:
    return grounds.library(f"append_library_{pool}{name}", pool)


def _best_pool(libraries: Mapping[int, Append], writers: int, appends: int) -> tuple[int, str]:
    """The size of the pool with which the library does most, and what each did."""
    each = max(1, int(appends / writers**0.5 / 2))
    with ThreadPoolExecutor(writers) as executor:
        rates = {}
        for pool, append in libraries.items():
            _rate(executor, append, (writers, 4))
            rates[pool] = median(_rate(executor, append, (writers, each)) for _ in range(TRIALS))
    told = ", ".join(f"{pool}: {rate:.0f}" for pool, rate in rates.items())
    return max(rates, key=lambda pool: rates[pool]), told


def _figure(writers: int, works: tuple[Append, Append], runs: int, appends: int) -> Figure:
    ours, library = works
    each = max(1, int(appends / writers**0.5))
    with ThreadPoolExecutor(writers) as executor:
        _rate(executor, ours, (writers, 4))
        _rate(executor, library, (writers, 4))
        pairs = paired(
            lambda: _rate(executor, ours, (writers, each)),
            lambda: _rate(executor, library, (writers, each)),
            runs,
        )
    return figure(f"append_{writers}_vs_library", "events/s", pairs)


def _rate(executor: ThreadPoolExecutor, append: Append, amount: tuple[int, int]) -> float:
    """Events per second when so many writers append so many events each."""
    writers, each = amount

    def write() -> None:
        for _ in range(each):
            append()

    def work() -> None:
        for writer in [executor.submit(write) for _ in range(writers)]:
            writer.result()

    return writers * each / timed(work)


def _content() -> dict[str, Any]:
    return {"receipt_id": uuid4(), "message_id": uuid4(), "sha256": SHA256, "issued_at": now()}


def _ours(log: EventLog) -> Append:
    def append() -> int:
        return log.append(Commit((Fact(uuid4(), 1, ReceiptIssued(**_content())),)))

    return append


def _library(application: Library) -> Append:
    return lambda: application.save(Issued(**_content()))
