"""The systems of the register as the Registry calls them: one client for each endpoint."""

import ssl
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from functools import partial

from registry.soap.client import Connection, Passed, SezClient
from registry.systems.entry import lies_in
from shared_contracts.process.health import Gauge


@dataclass(slots=True)
class SezClients:
    """Calls operations of systems; safe for all threads.

    ``tls`` says whom to believe at https; ``timeout`` is in seconds for a whole call. ``passed``
    counts the bytes of all calls. ``networks`` are those to which alone an endpoint leads, none
    where no entry of the register fixes any (S216-11a).
    """

    timeout: float
    tls: ssl.SSLContext
    networks: Callable[[str], Collection[str]] = lambda _endpoint: ()
    passed: Passed = field(default_factory=Passed)
    _clients: dict[str, SezClient] = field(default_factory=dict)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def call(self, endpoint: str, operation: str, message: bytes) -> bytes:
        """Put a signed message to an operation; ``RemoteFault``, ``PeerUnreachable``."""
        return self._client(endpoint).call(operation, message)

    def gauge(self) -> Gauge:
        """How many bytes passed, when somebody asks for figures."""
        told = "Bytes of messages to systems and of their answers, compressed ones as such"
        return Gauge("registry_calls_bytes", told, self.passed.told, "direction")

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            client.close()

    def _client(self, endpoint: str) -> SezClient:
        with self._mutex:
            if endpoint not in self._clients:
                tls = self.tls if endpoint.startswith("https:") else None
                whither = partial(self._admits, endpoint)
                made = Connection(endpoint, self.timeout, tls, passed=self.passed, admits=whither)
                self._clients[endpoint] = SezClient(replace(made, gzip=True))
            return self._clients[endpoint]

    def _admits(self, endpoint: str, address: str) -> str | None:
        """Why nothing is sent to an address: another than those that the act fixes."""
        fixed = self.networks(endpoint)
        if not fixed or lies_in(address, fixed):
            return None
        return f"{endpoint} leads to {address}, and fixed for the system are: {', '.join(fixed)}"
