"""Who sent a message, as far as the socket tells."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request

from shared_contracts.encryption.enciphering import Lifted
from shared_contracts.http.connections import CERTIFICATE
from shared_contracts.xml.envelope import Opened


@dataclass(frozen=True, slots=True)
class Enciphered:
    """By which key a message came enciphered, and the body as it came."""

    sez_code: str
    number: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Peer:
    """The sender's address, and SHA-256 (lower hex) of the TLS certificate it showed, if any.

    The address is empty where a message did not come by a socket; ``enciphered`` is there where its
    message came so.
    """

    address: str = ""
    certificate: str | None = None
    enciphered: Enciphered | None = None


NOBODY: Final = Peer()
"""Where a message did not come by a socket."""


def peer_of(request: Request) -> Peer:
    """Who sent a request: its address, and the certificate that the server noted."""
    address = request.client.host if request.client else ""
    noted: dict[str, str] = request.scope.get("state") or {}
    return Peer(address, noted.get(CERTIFICATE))


Decipher = Callable[[Opened, Lifted, bytes, Peer], tuple[bytes, Peer]]
"""Takes an enciphered message opened, its cipher text, the message as received, and who sent it;
gives the message in plain, and its sender with what came, or raises ``Unprocessed``."""
