"""Takes all measures, or those named by ``--only``; ``--quick`` only shows that they run.

At the end come the table, the same as the README shows it, and the targets that were missed.
"""

import argparse
import logging
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench.measure import Figure, Outcome

warnings.filterwarnings("ignore", category=DeprecationWarning)  # Spyne's own imports
warnings.filterwarnings("ignore", category=ImportWarning)

from shared_contracts.process.garbage import collect_seldom  # noqa: E402  # after the filters
from tests.bench import (  # noqa: E402  # after the filters
    appending,
    bulk,
    crowd,
    gost,
    growth,
    intake,
    rebuilding,
    replaying,
    sending,
    state,
    table,
    targets,
    trees,
    trees_cost,
    unknown,
    verification,
    whole_way,
)
from tests.bench.grounds import Grounds, grounds  # noqa: E402

Measure = Callable[[Grounds], Outcome]

FULL: Mapping[str, Measure] = {
    "verify": lambda on: verification.measure(on, runs=9, seconds=0.2),
    "append": lambda on: appending.measure(on, runs=7, appends=400),
    "state": lambda on: state.measure(on, runs=7, times=200),
    "intake": lambda on: intake.measure(on, runs=7, size=60),
    "single": lambda on: intake.measure_single(on, runs=7, size=120),
    "many": lambda on: crowd.measure(on, runs=5, size=40, people=40),
    "http": lambda on: whole_way.measure(on, runs=5, size=60),
    "gost": lambda _on: gost.measure(runs=5, seconds=0.3),
    "intake-gost": lambda on: intake.measure_gost(on, runs=5, size=60),
    "rebuild": lambda on: rebuilding.measure(on, runs=5, events=3000),
    "cost": lambda on: growth.measure(on, packages=240, long=500_000),
    "replay": lambda on: replaying.measure(on, events=500_000),
    "audit": lambda on: replaying.measure_audit(on, events=100_000),
    "audit-million": lambda on: replaying.measure_audit(on, events=1_000_000),
    "sending": lambda on: sending.measure(on, runs=5, backlog=1000),
    "unknown": lambda on: unknown.measure(on, runs=5, size=20),
    "silence": lambda on: unknown.measure_silence(on, runs=3, size=100),
    "depth": lambda on: unknown.measure_depth(on, runs=7, depth=unknown.DEPTH),
    "checksums": lambda on: trees.measure(on, objects=1_000_000, many=100),
    "trees-cost": lambda on: trees_cost.measure(on, runs=7, size=60),
    "bulk": lambda on: bulk.measure(on, runs=3, items=100_000, quiet=20),
}
QUICK: Mapping[str, Measure] = {
    "verify": lambda on: verification.measure(on, runs=1, seconds=0.01),
    "append": lambda on: appending.measure(on, runs=1, appends=20),
    "state": lambda on: state.measure(on, runs=1, times=1),
    "intake": lambda on: intake.measure(on, runs=1, size=8),
    "single": lambda on: intake.measure_single(on, runs=1, size=8),
    "many": lambda on: crowd.measure(on, runs=1, size=4, people=4),
    "http": lambda on: whole_way.measure(on, runs=1, size=6),
    "gost": lambda _on: gost.measure(runs=1, seconds=0.01),
    "intake-gost": lambda on: intake.measure_gost(on, runs=1, size=8),
    "rebuild": lambda on: rebuilding.measure(on, runs=1, events=100),
    "cost": lambda on: growth.measure(on, packages=20, long=12_000),
    "replay": lambda on: replaying.measure(on, events=1000),
    "audit": lambda on: replaying.measure_audit(on, events=1000),
    "audit-million": lambda on: replaying.measure_audit(on, events=2000),
    "sending": lambda on: sending.measure(on, runs=1, backlog=20),
    "unknown": lambda on: unknown.measure(on, runs=1, size=2),
    "silence": lambda on: unknown.measure_silence(on, runs=1, size=4),
    "depth": lambda on: unknown.measure_depth(on, runs=1, depth=2000),
    "checksums": lambda on: trees.measure(on, objects=2000, many=5),
    "trees-cost": lambda on: trees_cost.measure(on, runs=1, size=4),
    "bulk": lambda on: bulk.measure(on, runs=1, items=5500, quiet=1),
}


def main() -> None:
    """Take the measures, print the table and write the file of results."""
    asked = _arguments()
    if asked.list:
        _tell(*FULL)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped as well
    logging.disable(logging.CRITICAL)  # refusals and library chatter are not part of the table
    figures, failed = _taken(asked)
    if not asked.only and (absent := targets.TARGETS.keys() - {each.name for each in figures}):
        _tell(f"not taken: {', '.join(sorted(absent))}")
    _tell(*table.lines(figures), "", *targets.markdown(figures), "", *_closing(figures))
    if failed:
        sys.exit(f"measures that failed: {', '.join(failed)}")


def _taken(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """All figures asked for, and the names of measures that failed; the others do not wait."""
    chosen = QUICK if asked.quick else FULL
    figures: list[Figure] = []
    failed: list[str] = []
    with grounds() as on:
        _tell(table.machine(on.server))
        collect_seldom()  # as every process that serves does
        for name in asked.only or chosen:
            start = time.monotonic()
            try:
                outcome = chosen[name](on)
            except Exception:  # noqa: BLE001  # the other measures are taken all the same
                traceback.print_exc()
                failed.append(name)
                continue
            figures += outcome.figures
            table.write(figures, asked.results)
            _tell(f"-- {name}: {time.monotonic() - start:.0f} s", *outcome.notes)
    return figures, failed


def _tell(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201  # this is a command


def _closing(figures: Sequence[Figure]) -> Iterator[str]:
    yield f"load {os.getloadavg()[0]:.1f} at the end"
    found = targets.missed(figures)
    yield f"targets missed: {len(found)} of {len(figures)}"
    yield from found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=[*FULL], help="measure this alone")
    parser.add_argument("--list", action="store_true", help="list the names of the measures")
    parser.add_argument("--quick", action="store_true", help="show that it runs; figures are void")
    parser.add_argument("--results", type=Path, default=table.RESULTS, help="the file to write")
    return parser.parse_args()


if __name__ == "__main__":
    main()
