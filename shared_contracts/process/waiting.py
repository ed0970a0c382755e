"""A command that takes longer than two seconds says that the system is at work on it."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import typer

from shared_contracts.process.command_language import word

PATIENCE: Final = 2.0
"""Seconds after which somebody at a terminal is told."""


@contextmanager
def waiting(after: float = PATIENCE, *, terminal: bool | None = None) -> Iterator[None]:
    """Tell once on standard error that what is done meanwhile goes on after so many seconds.

    ``terminal`` says whether a person reads standard error; unless said, by what it is.
    """
    told = word("the system is at work on it ...")  # the language belongs to this thread
    timer = threading.Timer(after, typer.echo, (told,), {"err": True})
    timer.daemon = True
    if sys.stderr.isatty() if terminal is None else terminal:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
