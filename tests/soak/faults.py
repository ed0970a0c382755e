"""Each kind of fault: how it begins and ends, and by what either system names it."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from tests.soak.authority import QuietAuthority
from tests.soak.keeping import Kept
from tests.soak.proxy import Proxy, Trouble
from tests.soak.watch import Sample, Watch

Sees = Callable[[Sample, Sample], bool]
"""Whether a sample names a fault, held against the last one before it."""


@dataclass(frozen=True, slots=True)
class Naming:
    """By what a system names a fault: ``words`` for people, ``sees`` for the run.

    It does so ``notice`` seconds after the beginning at the latest; ``always`` until the end too.
    """

    side: str
    words: str
    sees: Sees
    notice: float
    always: bool = True


@dataclass(slots=True)
class Ground:
    """Upon what faults fall."""

    registry: Kept
    sez: Kept
    lines: Sequence[Proxy]
    authority: QuietAuthority
    watch: Watch
    chance: Random

    @property
    def sez_line(self) -> Proxy:
        """The line between the SEZ and the Registry."""
        return self.lines[0]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: ``there`` begins it, lets ``seconds`` pass at least, and ends it.

    It gives way when the fault has begun and when it is healed, and ends when what was struck
    works again. ``whole`` are the systems that stay ready all the time.
    """

    name: str
    there: Callable[[Ground, float], "Iterator[None]"]
    seconds: float
    namings: tuple[Naming, ...] = ()
    whole: tuple[str, ...] = ()


@dataclass(slots=True)
class Fault:
    """A fault that was there from ``began`` to ``healed``; all works again since ``ended``.

    ``named`` is after how many seconds which system named it; ``equal`` how many seconds after
    ``ended`` all that had been sent before was answered.
    """

    kind: Kind
    seconds: float
    began: float = 0.0
    healed: float = 0.0
    ended: float = 0.0
    equal: float = 0.0
    before: dict[str, Sample] = field(default_factory=dict)
    named: dict[str, float] = field(default_factory=dict)


def grown(name: str, *labels: str) -> Sees:
    """A counter is larger than before, or than 0 where its process is a new one."""

    def sees(before: Sample, now: Sample) -> bool:
        counts = [(before.figure(name, one), now.figure(name, one)) for one in labels or ("",)]
        return any(after > (old if after >= old else 0) for old, after in counts)

    return sees


def either(*looks: Sees) -> Sees:
    """At least one of them names it."""
    return lambda before, now: any(look(before, now) for look in looks)


def not_ready(_before: Sample, now: Sample) -> bool:
    """``/readyz`` does not answer, or not with 200."""
    return now.status != 200


def _hindered(_before: Sample, now: Sample) -> bool:
    return now.figure("sez_sending_hindered", "REGISTRY_UNREACHABLE") == 1 and bool(
        now.checks["sending"]["unreachable_since"]
    )


def _not_answered(before: Sample, now: Sample) -> bool:
    name = "sez_delivery_attempts_total"
    old, after = (one.sum(name, without="ANSWERED") for one in (before, now))
    return after > (old if after >= old else 0)


def _silent(_before: Sample, now: Sample) -> bool:
    return now.figure("registry_silent_authorities") >= 1


ATTEMPTS = "sez_delivery_attempts_total"
UNREACHABLE = Naming(
    "sez", f"{ATTEMPTS}{{outcome=UNREACHABLE}}", grown(ATTEMPTS, "UNREACHABLE"), 10, always=False
)
NOT_ANSWERED = Naming("sez", f"{ATTEMPTS}, other than ANSWERED", _not_answered, 10, always=False)
REPEATED = "registry_repeated_messages_total"
FAULTS = "registry_faults_total"
OUT_OF_REACH = Naming(
    "sez", "sez_sending_hindered{reason=REGISTRY_UNREACHABLE}, check sending", _hindered, 3
)


def _down(which: str, strike: str) -> Callable[[Ground, float], Iterator[None]]:
    """A system or its database is killed, and held down for ``seconds``."""

    def there(ground: Ground, seconds: float) -> Iterator[None]:
        kept: Kept = getattr(ground, which)
        ends, struck = kept.ends, time.monotonic()
        kept.held.set()
        getattr(kept, strike)()
        yield
        try:
            _wait(lambda: kept.ends > ends, 100, f"{which} did not end after {strike}")
            time.sleep(max(0.0, seconds - (time.monotonic() - struck)))
        finally:
            kept.held.clear()
        healed = time.monotonic()
        yield
        _wait(lambda: ground.watch.is_ready(which, healed), 60, f"{which} is not ready again")

    return there


def _once(strike: str, *which: str) -> Callable[[Ground, float], Iterator[None]]:
    """Something is cut that the systems replace by themselves; ``seconds`` pass then."""

    def there(ground: Ground, seconds: float) -> Iterator[None]:
        for one in which:
            getattr(getattr(ground, one), strike)()
        yield
        time.sleep(seconds)
        yield

    return there


def _silence(ground: Ground, seconds: float) -> Iterator[None]:
    ground.authority.services.speaks.clear()
    try:
        yield
        time.sleep(seconds)
    finally:
        ground.authority.services.speaks.set()
    yield


def _line(*troubles: Trouble, hits: int = 1) -> Callable[[Ground, float], Iterator[None]]:
    """The lines do this to messages, until the SEZ's has done it ``hits`` times."""

    def there(ground: Ground, seconds: float) -> Iterator[None]:
        met = ground.sez_line.met
        before = sum(met[one] for one in troubles)
        for line in ground.lines:
            line.troubles = troubles
        try:
            yield
            time.sleep(seconds)
            _wait(
                lambda: sum(met[one] for one in troubles) >= before + hits,
                60,
                f"{troubles} did not meet the SEZ",
            )
        finally:
            for line in ground.lines:
                line.troubles = ()
        yield

    return there


