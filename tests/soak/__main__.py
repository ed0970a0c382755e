"""The long journey through all faults; ``python -m tests.soak`` (S216-18.2, S216-18.7).

0: both sides were equal within 30 seconds after each healing, nothing twice, every fault named.
1: something did not hold; the report says what.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.pki import Pki
from tests.soak.journey import Plan, run
from tests.soak.report import told

STRETCH = 2.5
"""Up to so many times as long as it must last a fault lasts."""


def main(arguments: Sequence[str]) -> int:
    """Play the journey that is asked for; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--packages", type=int, default=3000, help="of systems of another make")
    parser.add_argument("--senders", type=int, default=6, help="how many such systems")
    parser.add_argument("--faults", type=int, default=36, help="every kind in turn, mixed")
    parser.add_argument("--seed", type=int, default=216, help="the order of faults and damage")
    parser.add_argument("--folder", type=Path, help="where journals stay; a temporary one if not")
    asked = parser.parse_args(arguments)
    plan = Plan(asked.packages, asked.senders, asked.faults, asked.seed, STRETCH)
    _tell(
        f"{plan.packages} packages, {plan.senders} senders, {plan.faults} faults: seed {plan.seed}"
    )
    with tempfile.TemporaryDirectory(prefix="soak-") as temporary:
        folder = (asked.folder or Path(temporary)).absolute()
        pki = Pki(folder / "pki")
        try:
            (folder / "stand").mkdir(parents=True)
            outcome = run(plan, pki, folder / "stand", _tell)
        finally:
            pki.stop()
    sys.stdout.write(told(outcome))
    return 1 if outcome.flaws else 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
