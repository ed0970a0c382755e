"""The journey: senders, users and faults at once, and at the end both sides are equal."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event, Thread

from shared_contracts.errors import Diagnosed
from tests.journeys.stand import cleared, places
from tests.pki import Pki
from tests.soak.announcing import Users
from tests.soak.authority import QuietAuthority
from tests.soak.equality import Comparison, compare
from tests.soak.faults import Fault, Ground, Kind, fall, judge, schedule
from tests.soak.keeping import Kept, KeptStand
from tests.soak.proxy import Proxy
from tests.soak.senders import CUSTOMERS, TIMEOUT, Parcel, Senders, parcels
from tests.soak.watch import Watch

EQUAL = 30.0
"""Seconds after all works again in which all that was sent before is answered."""

REST = 0.5
"""Seconds of quiet after a fault."""

TURN = 5.0
"""Seconds that a fault takes with what follows it, on average: so long is the sending spread."""


ATTEMPTS = "sez_delivery_attempts_total"

START = 8.0
"""Seconds in which a new Registry, its database made, is ready on a machine that is free."""

TENDERS = 2.0
"""Tenders that the SEZ's users announce in a second."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is sent by how many, through how many faults, in the order of a seed.

    A fault lasts up to ``stretch`` times as long as its kind at least. ``kinds`` are those of the
    faults in their order; where none are named, the seed mixes all of them.
    """

    packages: int
    senders: int
    faults: int
    seed: int
    stretch: float = 1.0
    kinds: tuple[Kind, ...] = ()

    @property
    def seconds(self) -> float:
        """Over how many seconds the packages are released."""
        return self.faults * TURN * (1 + self.stretch) / 2


@dataclass
class Outcome:
    """What a run came to; ``flaws`` is what did not hold, empty if all did."""

    plan: Plan
    faults: list[Fault] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    attempts: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)


@dataclass
class Run:
    """A run while it lasts."""

    plan: Plan
    stand: KeptStand
    ground: Ground
    senders: Senders
    users: Users
    sent: list[Parcel]
    tell: Callable[[str], None]
    slowness: float
    closed: Event = field(default_factory=Event)

    def release(self) -> None:
        """Hand the packages to their senders, evenly over the time."""
        begun = time.monotonic()
        for number, parcel in enumerate(self.sent):
            due = begun + self.plan.seconds * number / len(self.sent)
            if self.closed.wait(max(0.0, due - time.monotonic())):
                return
            self.senders.release(parcel)

    def through(self, fault: Fault) -> Fault:
        """One fault, and what has to be equal soon after it."""
        fall(fault, self.ground)
        fault.equal = self.equal_after(fault.ended)
        self.senders.check()
        self.tell(
            f"{fault.kind.name}: {fault.healed - fault.began:.1f} s, "
            f"works again after {fault.ended - fault.healed:.1f} s, equal after {fault.equal:.1f} s"
        )
        time.sleep(REST)
        return fault

    def equal_after(self, healed: float) -> float:
        """Seconds from ``healed`` until all that was sent before is answered."""
        open_tenders = self.unsynchronised()
        while True:
            waiting = [p for p in self.sent if 0 < p.released < healed and not p.receipt]
            if open_tenders:
                open_tenders &= self.unsynchronised()
            if not waiting and not open_tenders:
                return time.monotonic() - healed
            if time.monotonic() - healed > EQUAL:
                missing = [(p.code, p.sequence) for p in waiting[:5]]
                told = [self.stand.sez.get(f"/api/v1/outbox/{one}") for one in sorted(open_tenders)]
                raise TimeoutError(f"not equal after {EQUAL:g} s: {missing} {told[:2]}")
            self.senders.check()
            time.sleep(0.1)

    def unsynchronised(self) -> set[str]:
        """The SEZ's tenders that the Registry has not accepted, as the SEZ says when it answers."""
        deadline = time.monotonic() + EQUAL
        while True:
            try:
                rows = self.stand.sez.get("/api/v1/outbox")["unsynchronised"]
                return {str(row["object_id"]) for row in rows}
            except Diagnosed:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


def run(plan: Plan, pki: Pki, folder: Path, tell: Callable[[str], None]) -> Outcome:
    """Play the journey in ``folder``; ``tell`` takes lines of its progress."""
    outcome, chance = Outcome(plan), Random(plan.seed)  # noqa: S311  # repeatable, no secret
    with _prepared(plan, pki, folder, chance) as made:
        made.tell = tell
        begun = time.monotonic()
        _travel(made, outcome, chance)
        outcome.figures["seconds"] = time.monotonic() - begun
        if not outcome.flaws:
            _compare(made, pki, outcome)
    return outcome


