"""``/healthz``, ``/readyz`` and ``/metrics`` of a system (S216-18.7)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import structlog
from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from typing_extensions import override

from shared_contracts.api import answer

log = structlog.get_logger(__name__)

Checks = Mapping[str, Callable[[], object]]
"""By name, what is asked of a part: it says how it is, or raises."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure that is read when it is asked for: one number, or one for each value of a label."""

    name: str
    text: str
    read: Callable[[], float | Mapping[str, float]]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Gauges(Collector):
    """Reads its gauges at every scrape; one that cannot be read is left out, the others told."""

    gauges: Sequence[Gauge]

    def describe(self) -> Sequence[Metric]:
        """The names alone: nothing is read when the gauges are registered."""
        return [Metric(gauge.name, gauge.text, "gauge") for gauge in self.gauges]

    @override
    def collect(self) -> Iterator[Metric]:
        """The gauges as they stand."""
        for gauge in self.gauges:
            try:
                yield _family(gauge, gauge.read())
            except Exception:
                log.exception("gauge", name=gauge.name)


def _family(gauge: Gauge, told: float | Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(gauge.name, gauge.text, labels=[gauge.label] if gauge.label else [])
    values = told.items() if isinstance(told, Mapping) else [("", told)]
    for value, number in values:
        family.add_metric([value] if gauge.label else [], number)
    return family


def router(checks: Checks, figures: CollectorRegistry) -> APIRouter:
    """The routes of health; ready means that no check raises."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/healthz")
    def healthz() -> Response:
        return answer({"status": "ok"})

    @routes.get("/readyz")
    def readyz() -> Response:
        states = {name: _state(check) for name, check in checks.items()}
        ready = all(ok for ok, _ in states.values())
        content = {"ready": ready, "checks": {name: said for name, (_, said) in states.items()}}
        return answer(content, 200 if ready else 503)

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(figures), media_type=CONTENT_TYPE_LATEST)

    return routes


def _state(check: Callable[[], object]) -> tuple[bool, object]:
    try:
        return True, check()
    except Exception as problem:  # noqa: BLE001  # whatever is wrong, the process is not ready
        return False, f"{type(problem).__name__}: {problem}"
