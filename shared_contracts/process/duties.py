"""What a system does beside answering: duties that go on until the process stops (S216-18.7).

None of them ends unseen: one that fails or ends is begun again after a pause that grows, the
journal gets one line for each pause, and readiness and figures name it.
"""

import math
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from shared_contracts.errors import NotReady
from shared_contracts.event_log.event import UnknownTopic
from shared_contracts.faults import CertificateNotInForce

log = structlog.get_logger(__name__)

SHUTDOWN_TIMEOUT = 5.0
"""Seconds that all duties together have to end when the process is told to."""

SOON = 0.5
"""Seconds before a duty that failed is begun again; twice as many after each further failure."""

LONGEST = 60.0
"""Most seconds of that pause; a duty that went on for longer counts as having succeeded."""

OFTEN = 3
"""So many failures in a row make the process not ready."""


_TOLD = (UnknownTopic, NotReady, CertificateNotInForce)
"""Problems whose words may be told to anybody."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to be done again and again, ``pause`` seconds apart, or without an end.

    Without a ``pause`` the work goes on until the event is set, and has failed if it ends before.
    ``at_once`` begins it with the process, ``at_end`` does it once more before the process ends.
    One that is not ``vital`` is told when it fails, and does not make the process not ready.
    """

    name: str
    work: Callable[[threading.Event], object]
    pause: float | None = None
    at_once: bool = True
    at_end: bool = False
    vital: bool = True
    longest: float = LONGEST


def every(name: str, seconds: float, step: Callable[[], object], **more: bool | float) -> Duty:
    """``step`` as a duty, ``seconds`` apart; ``more`` are further fields of the duty."""
    return Duty(name, lambda _stop: step(), seconds, **more)  # type: ignore[arg-type]  # by name


@dataclass(slots=True)
class DutyStatus:
    """How a duty stands: its failures since the process began, and in a row; the last of them.

    Work without an end has succeeded when it goes on, since ``since``, for ``steady`` seconds.
    """

    steady: float = math.inf
    since: float = math.inf
    failures: int = 0
    in_a_row: int = 0
    problem: BaseException | None = None
    thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Whether its thread lives; before the process has begun its duties nothing is missed."""
        return self.thread is None or self.thread.is_alive()

    @property
    def row(self) -> int:
        """Failures in a row, up to now."""
        return 0 if time.monotonic() - self.since > self.steady else self.in_a_row

    def in_words(self) -> str:
        """How it stands, in words for anybody."""
        if not self.is_running:
            return "does not run"
        if not self.row:
            return "runs"
        known = f": {self.problem}" if isinstance(self.problem, _TOLD) else ""
        return f"failed {self.row} times in a row{known}"


class Watch(Collector):
    """Begins the duties of ``system``, keeps them going, and knows how each stands."""

    def __init__(self, system: str, duties: Sequence[Duty]) -> None:
        self._system, self.duties = system, tuple(duties)
        self.statuses = {duty.name: DutyStatus(_steady(duty)) for duty in self.duties}

    def begin(self, stop: threading.Event) -> None:
        """Begin every duty; they end when ``stop`` is set."""
        for duty in self.duties:
            thread = threading.Thread(
                target=self._keep, args=(duty, stop), name=duty.name, daemon=True
            )
            self.statuses[duty.name].thread = thread
            thread.start()

    def end(self) -> None:
        """Wait ``SHUTDOWN_TIMEOUT`` seconds at most for the duties to end."""
        deadline = time.monotonic() + SHUTDOWN_TIMEOUT
        for status in self.statuses.values():
            if status.thread is not None:
                status.thread.join(max(0.0, deadline - time.monotonic()))

    def check(self) -> Mapping[str, str]:
        """How every duty stands; raises NotReady if a vital one does not run or keeps failing."""
        told = {name: status.in_words() for name, status in self.statuses.items()}
        ill = [duty.name for duty in self.duties if self._is_ill(duty)]
        if ill:
            raise NotReady("; ".join(f"{name}: {told[name]}" for name in ill))
        return told

    def describe(self) -> Sequence[Metric]:
        """The names of the figures."""
        return [*self._families()]

    @override
    def collect(self) -> Iterator[Metric]:
        """Failures of each duty, and whether it runs and did not fail the last time."""
        failures, running = self._families()
        for name, status in self.statuses.items():
            failures.add_metric([name], status.failures)
            running.add_metric([name], status.is_running and not status.row)
        yield failures
        yield running

    def _families(self) -> tuple[CounterMetricFamily, GaugeMetricFamily]:
        name = f"{self._system}_duty"
        return (
            CounterMetricFamily(f"{name}_failures", "Failures of a duty", labels=["duty"]),
            GaugeMetricFamily(f"{name}_running", "1 while a duty does its work", labels=["duty"]),
        )

    def _is_ill(self, duty: Duty) -> bool:
        status = self.statuses[duty.name]
        return not status.is_running or (duty.vital and status.row >= OFTEN)

    def _keep(self, duty: Duty, stop: threading.Event) -> None:
        pause = 0.0 if duty.at_once else duty.pause
        while not stop.wait(pause):
            pause = self._turn(duty, stop)
        if duty.at_end:
            self._turn(duty, stop)

    def _turn(self, duty: Duty, stop: threading.Event) -> float:
        """Do the work once; the seconds until it is done again."""
        status = self.statuses[duty.name]
        status.since = time.monotonic()
        try:
            _work(duty, stop)
        except BaseException as problem:  # noqa: BLE001  # whatever ends it, it is begun again
            return _failed(duty, status, problem)
        status.in_a_row, status.problem = 0, None
        return duty.pause or 0.0


def _steady(duty: Duty) -> float:
    return duty.longest if duty.pause is None else math.inf


def _work(duty: Duty, stop: threading.Event) -> None:
    duty.work(stop)
    if duty.pause is None and not stop.is_set():
        raise NotReady("it ended by itself")


def _failed(duty: Duty, status: DutyStatus, problem: BaseException) -> float:
    """Count and log a failure, the traceback of a new one only; the seconds until the next turn."""
    status.in_a_row = status.row + 1
    status.since = math.inf
    known = repr(status.problem) == repr(problem) and status.in_a_row > 1
    status.failures += 1
    status.problem = problem
    pause = min(duty.longest, SOON * 2.0 ** min(status.in_a_row - 1, 30))
    log.error(
        "duty failed",
        duty=duty.name,
        in_a_row=status.in_a_row,
        again_in=pause,
        problem=f"{type(problem).__name__}: {problem}"[:500],
        exc_info=None if known else problem,
    )
    return pause


def lifespan(watch: Watch) -> Callable[[FastAPI], Any]:
    """Have the duties done while the web application runs."""
    stop = threading.Event()

    @asynccontextmanager
    async def run(_app: FastAPI) -> AsyncIterator[None]:
        watch.begin(stop)
        yield
        stop.set()
        watch.end()

    return run
