"""A file is there when it is whole, and a program that was killed leaves nothing of it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared_contracts.http.arriving import arriving

KILLED = """
import os, signal, sys
from pathlib import Path
from shared_contracts.http.arriving import arriving
with arriving(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_file_that_came_whole_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "object.asice"
    target.write_bytes(b"old")
    (tmp_path / "object.asice.part").write_bytes(b"of an earlier attempt")
    with arriving(target) as file:
        file.write(b"whole")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [target]


def test_a_program_that_is_killed_while_a_file_comes_leaves_none(tmp_path: Path) -> None:
    words = [sys.executable, "-c", KILLED, str(tmp_path / "object.asice")]
    assert subprocess.run(words, check=False, timeout=60).returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []


def test_what_ended_with_an_error_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no more"):
        _half(tmp_path / "object.asice")
    assert list(tmp_path.iterdir()) == []


def _half(target: Path) -> None:
    with arriving(target) as file:
        file.write(b"half")
        raise ValueError("no more")
