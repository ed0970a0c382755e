"""A process for a large document ends with the Registry, also in the middle of its work."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

from shared_contracts.process.child import READY, begin, end_with_parent


def computes(pipe: Connection, _files: Path) -> None:
    """What never looks at its pipe again."""
    end_with_parent()
    pipe.send_bytes(READY)
    while True:
        pass


def begins() -> None:
    """Begin one, say its process id, and wait to be killed."""
    print(begin(Path(), computes).process.pid, flush=True)  # noqa: T201  # read by the test
    signal.pause()


def test_a_process_at_work_ends_when_its_parent_is_killed() -> None:
    code = f"import {__name__} as one; one.begins()"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = Path("/proc") / parent.stdout.readline().decode().strip()
        assert (child / "stat").exists()
        os.kill(parent.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while child.exists() and (child / "stat").read_text().split()[2] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.05)
