"""A process that ends by itself is begun again, and it can be seen how it is doing (S216-18.7)."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.supervisor import State, Supervisor, read_state

ENDS = "import sys; print('begun', flush=True); sys.exit(3)"
STAYS = "import time; print('begun', flush=True); time.sleep(600)"
STAYS_DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {STAYS}"


def until(look: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def state(folder: Path) -> State:
    found = read_state(folder, "one")
    return found or State("UNKNOWN", "")


@contextmanager
def supervised(folder: Path, program: str, **changes: float) -> Iterator[Supervisor]:
    """A supervisor at work on a Python program, with short pauses."""
    command = (sys.executable, "-c", program)
    one = Supervisor("one", folder, command, first=0.05, longest=0.2, **changes)  # type: ignore[arg-type]
    thread = threading.Thread(target=one.run)
    thread.start()
    try:
        yield one
    finally:
        one.stop.set()
        thread.join(60)
        assert not thread.is_alive()


@pytest.mark.clause("S216-18.7")
def test_a_process_that_ends_is_begun_again_and_its_ends_are_counted(tmp_path: Path) -> None:
    with supervised(tmp_path, ENDS):
        until(lambda: state(tmp_path).ends >= 3)
        assert state(tmp_path).last_exit == 3
    assert state(tmp_path).doing == "ENDED"


def test_a_process_that_is_killed_is_begun_again(tmp_path: Path) -> None:
    with supervised(tmp_path, STAYS):
        until(lambda: state(tmp_path).pid)
        first = state(tmp_path).pid or 0
        os.kill(first, signal.SIGKILL)
        until(lambda: state(tmp_path).pid not in {first, None})
        assert (state(tmp_path).ends, state(tmp_path).last_exit) == (1, -9)
        last = state(tmp_path).pid or 0
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)


def test_pauses_grow_up_to_a_bound(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    one = Supervisor("one", tmp_path, ("false",), first=0.05, longest=0.4)
    thread = threading.Thread(target=one.run)
    thread.start()
    until(lambda: state(tmp_path).ends >= 5)
    one.stop.set()
    thread.join(60)
    told = capfd.readouterr().err
    pauses = [line.split("begun again in ")[1] for line in told.splitlines() if "again in" in line]
    assert pauses[:5] == ["0.05 s", "0.1 s", "0.2 s", "0.4 s", "0.4 s"]


def test_a_process_that_does_not_end_when_it_is_told_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.supervisor.SHUTDOWN_TIMEOUT", 0.5)
    with supervised(tmp_path, STAYS_DEAF):
        until(lambda: state(tmp_path).pid)
        time.sleep(0.5)  # it becomes deaf first
    assert (state(tmp_path).doing, state(tmp_path).last_exit) == ("ENDED", -9)


def test_a_journal_is_bounded_while_the_process_goes_on_writing(tmp_path: Path) -> None:
    journal = tmp_path / "one.log"
    journal.write_bytes(b"x" * 5000)
    with supervised(tmp_path, STAYS, journal_bytes=4000):
        until(lambda: journal.stat().st_size == 0)
        assert journal.with_suffix(".log.1").read_bytes() == b"x" * 5000


def test_the_supervisor_as_a_process_ends_what_it_began(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "deploy.supervisor", "one", str(tmp_path)]
    with subprocess.Popen([*words, sys.executable, "-c", STAYS], stdout=subprocess.PIPE) as one:
        assert one.stdout is not None
        assert one.stdout.readline() == b"begun\n"
        until(lambda: state(tmp_path).pid)
        pid = state(tmp_path).pid or 0
        one.send_signal(signal.SIGTERM)
        assert one.wait(60) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
