"""Everything that follows from the events of a store made anew, and held against what is there."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from shared_contracts.event_log.derived import Derived, Whose, derived
from shared_contracts.event_log.replaying import source, target
from shared_contracts.event_log.replaying.by_stream import ByStream
from shared_contracts.event_log.replaying.compare import DifferingRow, StoreComparison
from shared_contracts.event_log.replaying.digests import (
    DerivedTable,
    TableDigest,
    digests,
    tables_of,
    whole,
)
from shared_contracts.event_log.replaying.in_order import InOrder, Said
from shared_contracts.event_log.replaying.source import ReplayExtent
from shared_contracts.event_log.replaying.wrong import Told, WrongEvent


@dataclass(frozen=True)
class ReplayAsked:
    """What is asked of a replay.

    ``at`` is the position or the moment at which everything is wanted, None for the end;
    ``compare`` whether it is held against the store, which is possible at the end alone;
    ``processes`` whether two of them share the work.
    """

    system: str
    whose: Whose
    at: int | datetime | None = None
    compare: bool = True
    processes: bool = True


@dataclass(frozen=True)
class Replayed:
    """What was rebuilt: how far, in how many seconds, with which digests, and what was wrong.

    ``stored`` are the digests of the live store where it was compared, ``differing`` the first row
    that differs; ``earlier`` counts heads that an earlier program wrote in another form.
    """

    extent: ReplayExtent
    events: int
    seconds: float
    made: tuple[TableDigest, ...]
    stored: tuple[TableDigest, ...] = ()
    differing: DifferingRow | None = None
    earlier: int = 0
    wrong: tuple[WrongEvent, ...] = ()
    found: int = 0

    @property
    def digest(self) -> str:
        """One digest for all that was rebuilt."""
        return whole(self.made)

    @property
    def holds(self) -> bool:
        """Whether every event is as recorded and nothing differs."""
        return not self.found and self.differing is None


def replay(
    dsn: str,
    into: str,
    asked: ReplayAsked,
    said: Said = lambda _count, _rate: None,
    at_part: Callable[[str], None] = lambda _part: None,
) -> Replayed:
    """Read the store of ``dsn`` as it stands now, and rebuild it in the empty database ``into``.

    ``said`` is told how many events were read, ``at_part`` each part that begins. Raises Absent,
    BadInput, RefusedByRule, Temporary.
    """
    system = _declared(asked.system)
    with source.reading(dsn) as live, target.empty(into, system.views) as made:
        extent = source.extent(live, system.views.follower, asked.at)
        began = time.monotonic()
        at_part(f"{extent.events} events")
        order = InOrder(live, made, system, extent, said)
        stream = (dsn, source.share(live), into, asked, extent)
        count, told = _read(order, stream, at_part, apart=asked.processes)
        seconds = time.monotonic() - began
        at_part("digests")
        tables = tables_of(system.views)
        parts = digests(made, tables)
        outcome = Replayed(extent, count, seconds, parts, wrong=tuple(told.first), found=told.count)
        if not (asked.compare and extent.at_end):
            return outcome
        with made.transaction():
            return _compared(outcome, StoreComparison(live, made, system.kinds), tables)


_OfStreams = tuple[str, str, str, ReplayAsked, ReplayExtent]


def _read(
    order: InOrder, stream: _OfStreams, at_part: Callable[[str], None], *, apart: bool
) -> tuple[int, Told]:
    """Both readings, beside one another where another process may be begun."""
    if not apart:
        count = order.run()
        at_part("objects")
        order.told.join(heads(*stream))
        return count, order.told
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
        other: Future[Told] = executor.submit(heads, *stream)
        count = order.run()
        at_part("objects")
        order.told.join(other.result())
    return count, order.told


def heads(dsn: str, snapshot: str, into: str, asked: ReplayAsked, extent: ReplayExtent) -> Told:
    """The reading stream by stream, in sessions of its own."""
    with source.sharing(dsn, snapshot) as live, target.joined(into) as made:
        return ByStream(live, made, _declared(asked.system), asked.whose, extent).run()


def _compared(
    outcome: Replayed, comparison: StoreComparison, tables: tuple[DerivedTable, ...]
) -> Replayed:
    stored = digests(comparison.stored, tables)
    differing, earlier = None, 0
    for table, live, made in zip(tables, stored, outcome.made, strict=True):
        if live != made and differing is None:
            found = comparison.rows(table)
            differing, earlier = found.first, earlier + found.earlier
    parts = (outcome.extent, outcome.events, outcome.seconds, outcome.made, stored)
    return Replayed(*parts, differing, earlier, outcome.wrong, outcome.found)


def _declared(system: str) -> Derived:
    return next(one for one in derived() if one.system == system)


def as_text(outcome: Replayed) -> Iterator[str]:
    """The outcome in lines for people."""
    yield from (str(one) for one in outcome.wrong)
    if outcome.found > len(outcome.wrong):
        yield f"{outcome.found} events are wrong; the first {len(outcome.wrong)} are told"
    rate = outcome.events / max(outcome.seconds, 1e-9)
    yield f"{outcome.events} events replayed in {outcome.seconds:.1f} s, {rate:.0f} events/s"
    if outcome.extent.views != outcome.extent.events:
        yield f"views as of position {outcome.extent.views}: their follower has come so far"
    for number, one in enumerate(outcome.made):
        same = outcome.stored[number] == one if outcome.stored else None
        word = {None: "", True: "  equal", False: "  OTHER"}[same]
        yield f"{one.sha256}  {one.table} {one.rows}{word}"
    yield f"{outcome.digest}  all"
    yield from _verdict(outcome)


def _verdict(outcome: Replayed) -> Iterator[str]:
    if not outcome.stored:
        return
    yield f"{whole(outcome.stored)}  all as stored"
    if outcome.earlier:
        yield f"{outcome.earlier} heads stand in the form of an earlier program, and say the same"
    if row := outcome.differing:
        yield f"DIFFERS: {row.table} {row.key}, {row.column}: stored {row.stored}; made {row.made}"
    elif outcome.holds:
        yield "EQUAL"
