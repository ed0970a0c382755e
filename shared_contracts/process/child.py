"""A process of one's own for work that needs bounds: how it begins, how it ends.

It is asked over a pipe of its own; it ends when the pipe does, also with a killed parent.
"""

import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import MappingProxyType
from typing import Any

START = 30.0
"""Most seconds that a worker may take to begin."""

READY = b"ready"
"""What a worker says when it has begun."""


@dataclass(slots=True, eq=False)
class Worker:
    """A process that examines what comes over its pipe, and since when it owes an answer."""

    pipe: Connection
    process: BaseProcess
    asked_at: float | None = None

    def owes(self, seconds: float) -> bool:
        """Whether it has owed an answer for longer than ``seconds``."""
        return self.asked_at is not None and time.monotonic() - self.asked_at > seconds


Work = Callable[[Connection, Path], None]
"""What a worker does with its pipe and the folder of files."""


def begin(files: Path, work: Work) -> Worker:
    """Start a worker that does ``work``; OSError if it is not ready in time."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, files), daemon=True)
    process.start()
    theirs.close()
    worker = Worker(pipe, process)
    if not pipe.poll(START) or not _is_ready(pipe):
        end(worker)
        raise OSError(f"a worker did not begin within {START:g} s")
    return worker


def _is_ready(pipe: Connection) -> bool:
    try:
        return pipe.recv_bytes() == READY
    except (EOFError, OSError):
        return False


def end(worker: Worker) -> None:
    """End a worker, whatever it does."""
    worker.process.kill()
    worker.process.join(timeout=5)
    with suppress(OSError):  # two threads may end the same worker
        worker.pipe.close()


def leave_ending_to_parent() -> None:
    """Heed no signal by which a service, a terminal or a person ends all processes at once.

    The process that began this one is told too, and ends it or its pipe: what is under way then is
    ended by that, and not by the bounds of its work.
    """
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)


def hold_to(memory: int, priority: int) -> None:
    """Bound this process to so many bytes of data (RLIMIT_DATA), at a priority (nice)."""
    os.nice(priority)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def check_memory(most: int) -> None:
    """MemoryError where more than ``most`` bytes are resident: a parser calls that bad XML."""
    if resident() > most:
        raise MemoryError


def end_with_parent() -> None:
    """End this process when its parent is gone, also in the middle of its work."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_after, args=(parent,), daemon=True).start()


def _after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def plain(value: Any) -> Any:  # noqa: ANN401  # whatever the encoder does not know
    """What an encoder does not know, ready to travel; TypeError for all but a frozen mapping."""
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise TypeError(f"{type(value).__name__} does not travel between processes")
