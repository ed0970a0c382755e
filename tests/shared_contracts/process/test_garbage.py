"""A process that serves searches for garbage seldom, and not through what stays."""

import subprocess
import sys

SHOWN = (
    "import gc; from shared_contracts.process.garbage import collect_seldom; "
    "collect_seldom(); print(gc.get_freeze_count() > 1_000, gc.get_threshold()[0])"
)


def test_what_is_there_is_never_looked_through_again_and_what_comes_seldom() -> None:
    told = subprocess.run(
        [sys.executable, "-c", SHOWN], check=True, capture_output=True, text=True, timeout=60
    )
    assert told.stdout.split() == ["True", "50000"]
