"""(e) What a package costs when the log is short and when it is long: two stores side by side."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median

import psycopg

from registry.app import RegistrySystem
from shared_contracts.soap.exchange import Handle
from tests.bench import mixed
from tests.bench.grounds import Grounds
from tests.bench.history import fill, mixed_package
from tests.bench.intake import endpoint, new_sender
from tests.bench.measure import Outcome, figure, paired, timed
from tests.bench.sender import CONTENT_TYPE

SHORT = 10_000
"""Events in the short log."""

RULE = re.compile(rb"<RuleId>([^<]*)")
"""A rule that an answer names."""

GROUP = 20
"""Pairs of packages of which one reading is the median: of all kinds, and of a programme."""


def measure(grounds: Grounds, packages: int, long: int) -> Outcome:
    """Milliseconds per package, one after another, at ``long`` events and at ten thousand.

    Both logs and the packages have records of every kind.
    """
    stores = {events: grounds.registry(f"growth_{events}") for events in (SHORT, long)}
    for events, registry in stores.items():
        _prepare(registry, events)
    sender = new_sender(grounds)
    messages = [mixed.messages(sender) for _ in range(packages // 2 + GROUP)]
    short, full = (_reader(stores[events], messages) for events in (SHORT, long))
    short(), full()  # the first group warms both
    pairs = paired(full, short, packages // 2 // GROUP)
    taken = figure("cost_500k_vs_10k", "ms/package", pairs)
    positions = {events: registry.log.last_position() for events, registry in stores.items()}
    note = ", ".join(f"{positions[events]} at the end of {events}" for events in stores)
    return Outcome((taken,), (f"growth: events {note}; readings are medians of {GROUP} pairs",))


def _prepare(registry: RegistrySystem, events: int) -> None:
    """Fill the log, then let the server finish what the filling left behind."""
    fill(registry.log, events, of=mixed_package)
    registry.follower.catch_up()
    with psycopg.connect(str(registry.settings.database_url), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _reader(registry: RegistrySystem, messages: list[tuple[bytes, bytes]]) -> Callable[[], float]:
    """Takes the next messages each time it is asked; milliseconds of one, of the two of a pair."""
    handle, waiting = endpoint(registry), iter(messages)

    def read() -> float:
        return median(_milliseconds(handle, next(waiting)) / 2 for _ in range(GROUP))

    return read


def _milliseconds(handle: Handle, messages: Sequence[bytes]) -> float:
    return sum(timed(partial(accept, handle, one)) for one in messages) * 1e3


def accept(handle: Handle, message: bytes) -> None:
    """Have a message taken; ``RuntimeError`` with the rules found if it is refused."""
    answer = handle(message, CONTENT_TYPE).body
    if b">ACCEPTED<" not in answer:
        found = sorted(set(RULE.findall(answer)))
        raise RuntimeError(f"a good package was refused: {found or answer[:2000]!r}")
