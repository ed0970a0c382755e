"""Whatever the database or the network does, no wait on it is without an end (S216-18.7)."""

import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from eventsourcing.persistence import OperationalError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from shared_contracts.event_log.database import session
from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.event_log.database.session import Session, connect, limited
from shared_contracts.event_log.log import Commit, EventLog, WriterLost
from shared_contracts.event_log.store import open_store
from tests.shared_contracts.event_log.facts import fact

READERS = "application_name NOT LIKE 'writer%%' AND pid <> pg_backend_pid()"
WRITER = "application_name LIKE 'writer%%'"


@pytest.fixture(scope="module")
def dsn_by_tcp() -> Iterator[str]:
    """A server of its own, reached over the loopback."""
    folder = Path(tempfile.mkdtemp(prefix="tru-session-"))
    folder.chmod(0o755)  # our own folder: the server's user has to come through
    server = EmbeddedPostgres(folder, tcp=True)
    yield server.start()
    server.destroy()


def backends(dsn: str, which: str) -> list[int]:
    """Process ids of the sessions with the database of a DSN."""
    query = f"SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND {which}"  # noqa: S608
    with psycopg.connect(dsn, autocommit=True) as connection:
        return [pid for (pid,) in connection.execute(query.encode(), ())]


@contextmanager
def frozen(pids: list[int]) -> Iterator[None]:
    """The processes stand still meanwhile: the kernel answers for them, and they never do."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def relay(dsn: str) -> Iterator[str]:
    """The server of a DSN by TCP on the loopback, through a relay of ours for one connection."""
    known = conninfo_to_dict(dsn)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_relay, args=(listener, known))
        thread.start()
        yield make_conninfo(
            dsn, host="127.0.0.1", port=listener.getsockname()[1], sslmode="disable"
        )
        thread.join(30)


def _relay(listener: socket.socket, known: dict[str, object]) -> None:
    listener.settimeout(30)
    near, _ = listener.accept()
    with near, _connected(known) as far:
        back = threading.Thread(target=_pass_on, args=(far, near))
        back.start()
        _pass_on(near, far)
        back.join(30)


def _connected(known: dict[str, object]) -> socket.socket:
    if not str(known["host"]).startswith("/"):
        return socket.create_connection((str(known["host"]), int(str(known["port"]))))
    far = socket.socket(socket.AF_UNIX)
    far.connect(f"{known['host']}/.s.PGSQL.{known['port']}")
    return far


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes on until one side ends, and tell the other side that it ended."""
    with suppress(OSError):  # a side that is gone ends the passing, whoever closed first
        while data := one.recv(65536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


@pytest.mark.clause("S216-18.7")
def test_a_reader_that_was_cut_while_idle_is_replaced_unseen(log: EventLog, owner_dsn: str) -> None:
    log.append(Commit((fact(number=1),)))
    assert log.last_position() == 1
    readers = backends(owner_dsn, READERS)
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        for pid in readers:
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    assert log.last_position() == 1


@pytest.mark.clause("S216-18.7")
def test_a_server_that_takes_the_question_and_never_answers_is_given_up(
    dsn: str, owner_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = EventLog(dsn)
    log.last_position()
    monkeypatch.setattr(session, "TIMEOUT", 0.5)
    with frozen(backends(owner_dsn, READERS)), pytest.raises(OperationalError, match="no answer"):
        log.last_position()
    with frozen(backends(owner_dsn, WRITER)), pytest.raises(WriterLost):
        log.append(Commit((fact(number=1),)))
    log.close()


def test_a_network_that_is_silent_is_noticed_by_the_kernel(dsn: str) -> None:
    with (
        relay(dsn) as by_tcp,
        Session.connect(limited(by_tcp, timezone="UTC")) as connection,
        socket.socket(fileno=os.dup(connection.fileno())) as raw,
    ):
        assert raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
        assert raw.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert connection.execute("SHOW statement_timeout").fetchone() == ("30s",)


@pytest.mark.clause("S216-18.7")
@pytest.mark.parametrize(
    ("setting", "limit"),
    [
        ("tcp_keepalives_idle", "5"),
        ("tcp_keepalives_interval", "2"),
        ("tcp_keepalives_count", "3"),
        ("tcp_user_timeout", "10000"),
    ],
)
def test_a_server_lets_go_of_what_a_session_held_that_the_network_lost(
    dsn_by_tcp: str, setting: str, limit: str
) -> None:
    for ours in (connect(dsn_by_tcp), Session.connect(limited(dsn_by_tcp, timezone="UTC"))):
        with ours:
            assert ours.execute(f"SHOW {setting}".encode()).fetchone() == (limit,)


def test_nobody_opens_a_session_past_these_limits() -> None:
    there = Path(session.__file__).parents[1]
    who = {one.name for one in there.rglob("*.py") if "psycopg.connect(" in one.read_text("utf-8")}
    assert who == {"session.py", "embedded.py"}  # which asks its own server by a unix socket


def test_what_the_operator_sets_in_the_address_stays() -> None:
    address = "host=db tcp_user_timeout=3000 options='-c tcp_keepalives_idle=60'"
    told = conninfo_to_dict(limited(address, timezone="UTC"))
    assert (told["tcp_user_timeout"], told["connect_timeout"]) == ("3000", "10")
    idle = [one for one in str(told["options"]).split() if "keepalives_idle" in one]
    assert idle == ["tcp_keepalives_idle=60"]


def test_a_tail_that_somebody_holds_fails_all_who_wait_together(
    dsn: str, owner_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "LOCK", 1)
    log = EventLog(dsn)
    told: list[type[BaseException]] = []

    def append() -> None:
        try:
            log.append(Commit((fact(number=1),)))
        except OperationalError as error:
            told.append(type(error))

    with psycopg.connect(owner_dsn) as other:
        other.execute("SELECT position FROM log.tail FOR UPDATE")
        began = time.monotonic()
        threads = [threading.Thread(target=append) for _ in range(10)]
        for thread in threads:
            thread.start()
        log.check()  # asks without the lock, so it is not held up for longer than one group
        for thread in threads:
            thread.join(30)
        seconds = time.monotonic() - began
    assert told == [OperationalError] * 10
    assert seconds < 8
    log.close()


def test_a_writer_whose_lock_was_let_go_is_told_so(log: EventLog) -> None:
    log.check()
    writer = log.recorder._writer
    assert writer is not None
    writer._connection.execute("SELECT pg_advisory_unlock_all()")
    with pytest.raises(WriterLost, match="no longer holds"):
        log.check()


def test_a_store_whose_database_is_away_says_so_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="cannot be used"):
        open_store(tmp_path, "host=127.0.0.1 port=1 dbname=nowhere connect_timeout=2")


def in_a_transaction(log: EventLog, *statements: str) -> None:
    """What somebody does who writes views."""
    with log.recorder.transaction() as cursor:
        for statement in statements:
            cursor.execute(statement.encode())
            time.sleep(0.3)


def test_a_transaction_in_which_the_process_stood_still_too_long_is_no_defect(
    log: EventLog,
) -> None:
    limit = "SET LOCAL idle_in_transaction_session_timeout = '50ms'"
    with pytest.raises(OperationalError, match="idle-in-transaction"):
        in_a_transaction(log, limit, "SELECT 1")
    assert log.last_position() == 0


def test_views_that_may_only_be_read_for_now_are_no_defect(log: EventLog) -> None:
    with pytest.raises(OperationalError, match="read-only"):
        in_a_transaction(log, "SET LOCAL transaction_read_only = on", "CREATE TABLE views.none ()")
