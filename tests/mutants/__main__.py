"""Alter the rules line by line and see whether a test notices; ``python -m tests.mutants``.

0: every mutant was noticed, or is listed in ``survivors.toml`` with its reason. 1: the list and
the run differ. 2: the tests fail without any mutant. 3: the time was over before all were tried.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.mutants import survivors, trial
from tests.mutants.mutant import Mutant, mutants, part_of

FOUND = Path(".mutants/survivors.txt")
"""Where the survivors of a run are written, under the project's folder."""


def main(arguments: Sequence[str]) -> int:
    """Try the mutants that are asked for, as many as fit in the time; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="only files with this in their name")
    parser.add_argument(
        "--part", type=_part, default=(1, 1), metavar="K/N", help="every Nth line, from K"
    )
    parser.add_argument("--minutes", type=float, default=60, help="when to stop")
    parser.add_argument("--jobs", type=int, default=2, help="trials at once")
    asked = parser.parse_args(arguments)
    every = tuple(mutants())
    if lost := survivors.astray(every):
        sys.stdout.write("".join(f"listed, and not in the code: {line}\n" for line in lost))
        return 1
    if not trial.preload():
        sys.stdout.write("the tests fail as the code is\n")
        return 2
    wanted = part_of([mutant for mutant in every if asked.only in mutant.file], *asked.part)
    tried, survived = _run(wanted, asked.jobs, time.monotonic() + 60 * asked.minutes)
    return _told(wanted, tried, survived)


def _part(text: str) -> tuple[int, int]:
    """Which part of how many."""
    first, _, apart = text.partition("/")
    if not (first.isdigit() and apart.isdigit() and 1 <= int(first) <= int(apart)):
        raise argparse.ArgumentTypeError(f"{text!r}: K/N with 1 <= K <= N, as in 3/10")
    return int(first), int(apart)


def _run(wanted: Sequence[Mutant], jobs: int, until: float) -> tuple[list[Mutant], list[Mutant]]:
    """The mutants that were tried, and those among them that no test noticed."""
    waiting, running = list(reversed(wanted)), dict[int, Mutant]()
    tried: list[Mutant] = []
    survived: list[Mutant] = []
    while running or (waiting and time.monotonic() < until):
        while waiting and len(running) < jobs and time.monotonic() < until:
            mutant = waiting.pop()
            running[trial.start(mutant)] = mutant
        child, passed = trial.ended()
        mutant = running.pop(child)
        tried.append(mutant)
        if passed:
            survived.append(mutant)
            _write(survived)
        sys.stdout.write(f"\r{len(tried)} of {len(wanted)} tried, {len(survived)} survive ")
        sys.stdout.flush()
    sys.stdout.write("\n")
    return tried, survived


def _write(survived: Sequence[Mutant]) -> None:
    FOUND.parent.mkdir(exist_ok=True)
    lines = (f"{one.file}:{one.line} {one.operator} {one.text}\n" for one in sorted(survived))
    FOUND.write_text("".join(lines), "utf-8")


def _told(wanted: Sequence[Mutant], tried: Sequence[Mutant], survived: Sequence[Mutant]) -> int:
    differences = list(survivors.compare(tried, survived))
    sys.stdout.write("".join(f"{line}\n" for line in differences))
    if differences:
        return 1
    if len(tried) < len(wanted):
        sys.stdout.write(f"the time was over: {len(wanted) - len(tried)} were not tried\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
