"""Keeps one process running: it is begun again when it ends, after a pause that grows.

A process ends by itself on purpose when it may no longer write
(``shared_contracts.process.writer_guard``).
``python -m deploy.supervisor NAME FOLDER COMMAND...`` writes the state into ``FOLDER/NAME.state``
and bounds the journal ``FOLDER/NAME.log``. SIGTERM ends the process and then the supervisor.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from shared_contracts.astana_time import now

FIRST = 1.0
"""Seconds before the first new beginning; twice as long after each further end."""

LONGEST = 60.0
"""Most seconds of that pause; a process that ran for longer begins with the first again."""

SHUTDOWN_TIMEOUT = 40.0
"""Seconds that a process has to end when it is told to; then it is killed."""

JOURNAL = 32 * 1024 * 1024
"""Bytes of a journal, beyond which it is moved to ``NAME.log.1`` in the place of the older one."""


class State(msgspec.Struct, frozen=True):
    """What a supervisor does now, for whoever looks into ``NAME.state``."""

    doing: str
    """RUNNING, WAITING to begin again, or ENDED."""
    since: str
    pid: int | None = None
    ends: int = 0
    """How often the process ended by itself."""
    last_exit: int | None = None
    """Its last exit code; negative for a signal."""


def read_state(folder: Path, name: str) -> State | None:
    """The state of a supervisor, or None if there never was one."""
    try:
        return msgspec.json.decode((folder / f"{name}.state").read_bytes(), type=State)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


@dataclass(slots=True)
class Supervisor:
    """Keeps ``command`` running; ``first`` and ``longest`` are seconds of its pauses."""

    name: str
    folder: Path
    command: tuple[str, ...]
    first: float = FIRST
    longest: float = LONGEST
    journal_bytes: int = JOURNAL
    stop: threading.Event = field(default_factory=threading.Event)
    _process: subprocess.Popen[bytes] | None = None
    _ends: int = 0

    def run(self) -> None:
        """Work until told to stop."""
        pause, last_exit = self.first, None
        while not self.stop.is_set():
            began = time.monotonic()
            last_exit = self._once(last_exit)
            if self.stop.is_set():
                break
            self._ends += 1
            pause = self.first if time.monotonic() - began > self.longest else pause
            self._tell(f"it ended with exit code {last_exit}; it is begun again in {pause:g} s")
            self._note(State("WAITING", _moment(), None, self._ends, last_exit))
            self.stop.wait(pause)
            pause = min(self.longest, 2 * pause)
        self._note(State("ENDED", _moment(), None, self._ends, last_exit))

    def pass_on(self, what: int) -> None:
        """Send a signal on to the process, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(what)

    def _once(self, last_exit: int | None) -> int:
        """Begin the process and wait for its end; its exit code."""
        self._process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL)
        self._note(State("RUNNING", _moment(), self._process.pid, self._ends, last_exit))
        while self._process.poll() is None:
            if self.stop.wait(0.2):
                return self._parted(self._process)
            self._bound_journal()
        return int(self._process.returncode)

    def _parted(self, process: subprocess.Popen[bytes]) -> int:
        process.terminate()
        try:
            return process.wait(SHUTDOWN_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._tell(f"it did not end within {SHUTDOWN_TIMEOUT:g} s and is killed")
            process.kill()
            return process.wait()

    def _bound_journal(self) -> None:
        """Copy a journal that grew too large and empty it: who writes to it goes on writing."""
        journal = self.folder / f"{self.name}.log"
        if journal.exists() and journal.stat().st_size > self.journal_bytes:
            shutil.copy(journal, journal.with_suffix(".log.1"))  # its mode too
            os.truncate(journal, 0)

    def _note(self, state: State) -> None:
        written = self.folder / f"{self.name}.state.new"
        written.write_bytes(msgspec.json.encode(state))
        written.replace(self.folder / f"{self.name}.state")

    def _tell(self, what: str) -> None:
        print(f"{_moment()} [supervisor] {self.name}: {what}", file=sys.stderr, flush=True)


def _moment() -> str:
    return now().isoformat(timespec="seconds")


def main(words: list[str]) -> int:
    """Supervise the command in ``words``, after its name and folder."""
    name, folder, *command = words
    supervisor = Supervisor(name, Path(folder), tuple(command))
    for what in (signal.SIGTERM, signal.SIGINT):
        signal.signal(what, lambda _signal, _frame: supervisor.stop.set())
    signal.signal(signal.SIGUSR1, lambda what, _frame: supervisor.pass_on(what))
    supervisor.run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
