"""How a figure is taken: paired runs that take turns, medians, the spread of the ratios."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

Once = Callable[[], float]
"""Takes one reading, in whatever unit the figure has."""


@dataclass(frozen=True)
class Figure:
    """One figure of the results; ``low`` and ``high`` are the extreme ratios of its pairs."""

    name: str
    ratio: float
    ours: float
    baseline: float
    unit: str
    runs: int
    low: float
    high: float

    @property
    def result(self) -> dict[str, float | str | int]:
        """The figure as it stands in the file of results."""
        return {
            "ratio": round(self.ratio, 3),
            "ours": round(self.ours, 4),
            "baseline": round(self.baseline, 4),
            "unit": self.unit,
            "runs": self.runs,
            "low": round(self.low, 3),
            "high": round(self.high, 3),
        }


@dataclass(frozen=True)
class Outcome:
    """What a measure gives: its figures, and what else should be told beside them."""

    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()


def paired(ours: Once, baseline: Once, runs: int) -> list[tuple[float, float]]:
    """Readings of both, one after the other, each first in every second pair."""
    pairs = []
    for number in range(runs):
        if number % 2:
            other, own = baseline(), ours()
        else:
            own, other = ours(), baseline()
        pairs.append((own, other))
    return pairs


def figure(
    name: str, unit: str, pairs: Sequence[tuple[float, float]], *, inverse: bool = False
) -> Figure:
    """The figure of pairs: the median of ours to baseline; ``inverse`` where less is better."""
    ratios = [other / own if inverse else own / other for own, other in pairs]
    return Figure(
        name=name,
        ratio=median(ratios),
        ours=median(own for own, _ in pairs),
        baseline=median(other for _, other in pairs),
        unit=unit,
        runs=len(pairs),
        low=min(ratios),
        high=max(ratios),
    )


def cpu_rate(work: Callable[[], object], seconds: float) -> float:
    """How often ``work`` is done per second of this process's CPU."""
    count, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds:
        work()
        count += 1
    return count / spent


def timed(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes by the clock on the wall."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def batches(items: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    """Whole batches of ``size`` items."""
    for start in range(0, len(items) - size + 1, size):
        yield items[start : start + size]
