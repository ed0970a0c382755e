"""No file tells of the machine it was written on."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

FOLDERS = ("work", "tmp", "root", "home")
MACHINE_PATH = re.compile(rf"(?<![\w.\-}}/])/({'|'.join(FOLDERS)})/")
"""An absolute path of some machine; a folder of that name inside the project is none."""


def kept_files() -> list[Path]:
    """Files that git keeps or would keep."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("git or its folder is absent, so nobody knows which files are kept")
    command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def text_of(file: Path) -> str:
    """The text of ``file``; of a file that is no text, nothing."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def machine_paths(text: str) -> list[str]:
    """Lines of ``text`` in which a path of some machine stands, with their numbers."""
    lines = enumerate(text.splitlines(), start=1)
    return [f"{number}: {line.strip()}" for number, line in lines if MACHINE_PATH.search(line)]


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    found = {
        file.relative_to(ROOT).as_posix(): machine_paths(text_of(file)) for file in kept_files()
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_such_a_path_is_found(folder: str) -> None:
    assert machine_paths(f'DATA = Path("/{folder}/data")') == [f'1: DATA = Path("/{folder}/data")']


@pytest.mark.parametrize("text", ["https://example.kz/home/page", "a/tmp/b", "{root}/work/x"])
def test_a_path_that_belongs_to_no_machine_is_none(text: str) -> None:
    assert machine_paths(text) == []
