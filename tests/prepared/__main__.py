"""The prepared process: imports both systems, then forks for whoever asks over its socket.

A request has a command, an environment and a folder as JSON, and four descriptors: standard input,
output and error of the new process, and the pipe over which its end is told. The answer is its id.
It ends when the socket does; what it has begun goes on.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from tests.prepared.client import REQUEST

MODULES = (
    "registry.cli",
    "registry.web",
    "registry.intake.workers",
    "sez.cli",
    "sez.web",
    "shared_contracts.cli",
    "shared_contracts.explaining.checking",
    "uvicorn.protocols.http.h11_impl",
)
"""What a process of either system would import."""

ENTRIES = {"registry": "registry.cli", "sez": "sez.cli", "contracts": "shared_contracts.cli"}

Run = Callable[[], None]


@dataclass(slots=True)
class Forking:
    """Who asks, and the pipes over which the ends of what was begun are told."""

    asked: socket.socket
    endings: dict[int, int] = field(default_factory=dict)

    def serve(self) -> Run | None:
        """Begin what is asked for; in a new process, what it has to do; None at the end."""
        woken, wakes = os.pipe()
        os.set_blocking(wakes, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        while True:
            asked = self.asked.fileno()
            ready = select.select([asked, woken], [], [])[0]
            if woken in ready:
                os.read(woken, 4096)
                self._tell_endings()
            if asked not in ready:
                continue
            request, files, *_ = socket.recv_fds(self.asked, REQUEST, 4)
            if not request:
                return None
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                signal.signal(signal.SIGINT, signal.default_int_handler)
                _leave([self.asked.detach(), woken, wakes, *self.endings.values()])
                return _become(json.loads(request), files)
            _leave(files[:3])
            self.endings[pid] = files[3]
            self.asked.send(str(pid).encode())

    def _tell_endings(self) -> None:
        while self.endings:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            pipe = self.endings.pop(pid)
            with suppress(BrokenPipeError):  # nobody waits for it
                os.write(pipe, str(status).encode())
            os.close(pipe)


def _leave(files: list[int]) -> None:
    for each in files:
        os.close(each)


def _become(request: dict[str, object], files: list[int]) -> Run:
    """Make this process the one that was asked for, up to its first line."""
    os.setsid()
    for target, file in enumerate(files[:3]):
        os.dup2(file, target)
    _leave(files)
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]  # JSON of the client
    time.tzset()
    os.chdir(str(request["folder"]))
    sys.argv = list(request["command"])  # type: ignore[call-overload]
    name = Path(sys.argv[0]).name
    sys.modules["__main__"] = ModuleType("__main__")  # what it spawns runs no main module again
    main: Run = importlib.import_module(ENTRIES[name]).main
    return main


def _prepare() -> Run | None:
    asked = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks is told, and ends
    for name in MODULES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    return Forking(asked).serve()


if __name__ == "__main__":
    run = _prepare()
    if run is not None:
        run()
