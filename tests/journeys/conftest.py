"""A stand for each journey; the authority is the session's."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.journeys.stand import Stand, running_stand
from tests.pki import Pki
from tests.postgres import in_memory


@pytest.fixture
def stand(pki: Pki) -> Iterator[Stand]:
    """A stand on which nothing runs yet."""
    with TemporaryDirectory(dir=in_memory(), ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the database server's user has to come through
        with running_stand(pki, Path(folder)) as empty:
            yield empty