def _travel(made: Run, outcome: Outcome, chance: Random) -> None:
    """Send, and let the faults fall, until all is answered or something does not hold."""
    releasing = Thread(target=made.release, name="release", daemon=True)
    made.senders.start()
    made.users.start()
    releasing.start()
    try:
        for kind in made.plan.kinds or schedule(chance, made.plan.faults):
            seconds = kind.seconds * chance.uniform(1, made.plan.stretch)
            outcome.faults.append(made.through(Fault(kind, seconds)))
        releasing.join()
        made.users.end()
        outcome.figures["seconds to equality at the end"] = made.equal_after(time.monotonic())
    except (TimeoutError, Diagnosed) as problem:
        outcome.flaws.append(str(problem))
    except Exception as problem:  # noqa: BLE001  # a lane gave up: it is told with the others
        outcome.flaws.append(f"{type(problem).__name__}: {problem}")
    finally:
        made.closed.set()
        made.users.end()
        made.senders.close()
        made.ground.watch.stop()
    outcome.flaws += _judged(made, outcome)
    outcome.attempts = made.senders.outcomes()
    outcome.damaged = Counter(
        {one.value: n for line in made.ground.lines for one, n in line.met.items()}
    )


def _judged(made: Run, outcome: Outcome) -> Iterator[str]:
    """What the samples of both systems say about naming, and of bugs."""
    watch = made.ground.watch
    for fault in outcome.faults:
        yield from (f"{fault.kind.name}: {flaw}" for flaw in judge(fault, watch, made.slowness))
        if fault.kind.name.startswith("authority"):
            yield from _held_up(made, fault)
    for name, figure in (("registry", "registry_faults_total"), ("sez", ATTEMPTS)):
        errors = max(one.figure(figure, "INTERNAL_ERROR") for one in watch.samples[name])
        if errors:
            yield f"{figure} counts {errors:g} INTERNAL_ERROR"


def _held_up(made: Run, fault: Fault) -> Iterator[str]:
    """Whether silence about one customer's people held up the other's packages."""
    for parcel in made.sent:
        if parcel.customer == CUSTOMERS[0] and fault.began < parcel.released < fault.healed - 5:
            took = (parcel.answered or fault.ended) - parcel.released
            if took > TIMEOUT:
                yield f"{fault.kind.name}: {parcel.code} {parcel.sequence} took {took:.1f} s"


def _compare(made: Run, pki: Pki, outcome: Outcome) -> None:
    """End both systems, and hold their stores against each other."""
    for kept in (made.ground.sez, made.ground.registry):
        if (code := kept.end()) != 0:
            outcome.flaws.append(f"{kept.name} ended with {code}")
    found: Comparison = compare(pki, made.stand, made.sent, made.users)
    outcome.flaws += found.differences
    outcome.figures |= found.figures
    sent = len(made.sent) + found.figures["packages of the SEZ"]
    outcome.figures |= {"packages": sent, "packages a second": sent / outcome.figures["seconds"]}


@contextmanager
def _prepared(plan: Plan, pki: Pki, folder: Path, chance: Random) -> Iterator[Run]:
    """Everything in place, both systems ready, nothing sent yet."""
    with ExitStack() as stack:
        authority = stack.enter_context(QuietAuthority(pki))
        ports = places(pki, folder)
        lines = [_line(ports.registry, chance, share) for share in (0.6, 0.4)]
        stand = KeptStand(
            folder,
            ports,
            registry_changes={"REGISTRY_TRUST": str(authority.trust)},
            sez_changes={"SEZ_CALL_TIMEOUT": str(TIMEOUT), "SEZ_REGISTRY": lines[0].address},
        )
        stack.enter_context(cleared(stand))
        registry, sez = Kept("registry", stand), Kept("sez", stand)
        for line in lines:
            stack.callback(line.close)
        stack.callback(registry.end)
        stack.callback(sez.end)
        begun = time.monotonic()
        registry.begin()
        started = time.monotonic() - begun
        codes = [f"SEZ{number:02}" for number in range(2, plan.senders + 2)]
        stand.enter("SEZ01", "sez", "1.2.398.5.216.1.1")
        for code in codes:
            stand.enter(code, "sez2", "1.2.398.5.216.1.2")
        sez.begin()
        watch = Watch({"registry": stand.registry_address, "sez": stand.sez_address})
        watch.start()
        stack.callback(watch.stop)
        yield Run(
            plan,
            stand,
            Ground(registry, sez, lines, authority, watch, chance),
            Senders.of(pki, codes, lines[1].address, folder / "sent", chance),
            Users(stand, TENDERS),
            _mixed(pki, codes, plan, chance),
            print,
            max(1.0, started / START),
        )


def _line(target: int, chance: Random, share: float) -> Proxy:
    line = Proxy(target, Random(chance.random()), TIMEOUT + 1, share)  # noqa: S311
    line.start()
    return line


def _mixed(pki: Pki, codes: list[str], plan: Plan, chance: Random) -> list[Parcel]:
    """The packages of all systems, in any order between them, each system's in its own."""
    shares = [
        plan.packages // len(codes) + (n < plan.packages % len(codes)) for n in range(len(codes))
    ]
    piles = [parcels(pki, code, share)[::-1] for code, share in zip(codes, shares, strict=True)]
    order = [number for number, pile in enumerate(piles) for _ in pile]
    chance.shuffle(order)
    return [piles[number].pop() for number in order]
