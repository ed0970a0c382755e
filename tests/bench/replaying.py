"""(f) A store rebuilt from its events, and audited: events per second on a long log."""

import multiprocessing
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from itertools import count

import psycopg
import pytest

from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.auditing.finding import Audit
from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.event_log.derived import Whose
from shared_contracts.event_log.replaying.replay import ReplayAsked, Replayed, replay
from tests.bench.grounds import Grounds
from tests.bench.history import fill, mixed_package
from tests.bench.measure import Outcome, figure
from tests.shared_contracts.event_log.database.test_embedded import installed

ASKED = ReplayAsked("registry", Whose("STAND"))
_NUMBERS = count(1)


def measure(grounds: Grounds, events: int) -> Outcome:
    """Replays of a log of every kind, equal to the live store: by two processes and by one.

    It is made on each other major version of PostgreSQL that is here too: one digest for all.
    """
    dsn = _filled(grounds, events)
    two, one = (_equal(grounds, dsn, processes=processes) for processes in (True, False))
    here = _major(dsn)
    made = {here: two}
    made |= {each: _elsewhere(grounds, dsn, each) for each in sorted({*installed()} - {here})}
    digests = {each.digest for each in (one, *made.values())}
    if len(digests) != 1:
        raise RuntimeError(f"digests differ: {digests}")
    told = ", ".join(f"{_rate(each):.0f} on PostgreSQL {major}" for major, each in made.items())
    note = (
        f"replay: {two.events} events, equal to the live store; events/s: {told}; {two.digest}; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    return Outcome((figure("replay", "events/s", [(_rate(two), _rate(one))]),), (note,))


@dataclass(frozen=True)
class AuditTaken:
    """An audit in a process of its own: its outcome, its seconds, what it took.

    ``cpu`` are seconds of processor of all processes that read, without the server's; ``largest``
    is the most memory of one of them in MB.
    """

    outcome: Audit
    seconds: float
    cpu: float
    largest: float


def measure_audit(grounds: Grounds, events: int) -> Outcome:
    """An audit of the same log by a process for each core, against one by a single process.

    The packages of the bench are short stand-ins, which the audit tells as other evidence. Each
    audit is a process of its own, as the command is.
    """
    dsn, cores = _filled(grounds, events), os.cpu_count() or 1
    audited(dsn, cores)  # the first one warms what the server keeps
    together, alone = audited(dsn, cores), audited(dsn, 1)
    first, other = together.outcome, alone.outcome
    if (first.size, first.found, first.differences) != (other.size, other.found, other.differences):
        raise RuntimeError("the answer depends on the number of processes")
    size = first.size
    rates = (size / together.seconds, size / alone.seconds)
    note = (
        f"audit: {size} events, {first.found} differences; {together.seconds:.0f} s by {cores} "
        f"processes ({together.cpu:.0f} s of processor), {alone.seconds:.0f} s by one "
        f"({alone.cpu:.0f}); the largest process {together.largest:.0f} and "
        f"{alone.largest:.0f} MB; load {os.getloadavg()[0]:.1f}"
    )
    taken = figure(f"audit_{_short(events)}", "events/s", [rates])
    memory = figure(f"audit_{_short(events)}_peak", "MB", [(together.largest, alone.largest)])
    return Outcome((taken, memory), (note,))


def audited(dsn: str, processes: int) -> AuditTaken:
    """An audit of a store by so many processes, in one that is begun for it."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
        return apart.submit(_audited, dsn, processes).result()


def _audited(dsn: str, processes: int) -> AuditTaken:
    began = time.perf_counter()
    outcome = audit(dsn, processes=processes)
    seconds = time.perf_counter() - began
    used = [resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    return AuditTaken(outcome, seconds, cpu, max(one.ru_maxrss for one in used) / 1024)


def _short(events: int) -> str:
    """A number of events as the names of figures have it."""
    return f"{events // 1000}k"


def _equal(grounds: Grounds, dsn: str, *, processes: bool) -> Replayed:
    into = grounds.database(f"replay_into_{next(_NUMBERS)}")
    made = replay(dsn, into, replace(ASKED, processes=processes))
    if not made.holds:
        raise RuntimeError(f"not equal: {made.differing} {made.wrong}")
    return made


def _major(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        return connection.info.server_version // 10_000


def _rate(made: Replayed) -> float:
    return made.events / made.seconds


@cache
def _filled(grounds: Grounds, events: int) -> str:
    """A Registry with so many events of every kind, shown and sealed; one for all measures."""
    registry = grounds.registry(f"replay_{events}")
    fill(registry.log, events, of=mixed_package)
    registry.follower.catch_up()
    registry.intake.checkpointer.make()
    dsn = str(registry.settings.database_url)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    return dsn


def _elsewhere(grounds: Grounds, dsn: str, major: int) -> Replayed:
    """The same on a server of another major version."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRU_PG_BINDIR", str(installed()[major]))
        server = EmbeddedPostgres(grounds.folder / f"server_{major}", database="replay")
        try:
            return replay(dsn, server.start(), ASKED)
        finally:
            server.destroy()
