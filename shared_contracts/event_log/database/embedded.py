"""A PostgreSQL server of our own, for a system that was given no DATABASE_URL."""

import fcntl
import os
import re
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from shared_contracts.errors import NeedsPerson
from shared_contracts.event_log.database.binaries import find_binaries, major_version
from shared_contracts.event_log.database.placement import Placement, make_passable, place

OWNER = "postgres"
_TIMEOUT = 60.0
"""Seconds that a server may take to recover and answer."""


class EmbeddedPostgres:
    """A server with its data under ``data_dir``, shared by every process that starts it.

    It listens on a unix socket that only its user (and root) may reach, or, with ``tcp``, also on
    a free loopback port; on both it asks for a password. fsync is on. A server left by a killed
    process is adopted; the last process to stop it ends it.
    """

    def __init__(self, data_dir: Path, *, database: str = "tru", tcp: bool = False) -> None:
        self._data_dir = data_dir.absolute()
        self._database = database
        self._tcp = tcp
        self._holding: int | None = None

    def __enter__(self) -> str:
        """Start or adopt the server and give the owner's DSN."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the server."""
        self.stop()

    def start(self) -> str:
        """Start or adopt the server and give the owner's DSN of the database.

        Raises NeedsPerson if no fitting PostgreSQL is here or the server does not start.
        """
        self._hold()
        with _locked(self._data_dir / "starting"):
            site = place(self._data_dir, find_binaries())
            _initialise(site)
            _ask_for_passwords(site)
            dsn = self._running(site) or self._launch(site)
            _create_database(dsn, self._database)
        return make_conninfo(dsn, dbname=self._database)

    def stop(self) -> None:
        """Let go of the server; the last one to do so stops it, without losing anything."""
        if self._holding is None:
            return
        try:
            fcntl.flock(self._holding, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass  # another process still uses it
        else:
            site = place(self._data_dir, find_binaries())
            lines = site.postmaster_lines()
            if lines and site.is_own(lines[0]):  # pg_ctl ends whichever process has that id
                site.run("pg_ctl", "-D", site.cluster, "-m", "fast", "-w", "-t", "60", "stop")
        finally:
            os.close(self._holding)
            self._holding = None

    def destroy(self) -> None:
        """Stop the server and delete its data, wherever they were placed."""
        self._hold()
        site = place(self._data_dir, find_binaries())
        self.stop()
        for folder in (site.home, site.sockets, self._data_dir):
            shutil.rmtree(folder, ignore_errors=True)

    def _hold(self) -> None:
        make_passable(self._data_dir)
        if self._holding is None:
            self._holding = _open_lock(self._data_dir / "holders")
            fcntl.flock(self._holding, fcntl.LOCK_SH)

    def _launch(self, site: Placement) -> str:
        port = _free_port() if self._tcp else 5432
        address = "127.0.0.1" if self._tcp else ""
        options = (
            f"-c listen_addresses='{address}' -c port={port} "
            f"-c unix_socket_directories='{site.sockets}' -c unix_socket_permissions=0700 "
            "-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c timezone=UTC "
            "-c max_wal_size=2GB -c password_encryption=scram-sha-256"
        )
        site.forget_dead()
        site.run(
            *("pg_ctl", "-D", site.cluster, "-l", site.log, "-w", "-t", "60"),
            *("-o", options, "start"),
        )
        deadline = time.monotonic() + _TIMEOUT
        while (dsn := self._running(site)) is None:
            if time.monotonic() > deadline or not site.postmaster_lines():
                raise NeedsPerson(f"the server of {self._data_dir} did not start:\n{site.tail()}")
            time.sleep(0.1)
        return dsn

    def _running(self, site: Placement) -> str | None:
        """The DSN of the server that is already running there, if it answers."""
        lines = site.postmaster_lines()
        if len(lines) < 6:  # noqa: PLR2004 - pid, folder, time, port, sockets, address
            return None
        host = lines[5] if self._tcp and lines[5] else lines[4]
        password = site.password.read_text(encoding="ascii")
        dsn = make_conninfo(
            user=OWNER, password=password, dbname="postgres", host=host, port=lines[3]
        )
        try:
            psycopg.connect(dsn, connect_timeout=5).close()
        except psycopg.OperationalError:
            return None
        return dsn


def _initialise(site: Placement) -> None:
    """Make the cluster if there is none; refuse one of another major version."""
    version = site.cluster / "PG_VERSION"
    if version.exists():
        major, wanted = major_version(site.bindir), int(version.read_text(encoding="ascii"))
        if major != wanted:
            raise NeedsPerson(
                f"the data in {site.cluster} are of PostgreSQL {wanted}, {site.bindir} is {major}: "
                f"set TRU_PG_BINDIR to the programs of PostgreSQL {wanted}, or move the data over "
                "with pg_dump and pg_restore"
            )
        return
    unfinished = site.home / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    site.write_private(site.password, secrets.token_urlsafe(24))
    made = site.run(
        *("initdb", "-D", unfinished, "-U", OWNER, "--encoding=UTF8", "--locale=C"),
        *("--auth=scram-sha-256", f"--pwfile={site.password}"),
        "--data-checksums",
    )
    if made.returncode != 0:
        raise NeedsPerson(f"{site.bindir / 'initdb'} failed in {site.home}: is the disk full?")
    unfinished.rename(site.cluster)  # a killed initdb leaves nothing that looks finished


def _ask_for_passwords(site: Placement) -> None:
    """Ask for passwords on the socket too, also where an older program made the cluster."""
    if not site.password.exists():
        raise NeedsPerson(
            f"{site.password} is missing, the owner's password of {site.cluster}: restore it from "
            "the backup of the data folder"
        )
    entry = f"*:*:*:{OWNER}:{site.password.read_text(encoding='ascii')}\n"
    site.write_private(site.passfile, entry)
    rules = site.cluster / "pg_hba.conf"
    text = rules.read_text(encoding="utf-8")
    asking = re.sub(r"(?m)^(\s*(?:local|host)\s.*\s)trust\s*$", r"\1scram-sha-256", text)
    if asking != text:
        site.write_private(rules, asking)
        if site.postmaster_lines():
            site.run("pg_ctl", "-D", site.cluster, "reload")


def _create_database(dsn: str, name: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if found.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = _open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
