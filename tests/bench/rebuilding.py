"""(d) Rebuilding a view to the head of the log, against the library's ProjectionRunner."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import Cursor, sql
from psycopg.rows import TupleRow

from registry.purchases import listing as purchases
from registry.purchases.purchase import PurchaseAnnounced
from registry.records import listing as records
from shared_contracts.event_log.event import Fact, Recorded
from shared_contracts.event_log.following.followers import Follower
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.writing.commit import Commit
from tests.bench.grounds import Grounds
from tests.bench.history import announcements
from tests.bench.library_view import runner
from tests.bench.measure import Figure, Outcome, figure, paired, timed
from tests.bench.plain_log import PlainLog, announced

NAME = "rebuild_library"
TIMEOUT = 300.0
"""Seconds that the library may take."""


@dataclass(frozen=True)
class Library:
    """The library's log, and its runner over it."""

    server: str
    environment: Mapping[str, str]
    last: int | None

    def seconds(self) -> float:
        """How long its runner takes from an empty view to the head of its log."""
        with psycopg.connect(self.server, dbname=NAME, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS views CASCADE")
            connection.execute("DROP TABLE IF EXISTS libraryprojection_tracking")
        running = runner(dict(self.environment))
        with running:
            return timed(lambda: running.wait(self.last, timeout=TIMEOUT))

    def wait_for_disk(self, value: str) -> None:
        """Whether each of its commits waits for the disk."""
        with psycopg.connect(self.server, autocommit=True) as connection:
            statement = sql.SQL("ALTER DATABASE {} SET synchronous_commit = {}")
            connection.execute(statement.format(sql.Identifier(NAME), sql.Literal(value)))


def measure(grounds: Grounds, runs: int, events: int) -> Outcome:
    """Events per second: ours in batches, the library waiting for the disk at each event or not."""
    log = grounds.log("rebuild_ours")
    environment = dict(grounds.library(NAME))
    with PlainLog(environment) as plain:
        _fill(log, plain, events)
        library = Library(grounds.server, environment, plain.recorder.max_notification_id())
    follower = Follower(log, "purchases", _apply)
    taken = {}
    for setting, value in {"synchronous_commit on": "on", "synchronous_commit off": "off"}.items():
        library.wait_for_disk(value)
        taken[setting] = _figure(follower, library, events, runs)
    best = min(taken.values(), key=lambda each: each.ratio)
    return Outcome((best,), tuple(_note(setting, each) for setting, each in taken.items()))


def _figure(follower: Follower, library: Library, events: int, runs: int) -> Figure:
    pairs = paired(
        lambda: events / timed(lambda: follower.rebuild(_clear)),
        lambda: events / library.seconds(),
        runs,
    )
    return figure("rebuild_vs_library", "events/s", pairs)


def _fill(log: EventLog, library: PlainLog, events: int) -> None:
    """The same announcements into both."""
    made = [*announcements(events)]
    for batch in _batches(made, 500):
        log.append(Commit(tuple(Fact(event.registry_id, 1, event) for event in batch)))
    for batch in _batches(made, 10):  # psycopg's pipeline stalls where one is of megabytes
        library.save(*(announced(event) for event in batch))


def _batches(made: Sequence[PurchaseAnnounced], size: int) -> Iterator[Sequence[PurchaseAnnounced]]:
    for start in range(0, len(made), size):
        yield made[start : start + size]


def _apply(cursor: Cursor[TupleRow], events: Sequence[Recorded]) -> None:
    """The listings of versions and of purchases, as the Registry's own follower makes them."""
    records.apply(cursor, events)
    purchases.apply(cursor, events)


def _clear(cursor: Cursor[TupleRow]) -> None:
    cursor.execute("TRUNCATE views.purchases, views.versions")


def _note(setting: str, each: Figure) -> str:
    return (
        f"rebuild, library with {setting}: {each.ratio:.2f} ({each.low:.2f}-{each.high:.2f}), "
        f"{each.ours:.0f} to {each.baseline:.0f} events/s"
    )