def _wait(look: Callable[[], bool], timeout: float, otherwise: str) -> None:
    deadline = time.monotonic() + timeout
    while not look():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(0.05)


def _sessions_lost(side: str) -> Naming:
    figure = f"{side}_database_sessions_lost"
    return Naming(side, figure, grown(figure), 10, always=False)


KINDS: tuple[Kind, ...] = (
    Kind(
        "Registry killed",
        _down("registry", "kill"),
        5,
        (Naming("registry", "/readyz does not answer", not_ready, 1), OUT_OF_REACH),
        ("sez",),
    ),
    Kind(
        "SEZ killed",
        _down("sez", "kill"),
        2,
        (Naming("sez", "/readyz does not answer", not_ready, 1),),
        ("registry",),
    ),
    Kind(
        "worker of the Registry killed",
        _once("kill_worker", "registry"),
        4,
        (
            Naming(
                *("registry", "registry_workers_lost", grown("registry_workers_lost")),
                notice=6,
                always=False,
            ),
        ),
        ("registry", "sez"),
    ),
    Kind(
        "PostgreSQL of the Registry killed",
        _down("registry", "kill_database"),
        5,
        (Naming("registry", "/readyz: checks writer, position", not_ready, 4), NOT_ANSWERED),
        ("sez",),
    ),
    Kind(
        "PostgreSQL of the SEZ killed",
        _down("sez", "kill_database"),
        5,
        (Naming("sez", "/readyz: checks writer, position", not_ready, 4),),
        ("registry",),
    ),
    Kind(
        "idle readers cut",
        _once("cut_readers", "registry", "sez"),
        1,
        (_sessions_lost("registry"), _sessions_lost("sez")),
        whole=("registry", "sez"),
    ),
    Kind(
        "authority silent for one customer",
        _silence,
        6,
        (
            Naming("registry", "registry_silent_authorities", _silent, 5),
            Naming(
                "sez",
                f"{ATTEMPTS}{{outcome=REVOCATION_UNAVAILABLE}}",
                grown(ATTEMPTS, "REVOCATION_UNAVAILABLE"),
                notice=6,
                always=False,
            ),
        ),
        ("registry", "sez"),
    ),
    Kind(
        "messages cut on the line",
        _line(Trouble.CUT_REQUEST, Trouble.CUT_ANSWER),
        1,
        (UNREACHABLE,),
        ("registry", "sez"),
    ),
    Kind(
        "answers later than the timeout",
        _line(Trouble.DELAY),
        1,
        (UNREACHABLE,),
        ("registry", "sez"),
    ),
    Kind(
        "requests doubled",
        _line(Trouble.DOUBLE),
        1,
        (
            Naming(
                *("registry", f"{REPEATED}, or {FAULTS} IN_PROGRESS for what came meanwhile"),
                either(grown(REPEATED), grown(FAULTS, "IN_PROGRESS")),
                notice=10,
                always=False,
            ),
        ),
        ("registry", "sez"),
    ),
    Kind(
        "requests garbled",
        _line(Trouble.GARBLE_REQUEST),
        1,
        (NOT_ANSWERED,),
        ("registry", "sez"),
    ),
    Kind(
        "answers garbled",
        _line(Trouble.GARBLE_ANSWER),
        1,
        (NOT_ANSWERED,),
        ("registry", "sez"),
    ),
)
"""Every kind; a run has each at least once."""


def schedule(chance: Random, count: int) -> list[Kind]:
    """The kinds in the order of a run: all, mixed, again and again, ``count`` faults."""
    order: list[Kind] = []
    while len(order) < count:
        order += chance.sample(KINDS, len(KINDS))
    return order[:count]


def fall(fault: Fault, ground: Ground) -> None:
    """The fault comes and goes; its moments are noted."""
    fault.before = {side: ground.watch.last(side) for side in ground.watch.sides}
    fault.began = time.monotonic()
    there = fault.kind.there(ground, fault.seconds)
    next(there)
    next(there)
    fault.healed = time.monotonic()
    for _ in there:
        raise AssertionError("a fault begins and ends once")
    fault.ended = time.monotonic()


def judge(fault: Fault, watch: Watch, slowness: float) -> list[str]:
    """What was not named in time, and who was not ready without a cause; to be asked afterwards.

    Notices are so many times longer as the machine is slower than a free one.
    """
    flaws: list[str] = []
    for naming in fault.kind.namings:
        notice = naming.notice * slowness
        flaws += _judge_naming(fault, replace(naming, notice=notice), watch)
    for side in fault.kind.whole:
        for sample in watch.between(side, fault.began, fault.ended):
            if not_ready(sample, sample):
                after = sample.asked - fault.began
                flaws.append(f"{side} was not ready after {after:.1f} s: {sample.checks}")
                break
    return flaws


def _judge_naming(fault: Fault, naming: Naming, watch: Watch) -> Iterator[str]:
    before, due = fault.before[naming.side], fault.began + naming.notice
    samples = watch.between(naming.side, fault.began, max(fault.ended, due))
    seen = [one for one in samples if _seen(naming, before, one)]
    if seen:
        fault.named[naming.side] = seen[0].told - fault.began
    if not naming.always and not seen:
        yield f"{naming.side} did not name it within {naming.notice:g} s: {naming.words}"
    for one in watch.between(naming.side, due, fault.healed) if naming.always else ():
        if not _seen(naming, before, one):
            after = one.asked - fault.began
            yield f"{naming.side} did not name it after {after:.1f} s: {naming.words}"
            return


def _seen(naming: Naming, before: Sample, now: Sample) -> bool:
    if naming.sees is not not_ready and not now.figures:
        return False
    return naming.sees(before, now)
