"""A passphrase stands in a file of its owner's alone."""

import stat
from pathlib import Path

import pytest

from shared_contracts.encryption.passphrase_files import read, write
from shared_contracts.errors import NeedsPerson
from tests.clauses import clause

TEXT = "AAAA-BBBB-CCCC-DDDD-EEEE"


@clause("S95-15.1a")
def test_what_was_kept_is_read_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "encryption" / "SEZ01.1.passphrase"
    write(path, "AAAA-BBBB-CCCC-DDDD-FFFF")
    write(path, TEXT)
    assert read(path) == TEXT
    assert [stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent)] == [0o600, 0o700]
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_file_that_is_absent_open_to_others_short_or_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "key"
    cases: list[tuple[bytes | None, int, str]] = [
        (None, 0, "put it there"),
        (TEXT.encode(), 0o640, "chmod 600"),
        (b"too short", 0o600, "20 signs or more"),
        (b"x" * 2000, 0o600, "1024 bytes"),
        (b"\xff" * 40, 0o600, "a line of text"),
    ]
    for content, mode, told in cases:
        if content is not None:
            path.write_bytes(content)
            path.chmod(mode)
        with pytest.raises(NeedsPerson, match=told) as problem:
            read(path)
        assert TEXT not in str(problem.value)
