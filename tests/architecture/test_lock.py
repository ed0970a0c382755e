"""What is installed is what was locked: exact versions, known by their hashes, from no address."""

import re
import tomllib
from itertools import chain

import pytest

from tests.architecture.sources import ROOT

LOCK = ROOT / "requirements.lock"
PINNED = re.compile(
    r"[A-Za-z0-9._-]+(\[[A-Za-z0-9,._-]+\])?==[^\s;]+( ?;.+?)?( +--hash=sha256:[0-9a-f]{64})+"
)


def locked() -> list[str]:
    """The requirements of the lock, each with its hashes on one line, comments left out."""
    if not LOCK.is_file():
        pytest.skip("there is no lock yet")
    text = LOCK.read_text("utf-8").replace("\\\n", " ")
    lines = (re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines())
    return [re.sub(r"\s+", " ", line) for line in lines if line]


def name_of(requirement: str) -> str:
    """The name of the package, as indexes compare names."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement)[0]).lower()


def test_every_requirement_is_pinned_and_known_by_its_hashes() -> None:
    assert locked()
    assert [line[:60] for line in locked() if not PINNED.fullmatch(line)] == []


def test_no_requirement_is_fetched_from_an_address_of_its_own() -> None:
    assert [line[:60] for line in locked() if re.search(r"://| @ |--(extra-)?index", line)] == []


def test_no_package_is_locked_twice() -> None:
    names = [name_of(line) for line in locked()]
    assert len(names) == len(set(names))


def test_whatever_the_project_needs_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = chain.from_iterable(project["optional-dependencies"].values())
    needed = {name_of(requirement) for requirement in (*project["dependencies"], *extras)}
    assert sorted(needed - set(map(name_of, locked()))) == []
