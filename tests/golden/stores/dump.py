"""Dumps the two databases that a demonstration left: ``python tests/golden/stores/dump.py STAND``.

STAND is the folder ``.demo/stand`` of a working copy of the commit whose stores are wanted.
"""

import lzma
import subprocess
import sys
from pathlib import Path

from shared_contracts.event_log.database.binaries import find_binaries
from shared_contracts.event_log.database.embedded import EmbeddedPostgres

HERE = Path(__file__).parent
SYSTEMS = ("registry", "sez")
PLAIN = ("--inserts", "--rows-per-insert=100", "--no-privileges")
"""As statements that any client runs; privileges are given anew by the migration."""
LEFT_OUT = (b"\\", b"--")
"""How lines begin that only psql understands, and remarks."""
OWNED = b" OWNER TO postgres;\n"
"""How lines end that give a thing to the owner, who restores it and has it anyway."""


def dump(stand: Path, system: str) -> bytes:
    """The database of a system as SQL."""
    with EmbeddedPostgres(stand / system / "postgres") as dsn:
        command = (str(find_binaries() / "pg_dump"), *PLAIN, dsn)
        written = subprocess.run(command, check=True, capture_output=True).stdout
        lines = written.splitlines(keepends=True)
    kept = (one for one in lines if not one.startswith(LEFT_OUT) and not one.endswith(OWNED))
    return b"".join(kept)


def main() -> None:
    """Write both stores, compressed, beside this file."""
    for system in SYSTEMS:
        packed = lzma.compress(dump(Path(sys.argv[1]), system), preset=9 | lzma.PRESET_EXTREME)
        (HERE / f"{system}.sql.xz").write_bytes(packed)


if __name__ == "__main__":
    main()
