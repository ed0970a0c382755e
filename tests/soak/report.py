"""What a run came to, for people."""

from collections.abc import Iterator
from itertools import groupby

from tests.soak.faults import Fault
from tests.soak.journey import Outcome


def told(outcome: Outcome) -> str:
    """The report of a run."""
    return "\n".join(_lines(outcome)) + "\n"


def _lines(outcome: Outcome) -> Iterator[str]:
    yield ""
    yield "at most, in seconds: until it was healed, until all worked again, until all was equal"
    yield f"{'fault':36} {'times':>5} {'healed':>7} {'works':>7} {'equal':>7}  named after"
    by_name = sorted(outcome.faults, key=lambda fault: fault.kind.name)
    for name, group in groupby(by_name, key=lambda fault: fault.kind.name):
        faults = list(group)
        healed = max(fault.healed - fault.began for fault in faults)
        works = max(fault.ended - fault.healed for fault in faults)
        equal = max(fault.equal for fault in faults)
        times = f"{len(faults):5} {healed:7.1f} {works:7.1f} {equal:7.1f}"
        yield f"{name:36} {times}  {_named(faults)}"
    yield ""
    yield from (f"{name:36} {figure:10,.1f}" for name, figure in sorted(outcome.figures.items()))
    yield f"attempts of the senders: {dict(outcome.attempts)}"
    yield f"met on the lines: {dict(outcome.damaged)}"
    if not outcome.flaws:
        yield "All held: equal within 30 s of each healing, nothing twice, every fault named."
    yield from (f"DID NOT HOLD: {flaw}" for flaw in outcome.flaws)


def _named(faults: list[Fault]) -> str:
    sides = sorted({side for fault in faults for side in fault.named})
    latest = {side: max(fault.named.get(side, 0.0) for fault in faults) for side in sides}
    return ", ".join(f"{side} {seconds:.1f} s" for side, seconds in latest.items()) or "-"
