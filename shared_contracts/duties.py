"""What a system does beside answering: duties that go on until the process stops."""

import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI

from shared_contracts.event_log.log import EventLog, WriterLost

log = structlog.get_logger(__name__)

PARTING = 5.0
"""Seconds that all duties together have to end when the process is told to."""

SOON = 10.0
"""Most seconds before a duty that failed is tried again."""

Duty = Callable[[threading.Event], None]
"""Something that goes on until the event is set."""


def lifespan(duties: Sequence[Duty]) -> Callable[[FastAPI], Any]:
    """Run ``duties`` while the web application runs."""
    stop = threading.Event()

    @asynccontextmanager
    async def run(_app: FastAPI) -> AsyncIterator[None]:
        threads = [threading.Thread(target=duty, args=(stop,), daemon=True) for duty in duties]
        for thread in threads:
            thread.start()
        yield
        stop.set()
        deadline = time.monotonic() + PARTING
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    return run


def every(seconds: float, duty: Callable[[], object], *, at_once: bool = False) -> Duty:
    """``duty`` again and again, ``seconds`` apart; what failed is tried again ``SOON``."""

    def go_on(stop: threading.Event) -> None:
        pause = 0.0 if at_once else seconds
        while not stop.wait(pause):
            pause = seconds if _try(duty) else min(seconds, SOON)

    return go_on


def guard(events: EventLog) -> Duty:
    """End the process when it is no longer the writer: another may already be (wire.md 22)."""

    def go_on(stop: threading.Event) -> None:
        while not stop.wait(2):
            try:
                events.check()
            except WriterLost:
                log.critical("the writer's lock is lost: this process stops")
                signal.raise_signal(signal.SIGINT)  # ends with a failure, unlike SIGTERM
                return

    return go_on


def _try(duty: Callable[[], object]) -> bool:
    try:
        duty()
    except Exception:
        log.exception("duty")
        return False
    return True
