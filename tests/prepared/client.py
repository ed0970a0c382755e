"""Processes of both systems, begun by fork from one that has imported them already.

A process of the Registry or of the SEZ spends most of its first second on imports, and the tests
begin some hundreds. What is begun here is a process like any other, with its own session,
environment, folder and files; only its modules are there before its first line. Commands are begun
in the ordinary way by `make demo`, by the supervisor's tests and wherever a test asks how a
process begins.
"""

import json
import os
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

PROGRAMS = ("registry", "sez", "contracts")
"""Console scripts that can be begun by fork."""

FIXED = ("LD_", "MALLOC_", "PYTHON", "GLIBC_")
"""How the variables begin that a process reads only when it is executed."""

REQUEST = 1 << 20
"""Most bytes of a request to the prepared process."""


@dataclass(frozen=True)
class Begun:
    """A process that was begun, and the pipe over which its end is told."""

    pid: int
    ending: int

    def wait(self, timeout: float) -> int:
        """Its exit code, negative for a signal; TimeoutExpired if it goes on after ``timeout``."""
        if not select.select([self.ending], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        try:
            return os.waitstatus_to_exitcode(int(os.read(self.ending, 32)))
        finally:
            os.close(self.ending)

    def forget(self) -> None:
        """Wait no more for its end."""
        with suppress(OSError):
            os.close(self.ending)


class Prepared:
    """The prepared process of this process; it ends when this one does."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, REQUEST)
        self._socket = ours
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.prepared", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
        theirs.close()

    def begin(
        self,
        command: tuple[str, ...],
        environment: Mapping[str, str],
        files: tuple[int, int, int],
        folder: Path | None = None,
    ) -> Begun:
        """Begin a command with its standard input, output and error."""
        read, write = os.pipe()
        request = {
            "command": command,
            "environment": dict(environment),
            "folder": str(folder or Path.cwd()),
        }
        try:
            socket.send_fds(self._socket, [json.dumps(request).encode()], [*files, write])
            return Begun(int(self._socket.recv(32)), read)
        finally:
            os.close(write)

    @staticmethod
    def can_begin(command: tuple[str, ...], environment: Mapping[str, str]) -> bool:
        """Whether a fork does what executing the command would do."""
        program = Path(command[0])
        ours = program.name in PROGRAMS and program.parent == Path(sys.executable).parent
        return ours and _fixed(environment) == _fixed(os.environ)


@cache
def prepared() -> Prepared:
    """The prepared process, begun when it is first needed."""
    return Prepared()


def ran(
    *command: str,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    typed: str = "",
    timeout: float = 60,
) -> subprocess.CompletedProcess[str]:
    """A command run to its end: its exit code, output and errors."""
    program = str(Path(sys.executable).with_name(command[0]))
    settings = os.environ if environment is None else environment
    with (
        tempfile.TemporaryFile("w+") as given,
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
    ):
        given.write(typed)
        given.seek(0)
        files = (given.fileno(), output.fileno(), errors.fileno())
        begun = prepared().begin((program, *command[1:]), settings, files, folder)
        code = begun.wait(timeout)
        return subprocess.CompletedProcess(list(command), code, _text(output), _text(errors))


def _fixed(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in environment.items() if name.startswith(FIXED)}


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()
