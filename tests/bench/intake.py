"""(c) Packages from their bytes to their signed receipts, on all cores of the machine.

Ours goes through the endpoint's own function with the Registry's number of threads; the
plain stack, the strong stack and the floor through their own, each in whatever arrangement of
processes and threads does most.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

from registry.app import RegistrySystem
from registry.soap.operations import beforehand, handlers
from registry.soap.service import registry_service
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.signing.gost import backends
from shared_contracts.soap.exchange import Handle
from tests.bench.floor import FloorRecipe
from tests.bench.grounds import Grounds
from tests.bench.measure import Figure, Outcome, figure, timed
from tests.bench.plain_processes import PlainRecipe, Recipe, plain_processes
from tests.bench.sender import CONTENT_TYPE, GOST_CUSTOMER, GOST_FORMED_BY, Sender

ARRANGEMENTS = ((1, 1), (1, 2), (1, 4), (2, 1), (2, 2))
"""Processes and threads of each with which every baseline is tried."""

TRIAL = 24
"""Messages by which an arrangement is tried."""

PAUSE = 0.05
"""Seconds after which a package that was not taken yet comes again, as from a sender."""

TIMEOUT = 60.0
"""Most seconds in which it comes again."""

Batches = Callable[[], Sequence[bytes]]
"""Forms the messages of a run."""

Work = Callable[[Sequence[bytes]], float]
"""The seconds in which a batch is done."""


def measure(grounds: Grounds, runs: int, size: int) -> Outcome:
    """Packages of ten records by one system and one person, whose verdicts are kept."""
    sender = new_sender(grounds)

    def batch() -> list[bytes]:
        return [sender.message() for _ in range(size)]

    return compared(grounds, "intake", runs, batch)


def measure_single(grounds: Grounds, runs: int, size: int) -> Outcome:
    """Packages of one record by one system and one person."""
    sender = new_sender(grounds)

    def batch() -> list[bytes]:
        return [sender.message(1) for _ in range(size)]

    return compared(grounds, "single", runs, batch, records=1)


def compared(
    grounds: Grounds, name: str, runs: int, batch: Batches, *, records: int = 10, floor: bool = True
) -> Outcome:
    """Packages per second of ours and of each baseline; time of ours to that of the floor."""
    registry = grounds.registry(f"{name}_ours")
    recipes: dict[str, Recipe] = {
        kind: plain_recipe(grounds, f"{name}_{kind}", registry, strong=kind == "strong")
        for kind in ("plain", "strong")
    }
    if floor:
        recipes["floor"] = _floor_recipe(grounds, f"{name}_floor")
    warm = batch()
    sender = new_sender(grounds)
    trials = [[sender.message(records) for _ in range(TRIAL)] for _ in range(2 * len(ARRANGEMENTS))]
    best = {kind: _arrangement(recipe, trials) for kind, recipe in recipes.items()}
    with _works(registry, {kind: (recipes[kind], best[kind][0]) for kind in recipes}) as works:
        for work in works.values():
            work(warm)
        taken = [_in_turn(works, batch(), number) for number in range(runs)]
    return Outcome(
        tuple(_figures(name, taken, len(warm))),
        tuple(_notes(name, registry, best, len(warm[0]))),
    )


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
        handle = endpoint(registry)
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


def plain_recipe(
    grounds: Grounds, name: str, registry: RegistrySystem, *, strong: bool = False
) -> PlainRecipe:
    """A plain or strong stack with the same authority, the same keys and the same files.

    Each of its processes has a connection for each of its threads: all stacks stand open together,
    and the server admits a hundred connections.
    """
    authority = grounds.pki.authority
    return PlainRecipe(
        settings=grounds.library(name, max(threads for _, threads in ARRANGEMENTS)),
        trust=authority.trust,
        key=authority.key("registry"),
        chain=authority.chain("registry"),
        files=registry.settings.data / "files",
        strong=strong,
    )


def _floor_recipe(grounds: Grounds, name: str) -> FloorRecipe:
    authority = grounds.pki.authority
    places = (
        (authority.key(who), authority.chain(who)) for who in ("registry", "sez", "customer1-head")
    )
    return FloorRecipe(grounds.database(name), *places)


def endpoint(registry: RegistrySystem) -> Handle:
    """The Registry's endpoint without HTTP."""
    context = registry.intake
    known = handlers(context, registry.classifier_store, lambda *_: False)
    return registry_service(known, fault_wording, before=beforehand(context))


