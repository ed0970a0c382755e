"""(e) What a package costs when the log is short and when it is long: two stores side by side."""

from collections.abc import Callable
from statistics import median

import psycopg

from registry.app import RegistrySystem
from tests.bench.grounds import Grounds
from tests.bench.history import fill
from tests.bench.intake import endpoint, new_sender
from tests.bench.measure import Outcome, figure, paired, timed
from tests.bench.sender import CONTENT_TYPE

SHORT = 10_000
"""Events in the short log."""

GROUP = 20
"""Packages of which one reading is the median."""


def measure(grounds: Grounds, packages: int, long: int) -> Outcome:
    """Milliseconds per package, one after another, at ``long`` events and at ten thousand."""
    stores = {events: grounds.registry(f"growth_{events}") for events in (SHORT, long)}
    for events, registry in stores.items():
        _prepare(registry, events)
    sender = new_sender(grounds)
    messages = [sender.message() for _ in range(packages + GROUP)]
    short, full = (_reader(stores[events], messages) for events in (SHORT, long))
    short(), full()  # the first group warms both
    pairs = paired(full, short, packages // GROUP)
    taken = figure("cost_500k_vs_10k", "ms/package", pairs)
    positions = {events: registry.log.last_position() for events, registry in stores.items()}
    note = ", ".join(f"{positions[events]} at the end of {events}" for events in stores)
    return Outcome((taken,), (f"growth: events {note}; readings are medians of {GROUP} packages",))


def _prepare(registry: RegistrySystem, events: int) -> None:
    """Fill the log, then let the server finish what the filling left behind."""
    fill(registry.log, events)
    registry.follower.catch_up()
    with psycopg.connect(str(registry.settings.database_url), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _reader(registry: RegistrySystem, messages: list[bytes]) -> Callable[[], float]:
    """Takes the next messages each time it is asked."""
    handle, waiting = endpoint(registry), iter(messages)

    def read() -> float:
        return median(_milliseconds(handle, next(waiting)) for _ in range(GROUP))

    return read


def _milliseconds(handle: Callable[..., object], message: bytes) -> float:
    return timed(lambda: handle(message, CONTENT_TYPE)) * 1e3
