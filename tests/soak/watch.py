"""What ``/readyz`` and ``/metrics`` of both systems say, again and again, while a run lasts."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

OFTEN = 0.2
"""Seconds between two looks at a system."""

Sides = Mapping[str, str]
"""The address of each system, by its name."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a system said between two moments of the monotonic clock.

    ``status`` is that of ``/readyz``, None if it did not answer; ``figures`` are by name and label.
    """

    asked: float
    told: float
    status: int | None
    checks: Mapping[str, Any]
    figures: Mapping[str, float]

    def figure(self, name: str, label: str = "") -> float:
        """A figure, 0 where it is not told."""
        return self.figures.get(f"{name} {label}".strip(), 0.0)

    def sum(self, name: str, *, without: str = "") -> float:
        """The figures of that name under all labels, but for the one named."""
        return sum(
            value
            for key, value in self.figures.items()
            if key.split(" ")[0] == name and (not without or not key.endswith(without))
        )


@dataclass
class Watch:
    """Looks at each system in a thread of its own and keeps what they said."""

    sides: Sides
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Look from now on."""
        for side in self.sides:
            self.samples[side] = []
            threading.Thread(target=self._look, args=(side,), daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def last(self, side: str) -> Sample:
        """What a system said last."""
        return self.until(lambda: self.samples[side][-1] if self.samples[side] else None)

    def is_ready(self, side: str, since: float) -> bool:
        """Whether a system was ready when it was asked after ``since``."""
        sample = self.last(side)
        return sample.asked >= since and sample.status == httpx.codes.OK

    def between(self, side: str, begin: float, end: float) -> list[Sample]:
        """What a system was asked and said within a time."""
        return [one for one in self.samples[side] if begin <= one.asked and one.told <= end]

    @staticmethod
    def until(look: Callable[[], Sample | None], timeout: float = 10.0) -> Sample:
        """The first sample that ``look`` gives."""
        deadline = time.monotonic() + timeout
        while (seen := look()) is None:
            if time.monotonic() > deadline:
                raise TimeoutError("nothing was seen")
            time.sleep(0.02)
        return seen

    def _look(self, side: str) -> None:
        with httpx.Client(base_url=self.sides[side], trust_env=False, timeout=4.5) as client:
            while not self._stop.wait(OFTEN):
                self.samples[side].append(_sample(client))


def _sample(client: httpx.Client) -> Sample:
    asked, status, checks = time.monotonic(), None, {}
    figures: dict[str, float] = {}
    try:
        ready = client.get("/readyz")
        status, checks = ready.status_code, ready.json()["checks"]
        figures = _figures(client.get("/metrics").text)
    except (httpx.HTTPError, ValueError, KeyError):
        pass
    return Sample(asked, time.monotonic(), status, checks, figures)


def _figures(text: str) -> dict[str, float]:
    return {
        " ".join([one.name, *one.labels.values()]): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
        if not one.name.endswith("_bucket")
    }
