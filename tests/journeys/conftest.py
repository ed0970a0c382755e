"""A stand for each journey; the authority is the session's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.stand import Stand, standing
from tests.pki import Pki


@pytest.fixture
def stand(pki: Pki, tmp_path: Path) -> Iterator[Stand]:
    """A stand on which nothing runs yet."""
    with standing(pki, tmp_path) as empty:
        yield empty
