"""Ready is who answers every check; who does not says which (S216-18.7)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Gauge

from shared_contracts.errors import NotReady
from shared_contracts.process import health
from shared_contracts.process.health import Gauges, router
from tests.serving import serving


def asked(path: str, **checks: object) -> httpx.Response:
    """The answer of a system with such checks; one that is an exception is raised."""

    def check(told: object) -> object:
        if isinstance(told, Exception):
            raise told
        return told

    figures = CollectorRegistry()
    Gauge("tru_position", "Last position", registry=figures).set(17)
    app = FastAPI()
    app.include_router(
        router({name: partial(check, told) for name, told in checks.items()}, figures)
    )
    with serving(app) as address:
        return httpx.get(address + path, trust_env=False)


@pytest.mark.clause("S216-18.7")
def test_a_system_is_ready_if_every_check_answers() -> None:
    told = asked("/readyz", position=5, writer=None)
    assert (told.status_code, told.json()) == (
        200,
        {"ready": True, "checks": {"position": 5, "writer": None}},
    )


@pytest.mark.clause("S216-18.7")
def test_a_system_is_not_ready_if_one_fails_and_it_says_which() -> None:
    told = asked("/readyz", position=5, writer=OSError("the lock is lost"))
    assert told.status_code == 503
    assert told.json() == {
        "ready": False,
        "checks": {"position": 5, "writer": "failed; the journal says why"},
    }
    assert "lock" not in told.text  # what a stranger may ask tells nothing of hosts, paths or SQL


def test_a_reason_that_may_be_told_to_anybody_is_told() -> None:
    told = asked("/readyz", duties=NotReady("sending: does not run"))
    assert told.json()["checks"] == {"duties": "sending: does not run"}


@pytest.mark.clause("S216-18.7")
def test_health_answers_while_a_check_hangs_and_while_every_thread_of_the_door_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "SECONDS", 0.3)
    let_go, asked_times = threading.Event(), [0]

    def hangs() -> float:
        asked_times[0] += 1
        let_go.wait(60)
        return 1.0

    figures = CollectorRegistry()
    figures.register(Gauges((health.Gauge("tru_stuck", "Hangs", hangs),)))
    app = FastAPI()
    app.include_router(router({"database": hangs}, figures))
    app.get("/busy")(lambda: let_go.wait(60))
    with serving(app) as address, ThreadPoolExecutor(100) as pool:
        busy = [pool.submit(get, f"{address}/busy") for _ in range(45)]
        try:
            ready = [pool.submit(get, f"{address}/readyz") for _ in range(45)]
            assert get(f"{address}/healthz").status_code == 200
            told = {(one.result().status_code, one.result().text) for one in ready}
            assert told == {
                (503, '{"ready":false,"checks":{"database":"no answer in 0.3 s"}}'),
            }
            assert get(f"{address}/metrics").status_code == 200
            assert asked_times[0] == 2  # one thread hangs for the check, one for the gauge
        finally:
            let_go.set()
        assert [one.result().status_code for one in busy] == [200] * 45


def test_who_asks_often_is_told_what_was_found_a_moment_ago() -> None:
    times: list[int] = []
    app = FastAPI()
    app.include_router(router({"position": lambda: times.append(1)}, CollectorRegistry()))
    with serving(app) as address:
        for _ in range(5):
            get(f"{address}/readyz")
    assert len(times) < 5


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, timeout=60)


def test_a_process_lives_though_it_is_not_ready() -> None:
    told = asked("/healthz", writer=OSError())
    assert (told.status_code, told.json()) == (200, {"status": "ok"})


def test_figures_are_given_for_those_who_watch() -> None:
    assert "tru_position 17.0" in asked("/metrics").text


def test_a_gauge_is_read_at_every_scrape_and_one_that_fails_leaves_the_others() -> None:
    tides = iter((3.0, 4.0))

    def broken() -> float:
        raise OSError("the database is away")

    figures = CollectorRegistry()
    figures.register(
        Gauges(
            (
                health.Gauge("tru_broken", "Cannot be read", broken),
                health.Gauge("tru_tide", "Rises", lambda: next(tides)),
                health.Gauge("tru_ships", "By harbour", lambda: {"Aqtau": 2}, "harbour"),
            )
        )
    )
    app = FastAPI()
    app.include_router(router({}, figures))
    with serving(app) as address:
        first, second = (httpx.get(f"{address}/metrics", trust_env=False) for _ in range(2))
    assert (first.status_code, "tru_broken" in first.text) == (200, False)
    assert "tru_tide 3.0" in first.text
    assert "tru_tide 4.0" in second.text
    assert 'tru_ships{harbour="Aqtau"} 2.0' in first.text
    assert "# TYPE tru_tide gauge" in first.text
