"""Users of the SEZ who announce tenders by its interface, whether it is there or not."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from tests.journeys.stand import Stand

EXAMPLES = ("single-source", "announcement", "auction")
SIGNERS = ("customer1-head",) * 3 + ("customer2-head",)
"""Every fourth tender is one of customer 2."""


@dataclass
class Users:
    """Announces so many tenders ``a_second``; ``acknowledged`` are their ids.

    What was not acknowledged may have been announced nevertheless; another follows it.
    """

    stand: Stand
    a_second: float
    acknowledged: list[UUID] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Announce from now on."""
        self._thread = threading.Thread(target=self._work, name="users", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Announce no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        due = time.monotonic()
        with httpx.Client(
            base_url=self.stand.sez_address,
            headers={"Authorization": f"Bearer {self.stand.sez.token}"},
            timeout=15,
            trust_env=False,
        ) as client:
            while not self._stop.wait(max(0.0, due - time.monotonic())):
                self._announce(client)
                due = max(due, time.monotonic() - 1) + 1 / self.a_second

    def _announce(self, client: httpx.Client) -> None:
        number = len(self.acknowledged)
        body = {
            "example": EXAMPLES[number % len(EXAMPLES)],
            "signer": SIGNERS[number % len(SIGNERS)],
        }
        try:
            answer = client.post("/api/v1/examples/tenders", json=body)
        except httpx.HTTPError as problem:
            self.refusals[type(problem).__name__] += 1
            return
        if answer.status_code == httpx.codes.CREATED:
            self.acknowledged.append(UUID(answer.json()["object_id"]))
        else:
            self.refusals[f"HTTP {answer.status_code} {answer.text[:120]}"] += 1
