"""What the commands of both systems read from files and write to new ones."""

import json
from pathlib import Path
from typing import Any


def asked_in(file: Path) -> Any:  # noqa: ANN401  # any JSON
    """What a JSON file asks; ``ValueError`` if it is none in UTF-8."""
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError as problem:
        raise ValueError(f"{file} is not JSON: {problem}") from problem


def write_new(file: Path, content: bytes) -> dict[str, Any]:
    """Write to a file that must not be there yet; ``ValueError`` if it is.

    Gives what a command tells of it: the file and its length in bytes.
    """
    try:
        with file.open("xb") as written:
            written.write(content)
    except FileExistsError as there:
        raise ValueError(f"{file} exists: name another file") from there
    return {"file": str(file), "bytes": len(content)}
