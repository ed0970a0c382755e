"""Both systems, once per test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pki import Pki
from tests.sez.systems import BothSystems, built


@pytest.fixture
def systems(
    pki: Pki, postgres_server: str, migrated_template: str, tmp_path: Path
) -> Iterator[BothSystems]:
    """A SEZ and a Registry in which nothing has happened yet."""
    with built(pki, tmp_path, postgres_server, migrated_template) as systems:
        yield systems
