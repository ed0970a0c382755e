"""Commands read JSON from files and write to new files; what does not fit is told in words."""

from pathlib import Path

import pytest

from shared_contracts.process.command_files import asked_in, write_new


@pytest.mark.parametrize("content", [b"not JSON", b"\xff\xfe", b""])
def test_a_file_that_is_no_json_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "asked.json"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"asked\.json is not JSON: "):
        asked_in(file)


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "out"
    write_new(file, b"first")
    with pytest.raises(ValueError, match="exists: name another file"):
        write_new(file, b"second")
    assert file.read_bytes() == b"first"
