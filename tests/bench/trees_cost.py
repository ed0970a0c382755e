"""(c) What the trees of checksums cost: intake while they are kept, against intake without them.

That a Registry shows what it takes without its trees is an arrangement of this measure alone; the
product has no such setting.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from typing import Any

import pytest

from registry import derived
from registry.app import RegistrySystem
from registry.goods import listing as goods
from registry.kinds import KINDS
from registry.messages import listing as messages
from registry.messages.pushes import listing as pushes
from registry.messages.tickets import listing as tickets
from registry.records import listing as records
from shared_contracts.event_log.event import Recorded
from tests.bench.grounds import Grounds
from tests.bench.intake import Work, endpoint, new_sender
from tests.bench.measure import Outcome, figure, timed
from tests.bench.unknown import answered


def measure(grounds: Grounds, runs: int, size: int) -> Outcome:
    """Packages of ten records a second until all are listed, with the trees and without them."""
    sender = new_sender(grounds)
    kept, left_out = grounds.registry("trees_kept"), registry_without_trees(grounds)
    rates = []
    with _at_work(kept) as with_trees, _at_work(left_out) as without:
        for number in range(runs + 1):  # the first warms both
            batch = [sender.message() for _ in range(size)]
            ways = {"with": partial(with_trees, batch), "without": partial(without, batch)}
            turn = reversed(ways) if number % 2 else iter(ways)
            seconds = {way: ways[way]() for way in turn}
            rates.append((size / seconds["with"], size / seconds["without"]))
    return Outcome((figure("intake_trees_vs_none", "packages/s", rates[1:]),))


def registry_without_trees(grounds: Grounds) -> RegistrySystem:
    """A Registry whose follower keeps everything that is listed, and no tree."""
    with pytest.MonkeyPatch.context() as arranged:
        arranged.setattr(derived, "apply", _apply_without_trees)
        return grounds.registry("trees_left_out")


def _apply_without_trees(cursor: Any, events: Sequence[Recorded]) -> None:
    """What ``registry.derived.apply`` does, but for the trees."""
    parts: tuple[Any, ...] = (records, messages, tickets, pushes, *KINDS.values(), goods)
    for part in parts:
        part.apply(cursor, events)


@contextmanager
def _at_work(registry: RegistrySystem) -> Iterator[Work]:
    """Seconds until a batch is answered and listed; the follower runs beside the intake."""
    handle, stop = endpoint(registry), Event()
    following = Thread(target=registry.follower.run, args=(stop,))
    following.start()
    with ThreadPoolExecutor(registry.settings.threads) as threads:

        def done(batch: Sequence[bytes]) -> None:
            list(threads.map(lambda each: answered(handle, [each]), batch))
            registry.follower.catch_up()

        try:
            yield lambda batch: timed(lambda: done(batch))
        finally:
            stop.set()
            following.join(30)
