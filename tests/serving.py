"""Real servers on a free port of the loopback, and the Registry's SOAP endpoint in one of them."""

import asyncio
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from lxml import etree
from starlette.types import ASGIApp
from typing_extensions import override

from registry.soap.endpoints import FileEndpoint, SoapEndpoint, endpoints
from registry.soap.service import registry_service
from shared_contracts.files import FileStore
from shared_contracts.http.connections.bounds import Bounds
from shared_contracts.http.connections.protocol_factory import bounded, loop_for
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.soap.body import BodyLimits
from shared_contracts.soap.peer import NOBODY, Peer
from shared_contracts.soap.services import REGISTRY
from shared_contracts.soap.uploads import Pace
from shared_contracts.xml.envelope import SoapVersion, enclose

PACKAGE = f'<Package xmlns="{NAMESPACE}" Id="p-1"><SezCode>KZ-01</SezCode></Package>'.encode()
SECOND = 100
"""How often in a second a server looks whether it is to end."""

RECEIPT = (
    f'<Receipt xmlns="{NAMESPACE}" Id="r-1">\n <Result  a="1">ACCEPTED</Result></Receipt>'.encode()
)


def address_of(listener: socket.socket) -> str:
    """Where a listening socket is reached, ``http://127.0.0.1:PORT``."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


class PromptServer(uvicorn.Server):
    """A server that ends as soon as it is told to and nobody is being answered any more.

    uvicorn looks ten times a second whether it is to end, and waits as long again: hundreds of
    tests have a server each.
    """

    @override
    async def main_loop(self) -> None:
        """Look often whether to end; once a second do what uvicorn does so often."""
        for number in itertools.count():
            if self.should_exit:
                return
            if number % SECOND == 0:
                await self.on_tick(0)
            await asyncio.sleep(1 / SECOND)

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, and end when those who are being answered have been."""
        for one in (*self.servers, *(sockets or ())):
            one.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(1 / SECOND)


@contextmanager
def serving(
    app: ASGIApp,
    listener: socket.socket | None = None,
    bounds: Bounds | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[str]:
    """Serve ``app`` from a thread of its own, within bounds; gives its address."""
    listener = listener or socket.create_server(("127.0.0.1", 0))
    http: Any = bounded(bounds or Bounds(), tls)
    config = uvicorn.Config(
        app, log_level="warning", ws="none", lifespan="off", http=http, loop=loop_for(tls)
    )
    server = PromptServer(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.005)
        yield address_of(listener)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@dataclass
class Desk:
    """Performs every operation alike: notes what came, gives what it was told to give."""

    answer: Callable[[], bytes] = lambda: RECEIPT
    documents: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)

    def take(self, payload: etree._Element, body: bytes, peer: Peer = NOBODY) -> bytes:
        self.peers.append(peer)
        self.documents.append(canonical(payload))
        self.bodies.append(body)
        return self.answer()


@contextmanager
def registry_serving(
    desk: Desk,
    folder: Path,
    *,
    limits: BodyLimits | None = None,
    wanted: Callable[[str], bool] = lambda _: True,
    address: str | None = None,
) -> Iterator[str]:
    """The Registry's endpoints with ``desk`` behind them; gives their address on the loopback.

    ``address`` is the published one, that of the loopback if it is not given.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    published = address or f"{address_of(listener)}/soap/"
    handle = registry_service(dict.fromkeys(REGISTRY.documents, desk.take), fault_wording)
    with ThreadPoolExecutor(4) as executor:
        soap = SoapEndpoint(
            REGISTRY, published, handle, fault_wording, executor, limits or BodyLimits()
        )
        files = FileEndpoint(
            FileStore(folder), wanted, fault_wording, 100_000, Pace(silence=0.5, grace=2)
        )
        app = FastAPI()
        app.include_router(endpoints(soap, files))
        with serving(app, listener) as base:
            yield base


def canonical(element: etree._Element) -> bytes:
    """Exclusive canonical form, comments kept."""
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=True)


def message(
    version: SoapVersion, payload: bytes = PACKAGE, operation: str = "TransferRecords"
) -> bytes:
    """A SOAP message to the Registry."""
    return enclose(version, REGISTRY.namespace, operation, payload)
