"""The systems of the register as the Registry calls them: one client for each endpoint."""

import ssl
import threading
from dataclasses import dataclass, field

from registry.soap.client import Connection, SezClient


@dataclass(slots=True)
class SezClients:
    """Calls operations of systems; safe for all threads.

    ``tls`` says whom to believe at https; ``timeout`` is in seconds for a whole call.
    """

    timeout: float
    tls: ssl.SSLContext
    _clients: dict[str, SezClient] = field(default_factory=dict)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def call(self, endpoint: str, operation: str, message: bytes) -> bytes:
        """Put a signed message to an operation; ``RemoteFault``, ``PeerUnreachable``."""
        return self._client(endpoint).call(operation, message)

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            client.close()

    def _client(self, endpoint: str) -> SezClient:
        with self._mutex:
            if endpoint not in self._clients:
                tls = self.tls if endpoint.startswith("https:") else None
                self._clients[endpoint] = SezClient(Connection(endpoint, self.timeout, tls))
            return self._clients[endpoint]
