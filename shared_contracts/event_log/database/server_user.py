"""The system user under which an embedded server runs when its parent is root."""

import os
import pwd
import shutil
import stat
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shared_contracts.errors import NeedsPerson

NAME = "trupg"


@dataclass(frozen=True)
class ServerUser:
    """Who runs the server; None for ``uid`` means: whoever runs this process."""

    uid: int | None = None
    gid: int | None = None

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Run a program as this user, from the root folder and with a plain environment."""
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
        groups: list[int] | None = None if self.uid is None else []
        return subprocess.run(  # noqa: S603 - programs of the chosen server only
            command,
            user=self.uid,
            group=self.gid,
            extra_groups=groups,
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )

    def make_private(self, folder: Path) -> None:
        """Make a folder that only this user (and root) may enter; a link is not followed.

        Raises NeedsPerson if a link or another's folder is there.
        """
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError as error:
            raise NeedsPerson(f"{folder} is a link or no folder: remove it") from error
        try:
            self._take(folder, handle)
        finally:
            os.close(handle)

    def _take(self, folder: Path, handle: int) -> None:
        """Make an open folder this user's own, if it is nobody else's."""
        owner = os.fstat(handle).st_uid
        if owner not in (os.geteuid(), self.uid):
            raise NeedsPerson(f"{folder} belongs to user {owner}: remove it or move the data")
        if self.uid is not None and self.gid is not None:
            os.fchown(handle, self.uid, self.gid)
        os.fchmod(handle, 0o700)

    def owns(self, folder: Path) -> bool:
        """Whether a folder (no link) is there that only this user may enter."""
        try:
            found = folder.lstat()
        except OSError:
            return False
        mine = os.geteuid() if self.uid is None else self.uid
        private = stat.S_IMODE(found.st_mode) == 0o700  # noqa: PLR2004  # a mode
        return stat.S_ISDIR(found.st_mode) and found.st_uid == mine and private

    def may_pass(self, folder: Path) -> bool:
        """Whether this user can come through ``folder``; to list it is not needed."""
        if self.uid is None:
            return True
        return all(self._may(each.stat(), os.X_OK) for each in (folder, *folder.parents))

    def may_read(self, path: Path) -> bool:
        """Whether this user can come to ``path`` through all its folders and read it."""
        if self.uid is None:
            return True
        chain = (path, *path.parents)
        return all(self._may(folder.stat(), os.X_OK) for folder in chain) and self._may(
            path.stat(), os.R_OK
        )

    def _may(self, found: os.stat_result, right: int) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & (right << 6))
        if found.st_gid == self.gid:
            return bool(found.st_mode & (right << 3))
        return bool(stat.S_IMODE(found.st_mode) & right)


def server_user() -> ServerUser:
    """The user for the server: this one, or under root a system user of its own.

    PostgreSQL refuses to run as root. Raises NeedsPerson if the user cannot be made.
    """
    if os.geteuid() != 0:
        return ServerUser()
    entry = _entry() or _create()
    return ServerUser(entry.pw_uid, entry.pw_gid)


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd:
    useradd = shutil.which("useradd") or "/usr/sbin/useradd"
    command = [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/bin/false"]
    done = subprocess.run(  # noqa: S603 - fixed command
        [*command, NAME], capture_output=True, text=True, check=False
    )
    entry = _entry()  # another process may have been quicker
    if entry is None:
        raise NeedsPerson(
            f"PostgreSQL does not run as root, and user {NAME} cannot be made: "
            f"{done.stderr.strip()}; make it, run as another user, or set DATABASE_URL"
        )
    return entry
