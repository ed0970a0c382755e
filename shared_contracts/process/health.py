"""``/healthz``, ``/readyz`` and ``/metrics`` of a system (S216-18.7).

None of them waits behind other work: they are answered in the event loop, and what has to be asked
for them is asked by threads of their own, each question by one at a time.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import wait
from dataclasses import dataclass, field
from functools import partial

import structlog
from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from typing_extensions import override

from shared_contracts.errors import NotReady
from shared_contracts.faults import CertificateNotInForce
from shared_contracts.http.api import answer
from shared_contracts.process.probe import Probe

log = structlog.get_logger(__name__)

SECONDS = 2.0
"""Most seconds that one check, or all gauges together, may take."""

FRESH = 1.0
"""Seconds for which an answer about readiness is given again to whoever asks."""

Checks = Mapping[str, Callable[[], object]]
"""By name, what is asked of a part: it says how it is, or raises."""

GaugeValue = float | Mapping[str, float]
"""What a gauge says: one number, or one for each value of its label."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure that is read when it is asked for: one number, or one for each value of a label."""

    name: str
    text: str
    read: Callable[[], GaugeValue]
    label: str = ""


class Gauges(Collector):
    """Reads its gauges at every scrape; one that cannot be read is left out, the others told."""

    def __init__(self, gauges: Sequence[Gauge]) -> None:
        self._probes = {gauge: Probe(gauge.read) for gauge in gauges}

    def describe(self) -> Sequence[Metric]:
        """The names alone: nothing is read when the gauges are registered."""
        return [Metric(gauge.name, gauge.text, "gauge") for gauge in self._probes]

    @override
    def collect(self) -> Iterator[Metric]:
        """The gauges as they stand, as far as they can be read within ``SECONDS``."""
        asked = {gauge: probe.ask() for gauge, probe in self._probes.items()}
        wait(asked.values(), SECONDS)
        for gauge, future in asked.items():
            try:
                yield _family(gauge, future.result(0))
            except Exception as problem:  # noqa: BLE001  # the others are told
                log.warning("gauge not read", name=gauge.name, problem=repr(problem)[:300])


def _family(gauge: Gauge, told: GaugeValue) -> Metric:
    family = GaugeMetricFamily(gauge.name, gauge.text, labels=[gauge.label] if gauge.label else [])
    values = told.items() if isinstance(told, Mapping) else [("", told)]
    for value, number in values:
        family.add_metric([value] if gauge.label else [], number)
    return family


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check said: whether it is good, and in words for anybody."""

    is_good: bool
    words: object


@dataclass(slots=True)
class Readiness:
    """Asks all checks at once, for everybody who wants to know within ``FRESH`` seconds."""

    probes: Mapping[str, Probe[object]]
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _known: Mapping[str, CheckResult] = field(default_factory=dict)
    _asked_at: float = float("-inf")

    async def ask(self) -> Mapping[str, CheckResult]:
        """What every check says, by its name."""
        async with self._turn:
            if time.monotonic() - self._asked_at > FRESH:
                said = await asyncio.gather(*(_said(probe) for probe in self.probes.values()))
                told = dict(zip(self.probes, (words for words, _ in said), strict=True))
                self._note(told, dict(zip(self.probes, (why for _, why in said), strict=True)))
                self._known, self._asked_at = told, time.monotonic()
            return self._known

    def _note(self, told: Mapping[str, CheckResult], why: Mapping[str, str]) -> None:
        """Write into the journal what has changed, with the reason that strangers are not told."""
        for name, said in told.items():
            before = self._known.get(name, CheckResult(is_good=True, words=None))
            if said.is_good != before.is_good:
                note = log.info if said.is_good else log.warning
                note("check", name=name, good=said.is_good, why=why[name][:500])


async def _said(probe: Probe[object]) -> tuple[CheckResult, str]:
    try:
        return CheckResult(is_good=True, words=await probe.answer(SECONDS)), ""
    except (NotReady, CertificateNotInForce) as reason:
        return CheckResult(is_good=False, words=str(reason)), str(reason)
    except TimeoutError:
        silent = f"no answer in {SECONDS:g} s"
        return CheckResult(is_good=False, words=silent), silent
    except Exception as problem:  # noqa: BLE001  # whatever is wrong, the process is not ready
        return CheckResult(is_good=False, words="failed; the journal says why"), repr(problem)


def router(checks: Checks, figures: CollectorRegistry) -> APIRouter:
    """The routes of health; ready means that every check answers, and none raises."""
    routes = APIRouter(include_in_schema=False)
    readiness = Readiness({name: Probe(check) for name, check in checks.items()})
    scrape = Probe(partial(generate_latest, figures))

    @routes.get("/healthz")
    async def healthz() -> Response:
        return answer({"status": "ok"})

    @routes.get("/readyz")
    async def readyz() -> Response:
        said = await readiness.ask()
        ready = all(one.is_good for one in said.values())
        content = {"ready": ready, "checks": {name: one.words for name, one in said.items()}}
        return answer(content, 200 if ready else 503)

    @routes.get("/metrics")
    async def metrics() -> Response:
        told = await scrape.answer(2 * SECONDS)
        return Response(told, media_type=CONTENT_TYPE_LATEST)

    return routes
