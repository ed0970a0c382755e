"""A file that is written piece by piece, and is there only when it is whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def arriving(target: Path) -> Iterator[BinaryIO]:
    """The file that becomes ``target`` when the block ends well; ``OSError`` where it cannot.

    Until then it has no name, so that a killed program leaves none (Linux, ``O_TMPFILE``). Where
    a file system has no such files it stands beside under ``.part``. What an earlier attempt left
    there under that name is taken away.
    """
    beside = target.with_name(f"{target.name}.part")
    beside.unlink(missing_ok=True)
    try:
        with _nameless(target.parent) or beside.open("wb") as file:
            yield file
            file.flush()
            if not beside.exists():
                _give_name(file, beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _nameless(folder: Path) -> BinaryIO | None:
    """A file without a name in a folder; None where the system has none."""
    if not hasattr(os, "O_TMPFILE"):
        return None
    try:
        return os.fdopen(os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o666), "wb")
    except OSError:  # the file system has no such files, or the folder is not there
        return None


def _give_name(file: BinaryIO, path: Path) -> None:
    """Have a file without a name stand at a path; Python follows a link only beside a folder."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.link(f"/proc/self/fd/{file.fileno()}", path.name, dst_dir_fd=folder)
    finally:
        os.close(folder)
