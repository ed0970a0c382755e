"""HTTP to the other system: one message out, one bounded reply in (S216-18.6)."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from shared_contracts.errors import UpstreamFailed
from shared_contracts.http.deadline import transport, within
from shared_contracts.limits import MESSAGE_BYTES
from shared_contracts.messages import published
from shared_contracts.messages.versions import FIRST
from shared_contracts.soap.fault import read_seconds
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import Element

MAX_REPLY: Final = MESSAGE_BYTES
"""Largest reply that is read, in bytes."""


class PeerUnreachable(UpstreamFailed):
    """No answer of the other system came, or none that can be read; try again later.

    ``retry_after`` is in seconds, where something on the way told it.
    """

    def __init__(self, reason: str, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it came over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def retry_after(self) -> int | None:
        """Seconds told by the header Retry-After, where it tells seconds."""
        return read_seconds(self.headers.get("retry-after", ""))


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach another system.

    ``address`` is its own (``https://host:port``); ``timeout`` is in seconds for a whole
    exchange; ``tls`` says whom to trust and with what certificate to come (S216-19).
    """

    address: str
    timeout: float = 30.0
    tls: ssl.SSLContext | None = None


class Wire:
    """What zeep loads the WSDL ``name`` and sends through; safe to use from many threads."""

    def __init__(self, name: str, connection: Connection) -> None:
        self.name, self.timeout = name, connection.timeout
        self.address = f"{connection.address.rstrip('/')}/soap/"
        self.wsdl = f"{self.address}?wsdl"
        self.http = httpx.Client(
            timeout=connection.timeout, transport=transport(connection.tls), trust_env=False
        )

    def load(self, url: str) -> bytes:
        """The WSDL or a schema, from the package; whatever else is asked for is refused."""
        if url == self.wsdl:
            return published.served_wsdl(self.name, self.address)
        path = url.removeprefix(f"{self.address}schemas/").removesuffix(".xsd")
        version, _, name = path.rpartition("/")
        found = published.served_schema(name, version or FIRST)
        if found is None:
            raise ValueError(f"the contract does not refer to {url}")
        return found

    def post_xml(self, address: str, envelope: Element, headers: Mapping[str, str]) -> Reply:
        """Send an envelope that zeep has written; raises ``PeerUnreachable``.

        Whatever the other side does, it ends within the time limit of the connection.
        """
        message = codec.to_bytes(envelope)
        try:
            with (
                within(self.timeout),
                self.http.stream("POST", address, content=message, headers=headers) as response,
            ):
                return Reply(response.status_code, response.headers, _read(response))
        except httpx.HTTPError as error:
            raise PeerUnreachable(f"{address}: {type(error).__name__} {error}") from error

    def close(self) -> None:
        """Close the connections."""
        self.http.close()


def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_REPLY:
            raise PeerUnreachable(f"the reply is larger than {MAX_REPLY} bytes")
    return bytes(body)
