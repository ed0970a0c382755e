"""The verifier as one file that an archive keeps: ``python -m deploy.verifier.build FILE``.

The same sources give the same bytes. It needs Python 3.11 or later, `cryptography` and `lxml`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_PACKAGE = "tru_verifier"
_MAIN = f"import sys\n\nfrom {_PACKAGE}.command import main\n\nsys.exit(main())\n"
_LEFT_OUT = {"build.py", "__main__.py"}
_DAY = (1980, 1, 1, 0, 0, 0)


def build(target: Path) -> None:
    """Write the verifier to ``target``."""
    with target.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with ZipFile(file, "w", ZIP_STORED) as archive:
            archive.writestr(ZipInfo("__main__.py", _DAY), _MAIN)
            for source in sorted(Path(__file__).parent.iterdir()):
                if source.suffix in {".py", ".toml"} and source.name not in _LEFT_OUT:
                    name = ZipInfo(f"{_PACKAGE}/{source.name}", _DAY)
                    archive.writestr(name, source.read_bytes())
    target.chmod(0o755)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the file that is named; the exit code."""
    parser = argparse.ArgumentParser("python -m deploy.verifier.build", description=__doc__)
    parser.add_argument("file", type=Path, help="where to write the verifier, verifier.pyz")
    try:
        build(parser.parse_args(arguments).file)
    except OSError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
