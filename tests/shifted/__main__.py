"""Runs the tests as if it were another moment: ``python -m tests.shifted MOMENT [pytest …]``.

``MOMENT`` is in Astana's time, as ``2028-02-29T10:00``. The wall clock of pytest and of every
process that it starts, PostgreSQL too, is shifted; the monotonic clock is not.
Needs a C compiler (``cc``).
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from shared_contracts.astana_time import ASTANA, now
from shared_contracts.event_log.database.binaries import find_binaries

SOURCE = Path(__file__).with_name("realtime.c")


def main(arguments: Sequence[str]) -> int:
    """Compile what shifts the clock and run the tests under it; pytest's exit code."""
    moment = datetime.fromisoformat(arguments[0]).replace(tzinfo=ASTANA)
    shift = round((moment - now()).total_seconds())
    with tempfile.TemporaryDirectory(prefix="shifted-") as folder:
        library = Path(folder) / "realtime.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, SOURCE, "-ldl"], check=True)
        library.chmod(0o755)
        Path(folder).chmod(0o755)  # a PostgreSQL server has a user of its own
        shifted = {"LD_PRELOAD": str(library), "REALTIME_SHIFT": str(shift)}
        shifted["TRU_PG_BINDIR"] = str(_programs(Path(folder) / "bin", shifted))
        command = [sys.executable, "-m", "pytest", *(arguments[1:] or ("-n", "2"))]
        return subprocess.run(command, env={**os.environ, **shifted}, check=False).returncode


def _programs(folder: Path, shifted: Mapping[str, str]) -> Path:
    """PostgreSQL's programs under the shifted clock: a server is given a plain environment."""
    folder.mkdir(mode=0o755)
    exports = "".join(f"export {name}={value}\n" for name, value in shifted.items())
    for program in find_binaries().iterdir():
        wrapper = folder / program.name
        wrapper.write_text(f'#!/bin/sh\n{exports}exec {program} "$@"\n', encoding="utf-8")
        wrapper.chmod(0o755)
    return folder


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