@contextmanager
def _works(
    registry: RegistrySystem, chosen: Mapping[str, tuple[Recipe, tuple[int, int]]]
) -> Iterator[dict[str, Work]]:
    with ExitStack() as opened:
        threads = opened.enter_context(ThreadPoolExecutor(registry.settings.threads))
        handle = endpoint(registry)

        def ours(batch: Sequence[bytes]) -> float:
            return timed(lambda: _answered(threads, handle, batch))

        works: dict[str, Work] = {"ours": ours}
        for kind, (recipe, arrangement) in chosen.items():
            works[kind] = opened.enter_context(plain_processes(recipe, *arrangement)).work
        yield works


def _answer(handle: Handle, message: bytes) -> bytes:
    """The answer; after a fault that says when (few may ask the authority) it comes again."""
    deadline = time.monotonic() + TIMEOUT
    while True:
        body = handle(message, CONTENT_TYPE).body
        if b"<RetryAfterSeconds>" not in body or time.monotonic() > deadline:
            return body
        time.sleep(PAUSE)


def _answered(threads: ThreadPoolExecutor, handle: Handle, batch: Sequence[bytes]) -> None:
    answers = threads.map(partial(_answer, handle), batch)
    refused = [body for body in answers if b">ACCEPTED<" not in body]
    if refused:
        raise RuntimeError(f"ours refused {len(refused)} good packages: {refused[0][:2000]!r}")


def _in_turn(works: Mapping[str, Work], batch: Sequence[bytes], number: int) -> dict[str, float]:
    """Seconds of each for the same messages; who begins changes."""
    kinds = [*works]
    first = number % len(kinds)
    return {kind: works[kind](batch) for kind in kinds[first:] + kinds[:first]}


def _figures(name: str, taken: Sequence[Mapping[str, float]], size: int) -> Iterator[Figure]:
    for kind in taken[0]:
        pairs = [(size / each["ours"], size / each[kind]) for each in taken]
        if kind == "floor":
            costs = [(1e3 / ours, 1e3 / least) for ours, least in pairs]
            yield figure(f"{name}_vs_floor", "ms/package", costs)
        elif kind != "ours":
            yield figure(f"{name}_vs_{kind}", "packages/s", pairs)


Best = tuple[tuple[int, int], Mapping[tuple[int, int], float]]
"""The arrangement that does most, and the packages per second of each."""


def _arrangement(recipe: Recipe, trials: Sequence[Sequence[bytes]]) -> Best:
    """Try every arrangement with messages of its own: some to warm up, and some to measure."""
    rates = {}
    for arrangement, warm, messages in zip(ARRANGEMENTS, trials[::2], trials[1::2], strict=True):
        with plain_processes(recipe, *arrangement) as tried:
            tried.work(warm)
            rates[arrangement] = len(messages) / tried.work(messages)
    return max(rates, key=lambda each: rates[each]), rates


def _notes(
    name: str, registry: RegistrySystem, best: Mapping[str, Best], length: int
) -> Iterator[str]:
    settings = registry.settings
    yield (
        f"{name}: messages of {length} bytes; ours with {settings.workers} workers and "
        f"{settings.threads} threads"
    )
    for kind, ((processes, threads), rates) in best.items():
        tried = ", ".join(f"{each[0]}x{each[1]} {rate:.1f}" for each, rate in rates.items())
        yield f"{name}: {kind} best with {processes} processes of {threads} threads ({tried}/s)"
