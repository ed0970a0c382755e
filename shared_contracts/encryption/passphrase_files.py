"""Passphrases in files that their owner alone may read; no event, log or answer holds one."""

import os
import stat
from pathlib import Path
from typing import Final

from shared_contracts.errors import NeedsPerson

MOST: Final = 1024
"""Most bytes of a passphrase."""
LEAST: Final = 20
"""Fewest signs of one: what is shorter can be guessed, however dear each guess is."""


def write(path: Path, passphrase: str) -> None:
    """Keep a passphrase, in a folder and a file for the owner alone (0700, 0600)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{passphrase}\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def read(path: Path) -> str:
    """The passphrase in a file; ``NeedsPerson`` says what has to be done first."""
    try:
        with path.open("rb") as file:
            mode, told = os.fstat(file.fileno()).st_mode, file.read(MOST + 1)
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise NeedsPerson(f"passphrase {path}: {reason}; put it there, mode 0600") from None
    if stat.S_IMODE(mode) & 0o077:
        told_mode = f"mode {stat.S_IMODE(mode):04o}"
        raise NeedsPerson(f"passphrase {path}: {told_mode} lets others read it; `chmod 600` it")
    try:
        text = told.decode().strip()
    except UnicodeDecodeError:
        text = ""
    if len(told) > MOST or len(text) < LEAST:
        raise NeedsPerson(
            f"passphrase {path}: give a line of text of {LEAST} signs or more, at most {MOST} bytes"
        )
    return text
