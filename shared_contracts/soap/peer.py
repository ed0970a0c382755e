"""Who sent a message, as far as the socket tells."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from shared_contracts.http.connections import CERTIFICATE


@dataclass(frozen=True, slots=True)
class Peer:
    """The sender's address, and SHA-256 (lower hex) of the TLS certificate it showed, if any.

    The address is empty where a message did not come by a socket.
    """

    address: str = ""
    certificate: str | None = None


NOBODY: Final = Peer()
"""Where a message did not come by a socket."""


def peer_of(request: Request) -> Peer:
    """Who sent a request: its address, and the certificate that the server noted."""
    address = request.client.host if request.client else ""
    noted: dict[str, str] = request.scope.get("state") or {}
    return Peer(address, noted.get(CERTIFICATE))
