"""A process that may no longer write ends, whatever else went wrong before (wire.md 22)."""

import signal
import threading
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from eventsourcing.persistence import OperationalError
from psycopg.conninfo import make_conninfo

from shared_contracts.errors import NotReady
from shared_contracts.event_log.log import EventLog, WriterLost
from shared_contracts.process import writer_guard
from shared_contracts.process.duties import Watch
from shared_contracts.process.writer_guard import Guard

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE application_name LIKE 'writer%' AND datname = current_database()"
)


@pytest.fixture
def told() -> Iterator[threading.Event]:
    """Set when the process would end."""
    event = threading.Event()
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: event.set())
    yield event
    signal.signal(signal.SIGINT, before)


class Doubtful:
    """A log that could not be asked the first times, and then is the real one."""

    def __init__(self, log: EventLog, failures: int) -> None:
        self.log, self.failures = log, failures

    def check(self) -> bool:
        self.failures -= 1
        if self.failures >= 0:
            raise OperationalError("canceling statement due to lock timeout")
        return self.log.check()


@pytest.mark.clause("S216-18.7")
def test_a_process_that_is_no_longer_the_writer_ends_also_after_other_errors(
    log: EventLog, owner_dsn: str, told: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_guard, "OFTEN", 0.05)
    watched = Guard(Doubtful(log, 2))  # type: ignore[arg-type]  # it is asked the same
    watch, stop = Watch("tru", [watched.duty()]), threading.Event()
    watch.begin(stop)
    try:
        with psycopg.connect(owner_dsn, autocommit=True) as connection:
            connection.execute(CUT)
        thread = watch.statuses["writer"].thread
        assert thread is not None
        deadline = 200
        while not told.is_set() and deadline:  # the main thread has to run for the signal
            thread.join(0.05)
            deadline -= 1
        assert told.is_set()
        with pytest.raises(NotReady, match="lock is lost"):
            watched.check()
    finally:
        stop.set()
        watch.end()


def test_a_guard_that_cannot_ask_makes_the_process_unready_and_then_ends_it(
    log: EventLog, told: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Guard(Doubtful(log, 2))  # type: ignore[arg-type]  # it is asked the same
    watched.check()
    monkeypatch.setattr(writer_guard, "UNSURE", 0)
    with pytest.raises(OperationalError):
        watched.ask()
    with pytest.raises(NotReady, match="could not be asked"):
        watched.check()
    assert not told.is_set()
    monkeypatch.setattr(writer_guard, "TIMEOUT", 0)
    with pytest.raises(OperationalError):
        watched.ask()
    assert told.wait(5)


@pytest.mark.clause("S216-18.7")
def test_a_process_whose_database_may_only_be_read_is_not_ready_and_goes_on(
    dsn: str, told: threading.Event
) -> None:
    only_read = EventLog(make_conninfo(dsn, options="-c default_transaction_read_only=on"))
    with closing(only_read):
        watched = Guard(only_read)
        watched.ask()
        with pytest.raises(NotReady, match="may only be read"):
            watched.check()
    assert not told.is_set()


def test_a_guard_asks_without_a_lock_of_the_log(
    log: EventLog, owner_dsn: str, told: threading.Event
) -> None:
    with psycopg.connect(owner_dsn) as other:
        other.execute("SELECT position FROM log.tail FOR UPDATE")
        Guard(log).ask()
    assert not told.is_set()
    log.close()
    with pytest.raises(WriterLost):
        Guard(log).ask()
    assert told.wait(5)
