"""Fixtures that many tests share, once per session: the test authority, PostgreSQL, outcomes."""

import gc
from pathlib import Path

import pytest
import structlog
from fastapi.dependencies import models

from shared_contracts.language import Language
from shared_contracts.process.command_language import _spoken

gc.disable()  # what is imported and collected stays: nothing of it is garbage

pytest_plugins = ["tests.pki", "tests.postgres", "tests.outcomes"]

YOUNG = 10_000
"""New objects after which the youngest are looked through for garbage."""

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
    """From here on only what tests make is looked through for garbage; tracebacks are plain."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
    gc.enable()
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.stdlib.add_log_level, renderer])


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Speak English again, and let go, after each file, of the systems that FastAPI remembers.

    It keeps the functions of the last routes it has seen, and with them every system that a test
    has opened: after a thousand tests a search for garbage would go through two gigabytes.
    """
    _spoken.set(Language.EN)  # a command is a process of its own, but in tests
    if nextitem is None or nextitem.path != item.path:
        for kept in vars(models).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()


def _rank(path: Path) -> int:
    return next((n for n, part in enumerate(LONG) if part in str(path)), len(LONG))
