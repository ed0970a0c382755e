"""(d) Rebuilding a view to the head of the log, against the library's ProjectionRunner."""

import psycopg
from psycopg import Cursor, sql
from psycopg.rows import TupleRow

from registry.purchases import listing
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.commit import Commit
from shared_contracts.event_log.followers import Follower
from shared_contracts.event_log.log import EventLog
from tests.bench.grounds import Grounds
from tests.bench.history import announcements
from tests.bench.library_view import runner
from tests.bench.measure import Figure, Outcome, figure, paired, timed
from tests.bench.plain_log import PlainLog, announced

NAME = "rebuild_library"
PATIENCE = 300.0
"""Seconds that the library may take."""


def measure(grounds: Grounds, runs: int, events: int) -> Outcome:
    """Events per second, for ours in batches of 500, for the library with and without fsync."""
    log = grounds.log("rebuild_ours")
    environment = dict(grounds.library(NAME))
    with PlainLog(environment) as library:
        _fill(log, library, events)
        last = library.recorder.max_notification_id()
    follower = Follower(log, listing.NAME, listing.apply)
    settings = {"fsync of every event": "on", "no wait for the disk": "off"}
    taken = {}
    for setting, commit in settings.items():
        _set_commit(grounds.server, commit)
        taken[setting] = _figure(follower, (environment, last), events, runs)
    best = min(taken.values(), key=lambda each: each.ratio)
    return Outcome((best,), tuple(_note(setting, each) for setting, each in taken.items()))


def _figure(
    follower: Follower, library: tuple[dict[str, str], int | None], events: int, runs: int
) -> Figure:
    environment, last = library
    pairs = paired(
        lambda: events / timed(lambda: follower.rebuild(_clear)),
        lambda: events / _seconds(environment, last),
        runs,
    )
    return figure("rebuild_vs_library", "events/s", pairs)


def _fill(log: EventLog, library: PlainLog, events: int) -> None:
    """The same announcements into both."""
    made = [*announcements(events)]
    for start in range(0, events, 500):
        batch = made[start : start + 500]
        log.append(Commit(tuple(Fact(event.registry_id, 1, event) for event in batch)))
        library.save(*(announced(event) for event in batch))


def _seconds(environment: dict[str, str], last: int | None) -> float:
    with runner(environment) as emptied:
        emptied.view.clear()
    with runner(environment) as running:
        return timed(lambda: running.wait(last, timeout=PATIENCE))


def _clear(cursor: Cursor[TupleRow]) -> None:
    cursor.execute("TRUNCATE views.purchases, views.versions")


def _set_commit(server: str, value: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        statement = sql.SQL("ALTER DATABASE {} SET synchronous_commit = {}")
        connection.execute(statement.format(sql.Identifier(NAME), sql.Literal(value)))


def _note(setting: str, each: Figure) -> str:
    return (
        f"rebuild, library with {setting}: {each.ratio:.2f} ({each.low:.2f}-{each.high:.2f}), "
        f"{each.ours:.0f} to {each.baseline:.0f} events/s"
    )
