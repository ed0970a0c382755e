"""``python -m tests.guide``: make anew what follows from the code; answers need ``make up``."""

import sys
from itertools import count
from pathlib import Path

from deploy.up import stage
from shared_contracts.astana_time import now
from tests.guide.cases import SampleSender
from tests.guide.pages import GUIDE, answers, made


def main() -> int:
    """Write the files that differ; with ``--answers`` also what the running Registry answers."""
    files = made()
    if "--answers" in sys.argv:
        stand, first = stage(), count(int(now().timestamp()))
        files |= answers(SampleSender(stand.registry_address, stand.authority, first))
    changed = [path for path, text in files.items() if _is_other(path, text)]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], "utf-8")
        sys.stdout.write(f"{path.relative_to(GUIDE)}\n")
    return 0


def _is_other(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text("utf-8") != text


if __name__ == "__main__":
    raise SystemExit(main())
