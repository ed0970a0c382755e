"""The page on how the code is built draws the layers that the import contracts hold."""

import re
import tomllib
from itertools import pairwise

import pytest

from tests.architecture.sources import DELIVERED, ROOT

PAGE = (ROOT / "docs" / "structure.md").read_text("utf-8")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]


def _layers(package: str) -> list[str]:
    [layers] = [
        contract["layers"]
        for contract in CONTRACTS["contracts"]
        if contract.get("containers") == [package] and contract.get("exhaustive")
    ]
    return [re.sub(r"[()]", "", layer) for layer in layers]


@pytest.mark.parametrize("package", DELIVERED)
def test_the_picture_has_the_arrows_of_the_import_layers(package: str) -> None:
    section = PAGE.split(f"## `{package}`\n")[1].split("\n## ")[0]
    boxes = dict(re.findall(r'^  (\w+)\["(.*)"\]$', section, re.MULTILINE))
    arrows = [(boxes[a], boxes[b]) for a, b in re.findall(r"^  (\w+) --> (\w+)$", section, re.M)]
    layers = _layers(package)
    assert list(boxes.values()) == layers
    assert arrows == list(pairwise(layers))


@pytest.mark.parametrize("package", DELIVERED)
def test_each_room_of_the_picture_exists(package: str) -> None:
    names = [name for layer in _layers(package) for name in layer.split(" | ")]
    missing = [
        name
        for name in names
        if not (ROOT / package / name).is_dir() and not (ROOT / package / f"{name}.py").is_file()
    ]
    assert missing == []
