"""Both systems, once per test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pki import Pki
from tests.postgres import Databases
from tests.sez.systems import BothSystems, built


@pytest.fixture
def systems(pki: Pki, databases: Databases, tmp_path: Path) -> Iterator[BothSystems]:
    """A SEZ and a Registry in which nothing has happened yet."""
    with built(pki, tmp_path, databases) as systems:
        yield systems
