"""(f) What it costs to send: when one version waits and when a hundred do, and after an outage.

A SEZ and a Registry joined by HTTP on loopback, with all signatures, receipts and views. The CPU of
the SEZ is that of the one thread which forms, signs, sends, verifies and records, its share of the
commits among it; that of both is the process's and that of the Registry's workers. PostgreSQL is in
neither.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import UUID

import registry.web
from deploy.authority.identities import REGISTRY_OPERATOR
from sez.app import SezSystem, open_system
from sez.examples.making import ExampleRequest, Examples
from sez.settings import SezSettings
from sez.synchronisation import listing
from sez.tendering.examples import EXAMPLES
from shared_contracts.event_log.database.migrate import migrate
from shared_contracts.identifiers import uuid7
from tests.bench.grounds import Grounds
from tests.bench.measure import Figure, Outcome, figure
from tests.serving import serving

MANY = 100
"""Versions that wait together."""

TIMEOUT = 300.0
"""Most seconds that a backlog may take."""

_names = count(1)


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU per record: of the SEZ, and of both systems; and by the clock."""

    sez: float
    both: float
    wall: float


def measure(grounds: Grounds, runs: int, backlog: int) -> Outcome:
    """CPU per record with one and with many waiting, and records a second after an outage."""
    with joined(grounds) as system:
        announce(system, 2)
        sent(system)  # the first exchange uploads the files and asks the authority
        pairs = [(cost(system, MANY, 1), cost(system, 1, MANY // 5)) for _ in range(runs)]
        drains = [
            (drained(system, backlog), 1e3 / one.wall) for _, one in pairs[: max(1, runs // 2)]
        ]
    sez = [(many.sez, one.sez) for many, one in pairs]
    both = [(many.both, one.both) for many, one in pairs]
    figures: tuple[Figure, ...] = (
        figure("sez_cpu_100_wait_vs_one", "ms/record", sez),
        figure("both_cpu_100_wait_vs_one", "ms/record", both),
        figure("drain_vs_one_by_one", "records/s", drains),
    )
    note = (
        f"sending: {MANY} versions of one customer wait, baseline: one after another; the backlog "
        f"after an outage is {backlog} versions, 8 senders, one signer whose verdict is kept"
    )
    return Outcome(figures, (note,))


@contextmanager
def joined(grounds: Grounds) -> Iterator[SezSystem]:
    """A SEZ whose Registry listens on loopback."""
    name = f"sending_{next(_names)}"
    with ExitStack() as stack:
        address = stack.enter_context(
            serving(registry.web.web(grounds.registry(f"{name}_registry")))
        )
        dsn = grounds.database(f"{name}_sez")
        migrate(dsn)
        system = open_system(
            SezSettings(
                data=grounds.folder / name,
                database_url=dsn,
                registry=address,
                registry_bin=REGISTRY_OPERATOR.bin,
                trust=grounds.pki.trust,
                key=grounds.pki.authority.key("sez"),
                certificate=grounds.pki.authority.chain("sez"),
                users=grounds.pki.authority.folder,
            )
        )
        stack.callback(system.close)
        yield system


def announce(system: SezSystem, number: int) -> list[UUID]:
    """Announce so many purchases."""
    examples = Examples(system.publisher, system.users, system.files, (EXAMPLES,))
    return [
        examples.announce(ExampleRequest(example="single-source"), uuid7()) for _ in range(number)
    ]


def sent(system: SezSystem) -> None:
    """Send until nothing waits."""
    while waits(system):
        system.sender.step()


def waits(system: SezSystem) -> bool:
    """Whether anything has not been accepted yet."""
    system.sender.follower.catch_up()
    return bool(listing.open_versions(system.log))


def cost(system: SezSystem, together: int, times: int) -> Cost:
    """What a record costs when so many wait together, so many times over."""
    sez = both = wall = 0.0
    for _ in range(times):
        announce(system, together)
        marks = time.thread_time(), _cpu(), time.perf_counter()
        sent(system)
        sez += time.thread_time() - marks[0]
        both += _cpu() - marks[1]
        wall += time.perf_counter() - marks[2]
    records = together * times
    return Cost(*(1e3 * seconds / records for seconds in (sez, both, wall)))


def _cpu() -> float:
    """Seconds of CPU that this process and the workers it began have used."""
    own, ticks = str(os.getpid()), 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # a process that ended meanwhile
            name, _, rest = stat.read_text().rpartition(")")
            fields = rest.split()
            if fields[1] == own and "python" in name:
                ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def drained(system: SezSystem, backlog: int) -> float:
    """Records a second by which a backlog reaches the Registry, from its first answer on."""
    announce(system, backlog)
    stop = threading.Event()
    run = threading.Thread(target=system.sender.run, args=(stop, system.settings.senders))
    start = time.perf_counter()
    run.start()
    _await_empty(system)
    seconds = time.perf_counter() - start
    stop.set()
    run.join()
    return backlog / seconds


def _await_empty(system: SezSystem) -> None:
    deadline = time.monotonic() + TIMEOUT
    while waits(system):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the backlog was not sent within {TIMEOUT:.0f} s")
        time.sleep(0.05)
