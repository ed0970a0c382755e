"""(f) A store rebuilt from its events, and audited: events per second on a long log."""

import os
import resource
from dataclasses import replace
from functools import cache
from itertools import count

import psycopg
import pytest

from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.event_log.derived import Whose
from shared_contracts.event_log.replaying.replay import ReplayAsked, Replayed, replay
from tests.bench.grounds import Grounds
from tests.bench.history import fill, mixed_package
from tests.bench.measure import Outcome, figure, timed
from tests.shared_contracts.event_log.database.test_embedded import installed

ASKED = ReplayAsked("registry", Whose("STAND"))
_NUMBERS = count(1)


def measure(grounds: Grounds, events: int) -> Outcome:
    """Replays of a log of every kind, equal to the live store: by two processes and by one.

    It is made once more on each major version of PostgreSQL that is here: one digest for all.
    """
    dsn = _filled(grounds, events)
    two, one = (_equal(grounds, dsn, processes=processes) for processes in (True, False))
    others = {major: _elsewhere(grounds, dsn, major) for major in sorted(installed())}
    digests = {made.digest for made in (two, one, *others.values())}
    if len(digests) != 1:
        raise RuntimeError(f"digests differ: {digests}")
    told = ", ".join(f"{_rate(made):.0f} on PostgreSQL {major}" for major, made in others.items())
    note = f"replay: {two.events} events, equal to the live store; events/s: {told}; {two.digest}"
    return Outcome((figure("replay", "events/s", [(_rate(two), _rate(one))]),), (note,))


def measure_audit(grounds: Grounds, events: int) -> Outcome:
    """An audit of the same log by a process for each core, against one by a single process.

    The packages of the bench are short stand-ins, which the audit tells as other evidence. The
    memory is that of the largest process which read beside this one.
    """
    dsn, cores = _filled(grounds, events), os.cpu_count() or 1
    found = [audit(dsn, processes=cores)]
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    together = timed(lambda: found.append(audit(dsn, processes=cores)))
    alone = timed(lambda: found.append(audit(dsn, processes=1)))
    if len({(one.size, one.found, one.differences) for one in found}) != 1:
        raise RuntimeError("the answer depends on the number of processes")
    size = found[0].size
    taken = figure("audit", "events/s", [(size / together, size / alone)])
    note = (
        f"audit: {size} events, {found[0].found} differences; {together:.0f} s by {cores} "
        f"processes, {alone:.0f} s by one; the largest process of a measure {largest:.0f} MB; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    return Outcome((taken,), (note,))


def _equal(grounds: Grounds, dsn: str, *, processes: bool) -> Replayed:
    into = grounds.database(f"replay_into_{next(_NUMBERS)}")
    made = replay(dsn, into, replace(ASKED, processes=processes))
    if not made.holds:
        raise RuntimeError(f"not equal: {made.differing} {made.wrong}")
    return made


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
