"""The mark of a server that was killed names a process id which another server has got since."""

import os
import signal
import time
from pathlib import Path

import psycopg

from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from tests.postgres import memory_folder


def mark(data: Path) -> Path:
    """Where the server of a data folder writes its process id."""
    return data / "postgres" / "cluster" / "postmaster.pid"


def test_whoever_stops_a_killed_server_leaves_the_one_with_its_process_id() -> None:
    with memory_folder() as folder, memory_folder() as beside, EmbeddedPostgres(beside) as dsn:
        killed = EmbeddedPostgres(folder)
        killed.start()
        pid, _, rest = mark(folder).read_text().partition("\n")
        os.kill(int(pid), signal.SIGKILL)
        time.sleep(0.2)
        reused = mark(beside).read_text().partition("\n")[0]
        mark(folder).write_text(f"{reused}\n{rest}")
        killed.stop()
        with psycopg.connect(dsn) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
