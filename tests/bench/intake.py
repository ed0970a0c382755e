"""(c) A package of ten records from its bytes to its signed receipt, on all cores of the machine.

Ours goes through the door's own function with as many threads as the Registry is set up with; the
plain stack through its own, in whatever arrangement of processes and threads does most.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from registry.app import Registry
from registry.soap.operations import early, handlers
from registry.soap.service import registry_service
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.signing.gost import backends
from shared_contracts.soap.exchange import Handle
from tests.bench.floor import Floor
from tests.bench.grounds import Grounds
from tests.bench.measure import Figure, Outcome, batches, figure, timed
from tests.bench.plain_house import House, Recipe, plain_house
from tests.bench.sender import CONTENT_TYPE, GOST_CUSTOMER, GOST_FORMED_BY, Sender

ARRANGEMENTS = ((1, 2), (2, 1), (2, 2), (2, 4))
"""Processes and threads of each with which the plain stack is tried."""


@dataclass(frozen=True)
class Stacks:
    """The three that are compared; each gives the seconds in which a batch is done."""

    ours: Callable[[Sequence[bytes]], float]
    plain: Callable[[Sequence[bytes]], float]
    floor: Callable[[Sequence[bytes]], float]


def measure(grounds: Grounds, runs: int, size: int) -> Outcome:
    """Packages per second of ours and the plain stack; time of ours to that of the floor."""
    sender = new_sender(grounds)
    registry = grounds.registry("intake_ours")
    recipe = plain_recipe(grounds, "intake_plain", registry)
    warm = [sender.message() for _ in range(size)]
    best, rate = _arrangement(recipe, sender, size)
    with _stacks(grounds, registry, plain_house(recipe, *best)) as stacks:
        for work in (stacks.ours, stacks.plain, stacks.floor):
            work(warm)
        messages = [sender.message() for _ in range(size * runs)]
        taken = [_in_turn(stacks, batch, n) for n, batch in enumerate(batches(messages, size))]
    return Outcome(tuple(_figures(taken, size)), tuple(_notes(registry, best, rate, len(warm[0]))))


def measure_gost(grounds: Grounds, runs: int, size: int) -> Outcome:
    """Packages per second signed by GOST keys, beside the same signed by RSA."""
    registry = grounds.registry("intake_gost")
    by_rsa = new_sender(grounds)
    head = grounds.pki.signer("customer2-head")
    by_gost = replace(
        by_rsa, person=head, customer=GOST_CUSTOMER, formed_by=GOST_FORMED_BY
    )  # one SEZ, one sequence of numbers
    senders = (by_gost, by_rsa)
    with ThreadPoolExecutor(registry.settings.threads) as threads:
        handle = door(registry)
        rates = []
        for number in range(runs + 1):  # the first warms up
            two = [[sender.message() for _ in range(size)] for sender in senders]
            turn = (0, 1) if number % 2 else (1, 0)
            took = {each: timed(partial(_answered, threads, handle, two[each])) for each in turn}
            rates.append((size / took[0], size / took[1]))
    note = f"intake signed by GOST: verified by {backends.chosen().name}"
    return Outcome((figure("intake_gost_vs_rsa", "packages/s", rates[1:]),), (note,))


def new_sender(grounds: Grounds) -> Sender:
    """The SEZ whose packages are measured."""
    return Sender(grounds.pki.signer("customer1-head"), grounds.pki.signer("sez"))


def plain_recipe(grounds: Grounds, name: str, registry: Registry) -> Recipe:
    """A plain stack with the same authority, the same keys and the same files."""
    authority = grounds.pki.authority
    return Recipe(
        settings=grounds.library(name),
        trust=authority.trust,
        key=authority.key("registry"),
        chain=authority.chain("registry"),
        files=registry.settings.data / "files",
    )


def door(registry: Registry) -> Handle:
    """The Registry's door without HTTP."""
    office = registry.office
    return registry_service(handlers(office), fault_wording, early=early(office))


@contextmanager
def _stacks(
    grounds: Grounds, registry: Registry, house: AbstractContextManager[House]
) -> Iterator[Stacks]:
    signer = grounds.pki.signer
    floor = Floor(
        grounds.database("intake_floor"),
        signer("registry"),
        signer("sez"),
        signer("customer1-head"),
    )
    with ExitStack() as opened:
        plain = opened.enter_context(house)
        threads = opened.enter_context(ThreadPoolExecutor(registry.settings.threads))
        few = opened.enter_context(ThreadPoolExecutor(2))
        handle = door(registry)

        def ours(batch: Sequence[bytes]) -> float:
            return timed(lambda: _answered(threads, handle, batch))

        def least(batch: Sequence[bytes]) -> float:
            return timed(lambda: list(few.map(floor.handle, batch)))

        yield Stacks(ours, plain.work, least)


def _answered(threads: ThreadPoolExecutor, handle: Handle, batch: Sequence[bytes]) -> None:
    answers = threads.map(lambda message: handle(message, CONTENT_TYPE), batch)
    refused = [answer.body for answer in answers if b">ACCEPTED<" not in answer.body]
    if refused:
        raise RuntimeError(f"ours refused {len(refused)} good packages: {refused[0][:2000]!r}")


def _in_turn(stacks: Stacks, batch: Sequence[bytes], number: int) -> tuple[float, float, float]:
    """Seconds of ours, plain and floor for the same messages; who begins changes."""
    order = [("ours", stacks.ours), ("plain", stacks.plain), ("floor", stacks.floor)]
    turned = order[number % 3 :] + order[: number % 3]
    seconds = {name: work(batch) for name, work in turned}
    return seconds["ours"], seconds["plain"], seconds["floor"]


def _figures(taken: Sequence[tuple[float, float, float]], size: int) -> Iterator[Figure]:
    rates = [(size / ours, size / plain) for ours, plain, _ in taken]
    yield figure("intake_vs_plain", "packages/s", rates)
    costs = [(ours / size * 1e3, floor / size * 1e3) for ours, _, floor in taken]
    yield figure("intake_vs_floor", "ms/package", costs)


def _arrangement(recipe: Recipe, sender: Sender, size: int) -> tuple[tuple[int, int], float]:
    """The arrangement in which the plain stack does most, and how many packages per second."""
    rates = {}
    for processes, threads in ARRANGEMENTS:
        with plain_house(recipe, processes, threads) as house:
            house.work([sender.message() for _ in range(processes * threads * 2)])
            rates[processes, threads] = size / house.work([sender.message() for _ in range(size)])
    best = max(rates, key=lambda arrangement: rates[arrangement])
    return best, rates[ARRANGEMENTS[0]]


def _notes(
    registry: Registry, best: tuple[int, int], one_process: float, length: int
) -> Iterator[str]:
    settings = registry.settings
    yield (
        f"intake: messages of {length} bytes; ours with {settings.workers} workers and "
        f"{settings.threads} threads; plain best with {best[0]} processes of {best[1]} threads; "
        f"in one process it does {one_process:.1f} packages/s"
    )
