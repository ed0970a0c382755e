"""The measure of a large programme between two processes ends as it should, at a smaller size."""

from pathlib import Path

import pytest

from tests.bench.large_way import BOUNDS, played

ITEMS = 6_500
"""So many items are more than a message may hold."""


@pytest.mark.clause("S216-9.8", "S216-18.1", "S216-18.5")
def test_a_large_programme_goes_from_a_file_to_its_listing_within_bounds(tmp_path: Path) -> None:
    told = played(tmp_path, ITEMS)
    assert told["flaws"] == []
    assert told["peak MB"].keys() == BOUNDS.keys()
    assert list(told["stages"]) == [
        "uploaded and formed",
        "sent, under a ticket",
        "examined, recorded, SYNCHRONISED",
        "listed",
        "audited",
    ]
