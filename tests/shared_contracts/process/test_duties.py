"""Duties go on until the process stops, whatever fails, and none ends unseen (S216-18.7)."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from shared_contracts.errors import NotReady
from shared_contracts.event_log.event import UnknownTopic
from shared_contracts.process import duties
from shared_contracts.process.duties import Duty, Watch, every, lifespan


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses after failures are short here."""
    monkeypatch.setattr(duties, "SOON", 0.01)


class Work:
    """A step that notes when it was done, and fails as often as told."""

    def __init__(self, failures: int = 0, problem: BaseException | None = None) -> None:
        self.failures, self.problem = failures, problem or RuntimeError("as told")
        self.calls: list[float] = []

    def __call__(self) -> None:
        self.calls.append(time.monotonic())
        if len(self.calls) <= self.failures:
            raise self.problem


def seen(look: Callable[[], object]) -> bool:
    """Whether something is so within a generous while."""
    deadline = time.monotonic() + 20
    while not look():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


@contextmanager
def kept(*given: Duty) -> Iterator[Watch]:
    """The duties at work."""
    watch, stop = Watch("tru", given), threading.Event()
    watch.begin(stop)
    try:
        yield watch
    finally:
        stop.set()
        watch.end()


def figure(watch: Watch, name: str, duty: str) -> float | None:
    figures = CollectorRegistry()
    figures.register(watch)
    return figures.get_sample_value(name, {"duty": duty})


@pytest.mark.clause("S216-18.7")
@pytest.mark.parametrize("problem", [RuntimeError("x"), SystemExit(1), KeyboardInterrupt()])
def test_a_duty_that_fails_is_done_again_whatever_it_raises(problem: BaseException) -> None:
    work = Work(failures=2, problem=problem)
    with kept(every("work", 0.01, work)) as watch:
        assert seen(lambda: len(work.calls) >= 4)
        assert watch.check() == {"work": "runs"}
        assert figure(watch, "tru_duty_failures_total", "work") == 2
        assert figure(watch, "tru_duty_running", "work") == 1


@pytest.mark.clause("S216-18.7")
def test_work_without_an_end_that_ends_is_begun_again_and_told() -> None:
    begun: list[int] = []
    with kept(Duty("sending", lambda _stop: begun.append(1))) as watch:
        assert seen(lambda: len(begun) > duties.OFTEN)
        with pytest.raises(NotReady, match=r"sending: failed \d+ times.*: it ended by itself"):
            watch.check()
        assert figure(watch, "tru_duty_running", "sending") == 0


def test_work_without_an_end_that_failed_is_well_again_when_it_has_gone_on_for_a_while() -> None:
    begun: list[int] = []

    def work(stop: threading.Event) -> None:
        begun.append(1)
        if len(begun) <= duties.OFTEN:
            raise RuntimeError("as told")
        stop.wait()

    with kept(Duty("sending", work, longest=1.0)) as watch:
        assert seen(lambda: watch.statuses["sending"].row == duties.OFTEN)
        with pytest.raises(NotReady):
            watch.check()
        assert seen(lambda: figure(watch, "tru_duty_running", "sending") == 1)
        assert watch.check() == {"sending": "runs"}


def test_pauses_grow_up_to_a_bound_and_each_is_one_line_of_the_journal() -> None:
    work = Work(failures=10_000)
    with capture_logs() as lines, kept(every("work", 600, work, longest=0.05)):
        assert seen(lambda: len(work.calls) >= 7)
    assert [line["again_in"] for line in lines][:5] == [0.01, 0.02, 0.04, 0.05, 0.05]
    assert abs(len(lines) - len(work.calls)) <= 1
    assert [bool(line["exc_info"]) for line in lines][:3] == [True, False, False]


def test_a_duty_that_failed_is_tried_again_soon_even_if_it_is_rarely_due() -> None:
    work = Work(failures=2)
    with kept(every("work", 600, work)):
        assert seen(lambda: len(work.calls) == 3)


def test_a_duty_that_is_not_vital_is_told_and_leaves_the_process_ready() -> None:
    with kept(every("clocks", 0.01, Work(failures=10_000), vital=False)) as watch:
        assert seen(lambda: watch.statuses["clocks"].in_a_row > duties.OFTEN)
        assert "times in a row" in watch.check()["clocks"]


def test_what_a_newer_program_wrote_is_named_to_whoever_asks() -> None:
    problem = UnknownTopic("position 28 holds the topic 'x.1'")
    with kept(every("views", 0.01, Work(failures=10_000, problem=problem))) as watch:
        assert seen(lambda: watch.statuses["views"].in_a_row > duties.OFTEN)
        with pytest.raises(NotReady, match="position 28"):
            watch.check()


def test_a_duty_waits_its_time_unless_it_is_due_at_once() -> None:
    work, began = Work(), time.monotonic()
    with kept(every("work", 0.1, work, at_once=False)):
        assert seen(lambda: work.calls)
    assert work.calls[0] - began >= 0.1


def test_a_duty_whose_thread_ended_is_told() -> None:
    watch, stop = Watch("tru", [every("work", 1, Work())]), threading.Event()
    stop.set()
    watch.begin(stop)
    watch.end()
    with pytest.raises(NotReady, match="work: does not run"):
        watch.check()


def test_duties_run_as_long_as_the_application_and_what_is_due_is_done_before_the_end() -> None:
    work = Work()
    watch = Watch("tru", [every("checkpoint", 600, work, at_end=True)])

    async def application() -> None:
        async with lifespan(watch)(FastAPI()):
            assert await asyncio.to_thread(seen, lambda: len(work.calls) == 1)

    asyncio.run(application())
    assert len(work.calls) == 2
