"""Processes that are begun by fork are processes like any other."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.prepared.client import Prepared, prepared, ran

REGISTRY = str(Path(sys.executable).with_name("registry"))


def test_a_command_tells_what_the_program_itself_tells() -> None:
    itself = subprocess.run([REGISTRY, "--version"], capture_output=True, text=True, check=False)
    begun = ran("registry", "--version")
    assert (begun.returncode, begun.stdout) == (itself.returncode, itself.stdout)


def test_a_command_has_its_own_folder_environment_and_input(tmp_path: Path) -> None:
    (tmp_path / "note").write_text("no XML")
    settings = {**os.environ, "LANG": "C.UTF-8"}
    done = ran("contracts", "verify", "note", environment=settings, folder=tmp_path)
    assert done.returncode != 0
    assert "note" in done.stdout + done.stderr


def test_what_is_ended_by_a_signal_tells_so() -> None:
    read, write = os.pipe()  # never written to: the command waits for its document
    with Path(os.devnull).open("wb") as nothing:
        files = (read, nothing.fileno(), nothing.fileno())
        begun = prepared().begin(
            (REGISTRY, "conformance", "verify", "/dev/stdin"), os.environ, files
        )
    os.kill(begun.pid, signal.SIGKILL)
    assert begun.wait(30) == -signal.SIGKILL
    os.close(read)
    os.close(write)


@pytest.mark.parametrize("changed", ["LD_PRELOAD", "PYTHONHASHSEED", "MALLOC_ARENA_MAX"])
def test_what_a_fork_could_not_change_is_executed(changed: str) -> None:
    assert Prepared.can_begin((REGISTRY, "serve"), os.environ)
    assert not Prepared.can_begin((REGISTRY, "serve"), {**os.environ, changed: "1"})
    assert not Prepared.can_begin((sys.executable, "-m", "deploy.supervisor"), os.environ)
