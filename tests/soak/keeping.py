"""Both systems as processes that are begun again whenever they end, as a supervisor does it."""

import os
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from shared_contracts.event_log.database.binaries import find_binaries
from shared_contracts.event_log.database.placement import place
from tests.journeys.stand import Stand


@dataclass(frozen=True)
class KeptStand(Stand):
    """A stand whose systems can be begun without waiting for them."""

    def launch(self, name: str) -> None:
        """Begin a system that was begun before."""
        settings = self.registry_environment() if name == "registry" else self.sez_environment()
        self._start(name, (str(Path(sys.executable).parent / name), "serve"), settings)


PAUSE = 0.2
"""Seconds between the end of a process and its new beginning."""

READERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename LIKE '%\\_login' AND state = 'idle'
    AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')
"""
"""Cuts the idle sessions of a system, all but its writer's."""


@dataclass
class Kept:
    """A system of the stand, ``registry`` or ``sez``, that something begins again.

    It is not begun while it is ``held`` down. ``ends`` counts how often it ended by itself or by
    a signal.
    """

    name: str
    stand: KeptStand
    held: threading.Event = field(default_factory=threading.Event)
    ends: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @property
    def pid(self) -> int:
        """The process, or the last one if none runs."""
        return int((self.stand.folder / f"{self.name}.pid").read_text())

    def begin(self) -> None:
        """Start the system, wait until it is ready, and keep it from then on."""
        {"registry": self.stand.start_registry, "sez": self.stand.start_sez}[self.name]()
        self._thread = threading.Thread(target=self._keep, name=f"keep {self.name}", daemon=True)
        self._thread.start()

    def end(self) -> int | None:
        """Tell it to end and begin it no more; its exit code."""
        self._stop.set()
        if self._thread is None:
            return None
        self._thread.join()
        self._thread = None
        return self.stand.terminate(self.name)[0] if self.stand.is_running(self.name) else None

    def kill(self) -> None:
        """End the process at once."""
        os.kill(self.pid, signal.SIGKILL)

    def kill_worker(self) -> None:
        """End one of its worker processes at once."""
        os.kill(max(_workers(self.pid)), signal.SIGKILL)

    def kill_database(self) -> None:
        """End its PostgreSQL at once."""
        site = place(self.stand.folder / self.name / "postgres", find_binaries())
        os.kill(int(site.postmaster_lines()[0]), signal.SIGKILL)

    def cut_readers(self) -> int:
        """Cut its idle sessions with the database; how many there were."""
        with (
            self.stand.own_postgres(self.name) as dsn,
            psycopg.connect(dsn, autocommit=True) as connection,
        ):
            return len(connection.execute(READERS).fetchall())

    def _keep(self) -> None:
        while not self._stop.wait(0.05):
            if not self.stand.is_running(self.name):
                self.ends += 1
                self._wait()
                if not self._stop.is_set():
                    self.stand.launch(self.name)

    def _wait(self) -> None:
        time.sleep(PAUSE)
        while self.held.is_set() and not self._stop.is_set():
            time.sleep(0.05)


def _workers(pid: int) -> list[int]:
    """The processes that examine packages for the process ``pid``."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            status = (entry / "stat").read_text().rpartition(")")[2].split()
            command = (entry / "cmdline").read_bytes()
            if int(status[1]) == pid and b"spawn_main" in command:
                found.append(int(entry.name))
    return found
