"""A stand for each journey; the authority is the session's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.stand import Stand, running_stand
from tests.pki import Pki
from tests.postgres import Databases, memory_folder


@pytest.fixture
def stand(pki: Pki, tmp_path: Path, databases: Databases) -> Iterator[Stand]:
    """A stand on which nothing runs yet, with databases of the session's server."""
    with running_stand(pki, tmp_path, databases) as empty:
        yield empty


@pytest.fixture
def own_stand(pki: Pki) -> Iterator[Stand]:
    """A stand on which nothing runs yet, whose systems have a PostgreSQL server each."""
    with memory_folder() as folder, running_stand(pki, folder, None) as empty:
        yield empty
