"""Fixtures that many tests share, once per session: the test authority, PostgreSQL, outcomes."""

import gc
from pathlib import Path

import pytest

gc.disable()  # what is imported and collected stays: nothing of it is garbage

pytest_plugins = ["tests.pki", "tests.postgres", "tests.outcomes"]

LONG = (
    "test_thousand_packages",
    "test_replayed",
    "test_short_soak",
    "test_drills",
    "journeys",
    "throwaway",
    "test_cli_",
)
"""Parts of the paths of files that take longest, first the longest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: one of them at the end leaves workers idle."""
    items.sort(key=lambda item: _rank(item.path))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """From here on only what tests make is looked through for garbage."""
    gc.collect()
    gc.freeze()
    gc.enable()


def _rank(path: Path) -> int:
    return next((n for n, part in enumerate(LONG) if part in str(path)), len(LONG))
