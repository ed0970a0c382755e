"""(h) The whole way: a SEZ's connections, a Registry in a process of its own, until it is listed.

The baseline is the endpoint's own function in this process, without HTTP and without views.
"""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from os import environ
from pathlib import Path
from socket import create_server
from uuid import UUID

import httpx

from tests.bench.grounds import Grounds
from tests.bench.intake import endpoint, new_sender
from tests.bench.measure import Outcome, figure, timed
from tests.bench.sender import CONTENT_TYPE, SEZ_CODE
from tests.bench.unknown import answered

TIMEOUT = 60.0
"""Most seconds that the process may take to be ready, or a purchase to be listed."""

PAUSE = 0.005
"""Seconds between two looks at the listing."""

_names = count(1)


@dataclass(frozen=True)
class Client:
    """Connections to a Registry that listens, and the token of its listings."""

    http: httpx.Client
    pid: int

    def post(self, message: bytes) -> UUID:
        """Have a package accepted; gives the Registry's id of its last record."""
        answer = self.http.post("/soap/", content=message, headers={"Content-Type": CONTENT_TYPE})
        assert b">ACCEPTED<" in answer.content, answer.text[-2000:]
        return UUID(answer.text.rpartition("<RegistryId>")[2].partition("<")[0])

    def await_listed(self, registry_id: UUID) -> None:
        """Ask the listing until a purchase is in it; TimeoutError."""
        after = {"sez": SEZ_CODE, "after": str(UUID(int=registry_id.int - 1)), "limit": "1"}
        deadline = time.monotonic() + TIMEOUT
        while str(registry_id) not in self.http.get("/api/v1/purchases", params=after).text:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{registry_id} was not listed within {TIMEOUT:.0f} s")
            time.sleep(PAUSE)


def measure(grounds: Grounds, runs: int, size: int) -> Outcome:
    """Packages a second until all are listed, and how much later than answered one is listed."""
    sender = new_sender(grounds)
    near = grounds.registry("whole_way_endpoint")
    handle, threads = endpoint(near), near.settings.threads
    rates, delays = [], []
    with served(grounds) as client, ThreadPoolExecutor(threads) as executor:

        def by_http(messages: Sequence[bytes]) -> None:
            for registry_id in [*executor.map(client.post, messages)]:
                client.await_listed(registry_id)

        def by_endpoint(messages: Sequence[bytes]) -> None:
            list(executor.map(lambda each: answered(handle, [each]), messages))

        for number in range(runs + 1):  # the first warms both
            batch = [sender.message() for _ in range(size)]
            ways = {"http": partial(by_http, batch), "endpoint": partial(by_endpoint, batch)}
            turn = reversed(ways) if number % 2 else iter(ways)
            seconds = {way: timed(ways[way]) for way in turn}
            rates.append((size / seconds["http"], size / seconds["endpoint"]))
            delays += [_delay(client, sender.message()) for _ in range(size // 6)]
    note = f"whole way: {threads} connections, a look at the listing every {PAUSE * 1e3:g} ms"
    return Outcome(
        (
            figure("http_vs_endpoint", "packages/s", rates[1:]),
            figure("http_listed_vs_answered", "ms", delays),
        ),
        (note,),
    )


def _delay(client: Client, message: bytes) -> tuple[float, float]:
    """Milliseconds until the last purchase of a package is listed, and until its receipt."""
    start = time.perf_counter()
    registry_id = client.post(message)
    receipt = time.perf_counter()
    client.await_listed(registry_id)
    return (time.perf_counter() - start) * 1e3, (receipt - start) * 1e3


@contextmanager
def served(grounds: Grounds) -> Iterator[Client]:
    """A Registry served by ``registry serve`` in a process of its own."""
    registry = grounds.registry(f"whole_way_{next(_names)}")
    settings = registry.settings
    registry.close()  # its store is ready for the process, which becomes the only writer
    with create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    told = {
        "DATA": settings.data,
        "DATABASE_URL": settings.database_url,
        "PORT": port,
        "PUBLIC_ADDRESS": address,
        "TRUST": settings.trust,
        "KEY": settings.key,
        "CERTIFICATE": settings.certificate,
    }
    variables = {f"REGISTRY_{name}": str(value) for name, value in told.items()}
    journal = settings.data / "journal"
    with journal.open("wb") as output:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "registry", "serve"],
            env={**environ, **variables},
            stdout=output,
            stderr=output,
        )
    try:
        with httpx.Client(base_url=address, timeout=TIMEOUT, trust_env=False) as http:
            _await_ready(http, process, journal)
            token = (settings.data / "token").read_text().strip()
            http.headers["Authorization"] = f"Bearer {token}"
            yield Client(http, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _await_ready(http: httpx.Client, process: "subprocess.Popen[bytes]", journal: Path) -> None:
    deadline = time.monotonic() + TIMEOUT
    while True:
        try:
            if http.get("/readyz").is_success:
                return
        except httpx.TransportError:
            pass
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the Registry is not ready: {journal.read_text()[-2000:]}")
        time.sleep(0.1)
