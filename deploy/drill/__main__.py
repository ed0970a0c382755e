"""``make drill``: both stores are tampered with in every way, and every audit is asked.

After them one byte of evidence packages is changed, and the offline verifier is asked.

It ends with 0 if each audit named exactly what it had to, 1 if not; the results lie in
``.drill/results.json``.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from deploy.drill.at_work import be_quiet
from deploy.drill.drills import DRILLS, Drill
from deploy.drill.packages import PACKAGE_DRILLS, PackageDrill, run_package
from deploy.drill.running import run
from deploy.drill.snapshot import Snapshot, snapshot
from deploy.drill.table import DrillResult, by_depth, lines, written
from shared_contracts.errors import Diagnosed


def main() -> int:
    """Play the story, then each drill on copies of what it left."""
    told = argparse.ArgumentParser(prog="make drill", description=__doc__)
    told.add_argument("--folder", type=Path, default=Path(".drill"), help="where it works")
    told.add_argument("--only", default="", help="drills whose name has this in it")
    asked = told.parse_args()
    drills = [one for one in DRILLS if asked.only in one.name]
    packages = [one for one in PACKAGE_DRILLS if asked.only in one.name]
    if not drills and not packages:
        told.error(f"--only {asked.only}: no drill has this in its name")
    be_quiet()
    folder = asked.folder.absolute()
    print("… a short story is played on both systems, which are then stopped", flush=True)
    try:
        with snapshot(folder) as stopped:
            results = drilled(stopped, folder / "results.json", drills, packages)
    except Diagnosed as failure:
        print(f"the drill cannot be held: {failure}", file=sys.stderr)
        return 1
    return 0 if all(one.as_expected for one in results) else 1


def drilled(
    stopped: Snapshot,
    path: Path,
    drills: Sequence[Drill] = DRILLS,
    packages: Sequence[PackageDrill] = PACKAGE_DRILLS,
) -> list[DrillResult]:
    """The results of drills, on each of their sides; written to a file, and told."""
    began = time.monotonic()
    results: list[DrillResult] = []
    runs = (run(drill, side, stopped) for drill in drills for side in drill.sides)
    beside = ([run_package(one, side, stopped)] for one in packages for side in one.sides)
    for found in chain(runs, beside):
        print("\n".join(lines(found)), flush=True)
        results += found
        written(results, path)
    print("\n".join(by_depth(results)), flush=True)
    wrong = sum(not one.as_expected for one in results)
    took = time.monotonic() - began
    print(f"{len(results)} answers, {wrong} not as expected, in {took:.0f} s; read {path}")
    return results


if __name__ == "__main__":
    raise SystemExit(main())
