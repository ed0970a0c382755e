"""Duties go on until the process stops, whatever fails meanwhile (S216-18.7)."""

import asyncio
import signal
import threading
import time

import psycopg
import pytest
from fastapi import FastAPI

from shared_contracts import duties
from shared_contracts.duties import every, guard, lifespan
from shared_contracts.event_log.log import EventLog


class Work:
    """A duty that notes when it was called, and fails as often as told."""

    def __init__(self, stop: threading.Event, times: int, failures: int = 0) -> None:
        self.stop, self.times, self.failures = stop, times, failures
        self.calls: list[float] = []

    def __call__(self) -> None:
        self.calls.append(time.monotonic())
        if len(self.calls) == self.times:
            self.stop.set()
        if len(self.calls) <= self.failures:
            raise RuntimeError("as told")


@pytest.mark.clause("S216-18.7")
def test_a_duty_that_fails_is_done_again() -> None:
    stop = threading.Event()
    work = Work(stop, times=4, failures=2)
    every(0.02, work)(stop)
    assert len(work.calls) == 4


def test_a_duty_that_failed_is_tried_again_soon_even_if_it_is_rarely_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(duties, "SOON", 0.05)
    stop = threading.Event()
    work = Work(stop, times=3, failures=2)
    every(600, work, at_once=True)(stop)
    assert work.calls[-1] - work.calls[0] < 5


def test_a_duty_waits_its_time_unless_it_is_due_at_once() -> None:
    stop = threading.Event()
    began = time.monotonic()
    work = Work(stop, times=1)
    every(0.1, work)(stop)
    assert work.calls[0] - began >= 0.1


def test_duties_run_as_long_as_the_application_and_end_with_it() -> None:
    running, ended = threading.Event(), threading.Event()

    def go_on(stop: threading.Event) -> None:
        running.set()
        stop.wait(10)
        ended.set()

    async def application() -> None:
        async with lifespan([go_on])(FastAPI()):
            assert await asyncio.to_thread(running.wait, 5)
            assert not ended.is_set()
        assert ended.is_set()

    asyncio.run(application())


def test_a_process_that_is_no_longer_the_writer_ends(log: EventLog, owner_dsn: str) -> None:
    told = threading.Event()
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: told.set())
    try:
        watching = threading.Thread(target=guard(log), args=(threading.Event(),), daemon=True)
        watching.start()
        with psycopg.connect(owner_dsn, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name LIKE 'writer%' AND datname = current_database()"
            )
        watching.join(10)  # the signal reaches the main thread as soon as that goes on
        assert told.is_set()
    finally:
        signal.signal(signal.SIGINT, before)
