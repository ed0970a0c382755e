"""Processes of a stand, which are followed by their ids."""

import os
import subprocess
from pathlib import Path
from typing import BinaryIO


def begin(command: tuple[str, ...], environment: dict[str, str], journal: BinaryIO) -> int:
    """Begin a process in a session of its own that writes to a journal: its id."""
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=journal,
        stderr=journal,
        start_new_session=True,
    ).pid


def runs_here(pid: int) -> bool:
    """Whether a process of ours with this id runs; one that ended and was not reaped does not."""
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def private(path: Path) -> BinaryIO:
    """A journal to append to, which other users cannot read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.fchmod(handle, 0o600)
    return os.fdopen(handle, "ab")
