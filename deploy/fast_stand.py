"""The stand while its Registry's clock begins in the past and runs fast: weeks pass in seconds."""

import signal
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from typing_extensions import override

from deploy.stand import TIMEOUT, DemoStand
from shared_contracts.errors import NeedsPerson
from shared_contracts.http.remote import ProcessUnreachable


@dataclass(frozen=True, slots=True)
class FastStand(DemoStand):
    """A stand whose Registry runs by these settings, with a clock that is not the machine's.

    It takes applications; it is not waited until the Registry is ready for the exchange.
    """

    settings: Mapping[str, str] = field(kw_only=True)

    @override
    def registry_environment(self) -> dict[str, str]:
        return dict(self.settings)

    def end_registry(self) -> None:
        """End the Registry; whatever else runs goes on."""
        self._signal("registry", signal.SIGTERM)

    @override
    def _await_ready(self, name: str, address: str) -> None:
        """Until it answers; ``NeedsPerson`` if it does not."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline and self.is_running(name):
            try:
                self.registry.get("/api/v1/admission/regulations")
            except ProcessUnreachable:
                time.sleep(0.05)
            else:
                return
        raise NeedsPerson(f"{name} does not answer at {address}; see {self.journal(name)}")


@contextmanager
def in_fast_time(stand: DemoStand, since: datetime, speed: float) -> Iterator[DemoStand]:
    """The Registry of a stand runs in fast time meanwhile; it is ended whatever happens."""
    clock = {"REGISTRY_CLOCK_SINCE": since.isoformat(), "REGISTRY_CLOCK_SPEED": str(speed)}
    settings = stand.registry_environment() | clock
    fast = FastStand(stand.folder, stand.ports, settings=settings)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # it is followed by its id
            fast.start_registry()
        yield fast
    finally:
        fast.end_registry()
