"""What stands between an examined SEZ and the stand's Registry: it watches, and arranges faults.

The SEZ has the relay's address as that of its Registry. Everything is passed on to a real Registry;
a case may have one of the next packages meet a fault.
"""

import ipaddress
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from shared_contracts.errors import BadInput, NeedsPerson
from shared_contracts.http.deadline import machine_trust

__all__ = ["Accident", "Relay", "RelayedCall", "Response", "served"]

MOST_KEPT = 2000
"""Exchanges that are remembered; the oldest are forgotten first."""

SECONDS = 30.0
"""How long the Registry behind has for an answer."""

_OWN = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_CODED = frozenset({"content-encoding", "accept-encoding"})  # the client takes codings off
_BAD_GATEWAY = 502


@dataclass(frozen=True, slots=True)
class RelayedCall:
    """A request that came by, and what the SEZ got for it."""

    number: int
    path: str
    body: bytes
    status: int
    reply: bytes
    arranged: bool

    def calls(self, operation: str) -> bool:
        """Whether it calls that operation."""
        return _calls(self.body, operation)


def _calls(body: bytes, operation: str) -> bool:
    return any(mark.encode() in body for mark in (f":{operation} ", f"<{operation} "))


Accident = Callable[[bytes, Callable[[], Response]], Response]
"""Takes what the SEZ sent and what passes it on; gives what the SEZ gets."""


@dataclass
class Relay:
    """Leads to the Registry at ``target``; the next calls of an operation meet its accidents."""

    target: str
    accidents: deque[tuple[str, Accident]] = field(default_factory=deque)
    passed: deque[RelayedCall] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))
    guard: Lock = field(default_factory=Lock)
    count: int = 0

    def app(self) -> FastAPI:
        """The relay as a web application."""
        app = FastAPI(openapi_url=None)

        @app.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "PUT"])
        async def take(path: str, request: Request) -> Response:
            body = await request.body()
            query = f"?{request.url.query}" if request.url.query else ""
            head = (request.method, f"{path}{query}", dict(request.headers))
            return await run_in_threadpool(self._take, head, body)

        return app

    def arrange(self, accident: Accident, operation: str = "TransferRecords") -> None:
        """Have the next call of an operation meet an accident."""
        self.accidents.append((operation, accident))

    def since(self, number: int, operation: str) -> list[RelayedCall]:
        """The calls of an operation after the exchange with that number."""
        with self.guard:
            return [one for one in self.passed if one.number > number and one.calls(operation)]

    def _take(self, head: tuple[str, str, Mapping[str, str]], body: bytes) -> Response:
        method, path, headers = head

        def deliver() -> Response:
            return self._forward(method, path, headers, body)

        with self.guard:
            struck = bool(self.accidents) and _calls(body, self.accidents[0][0])
            accident = self.accidents.popleft()[1] if struck else None
        reply = deliver() if accident is None else accident(body, deliver)
        with self.guard:
            self.count += 1
            told = (path, body, reply.status_code, bytes(reply.body), struck)
            self.passed.append(RelayedCall(self.count, *told))
        return reply

    def _forward(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        kept = {name: value for name, value in headers.items() if name not in _OWN}
        try:
            came = httpx.request(
                method,
                f"{self.target}/{path}",
                content=body,
                headers=kept,
                timeout=SECONDS,
                trust_env=False,
                verify=machine_trust(),
            )
        except httpx.HTTPError as problem:
            return Response(f"no Registry behind: {problem}", _BAD_GATEWAY)
        back = {name: value for name, value in came.headers.items() if name not in _OWN | _CODED}
        return Response(came.content, came.status_code, headers=back)


STARTING = 10.0
"""Seconds within which the relay listens."""


@contextmanager
def served(app: FastAPI, listen: str) -> Iterator[None]:
    """Serve an application of the kit on loopback at ``HOST:PORT``.

    ``NeedsPerson`` where the port is taken.
    """
    host, _, port = listen.rpartition(":")
    try:
        loopback = ipaddress.ip_address(host).is_loopback and int(port) > 0
    except ValueError:
        loopback = False
    if not loopback:
        raise BadInput(f"--listen {listen!r}: give a loopback address and a port, 127.0.0.1:8404")
    config = uvicorn.Config(
        app, host=host, port=int(port), log_level="critical", lifespan="off", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=_run, args=(server,), daemon=True)
    thread.start()
    until = time.monotonic() + STARTING
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            raise NeedsPerson(
                f"nothing can listen at {listen}: end what does, or name another port"
            )
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(STARTING)


def _run(server: uvicorn.Server) -> None:
    try:
        server.run()
    except SystemExit:  # the port is taken: whoever waits finds the thread ended
        return
