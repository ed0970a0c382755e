"""(b) Appending events with 1, 8 and 32 writers, against the library's own PostgreSQL recorder."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from registry.messages.message import ReceiptIssued
from shared_contracts.astana_time import now
from shared_contracts.event_log.commit import Commit
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.log import EventLog
from tests.bench.grounds import Grounds
from tests.bench.measure import Figure, Outcome, figure, paired, timed

WRITERS = (1, 8, 32)
SHA256 = hashlib.sha256(b"a receipt").hexdigest()


SAFE = "default"
"""The library's setting that is written. Its database functions take no lock: positions come out
of the order of commits, so that a reader of the log can miss events. That is shown, not written."""


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
    log = grounds.log("append_ours")
    with (
        Library(dict(grounds.library("append_library"))) as plain,
        Library(
            {**grounds.library("append_functions"), "POSTGRES_ENABLE_DB_FUNCTIONS": "yes"}
        ) as functions,
    ):
        libraries = {"default": _library(plain), "database functions": _library(functions)}
        return _outcome(_ours(log), libraries, runs, appends)


def _outcome(ours: Append, libraries: dict[str, Append], runs: int, appends: int) -> Outcome:
    figures, notes = [], []
    for writers in WRITERS:
        taken = {
            setting: _figure(writers, (ours, library), runs, appends)
            for setting, library in libraries.items()
        }
        figures.append(taken[SAFE])
        notes += [
            f"append with {writers} writers, library with {setting}: {each.ratio:.2f} "
            f"({each.low:.2f}-{each.high:.2f}), {each.ours:.0f} to {each.baseline:.0f} events/s"
            for setting, each in taken.items()
        ]
    return Outcome(tuple(figures), tuple(notes))


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
