"""HTTP to the other system: one message out, one bounded reply in (S216-18.6)."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Final

import httpx

from shared_contracts.errors import UpstreamFailed
from shared_contracts.http.deadline import Admits, transport, within
from shared_contracts.limits import MESSAGE_BYTES
from shared_contracts.soap.coding import (
    GZIP,
    SMALLEST,
    BadCoding,
    Inflation,
    Swollen,
    accepts_gzip,
    codings,
    compressed,
)
from shared_contracts.soap.fault import read_seconds
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import Element

MAX_REPLY: Final = MESSAGE_BYTES
"""Largest reply that is read, in bytes."""

GZIP_RESTS: Final = 1800.0
"""Seconds in which messages are sent as they are after one sent as gzip came to nothing."""


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


class Passed:
    """Bytes of messages and replies as they passed, compressed ones as such; heads apart."""

    def __init__(self) -> None:
        self._octets, self._mutex = {"sent": 0, "received": 0}, Lock()

    def note(self, direction: str, octets: int) -> None:
        """Count a body that was ``sent`` or ``received``."""
        with self._mutex:
            self._octets[direction] += octets

    def told(self) -> Mapping[str, float]:
        """So many bytes by direction."""
        with self._mutex:
            return {name: float(octets) for name, octets in self._octets.items()}


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach another system.

    ``address`` is its own (``https://host:port``); ``timeout`` is in seconds for a whole
    exchange; ``tls`` says whom to trust and with what certificate to come (S216-19). With
    ``gzip`` answers are asked for compressed, and messages are sent so to whoever says that it
    takes them; ``passed`` counts the bytes of all connections that are given it. ``admits`` says
    why nothing is sent to a network address to which the name led. ``seal`` makes of a message
    what leaves.
    """

    address: str
    timeout: float = 30.0
    tls: ssl.SSLContext | None = None
    gzip: bool = False
    passed: Passed | None = None
    admits: Admits | None = None
    seal: Callable[[bytes], bytes] | None = None


class Wire:
    """What zeep sends through; safe to use from many threads."""

    def __init__(self, connection: Connection) -> None:
        self.timeout = connection.timeout
        self.address = f"{connection.address.rstrip('/')}/soap/"
        self.http = httpx.Client(
            headers={"Accept-Encoding": GZIP if connection.gzip else "identity"},
            timeout=connection.timeout,
            transport=transport(connection.tls, connection.admits),
            trust_env=False,
        )
        self._gzip, self._is_taken, self._rests_until = connection.gzip, False, 0.0
        self.passed = connection.passed or Passed()
        self._seal = connection.seal or bytes

    def post_xml(self, address: str, envelope: Element, headers: Mapping[str, str]) -> Reply:
        """Send an envelope that zeep has written; raises ``PeerUnreachable``.

        Whatever the other side does, it ends within the time limit of the connection.
        """
        message = self._seal(codec.to_bytes(envelope))
        taken = self._gzip and self._is_taken and monotonic() >= self._rests_until
        coded = taken and len(message) >= SMALLEST
        try:
            with within(self.timeout):
                reply = self._sent(address, message, headers, coded=coded)
                if coded and reply.status == httpx.codes.UNSUPPORTED_MEDIA_TYPE:
                    self._rests_until = monotonic() + GZIP_RESTS
                    reply = self._sent(address, message, headers, coded=False)
                return reply
        except httpx.HTTPError as error:
            if coded:  # what stands between may take no gzip, and end the connection
                self._rests_until = monotonic() + GZIP_RESTS
            raise PeerUnreachable(f"{address}: {type(error).__name__} {error}") from error

    def _sent(
        self, address: str, message: bytes, headers: Mapping[str, str], *, coded: bool
    ) -> Reply:
        """The reply to a message, which also says how the next may come (RFC 9110, 12.5.3)."""
        if coded:
            message, headers = compressed(message), {**headers, "Content-Encoding": GZIP}
        with self.http.stream("POST", address, content=message, headers=headers) as response:
            self._is_taken = accepts_gzip(response.headers.get("accept-encoding", ""))
            body = _read(response)
        self.passed.note("sent", len(message))
        self.passed.note("received", response.num_bytes_downloaded)
        return Reply(response.status_code, response.headers, body)

    def close(self) -> None:
        """Close the connections."""
        self.http.close()


def _read(response: httpx.Response) -> bytes:
    """The body, made anew from gzip within the bound of a reply, however small it came."""
    named = codings(response.headers.get("content-encoding", ""))
    if named not in ([], [GZIP]):
        raise PeerUnreachable(f"the reply is encoded as {', '.join(named)}, which was not asked")
    inflation, body = Inflation(MAX_REPLY) if named else None, bytearray()
    try:
        for chunk in response.iter_raw():
            for piece in inflation.pieces(chunk) if inflation else (chunk,):
                body += piece
            if len(body) > MAX_REPLY:
                raise PeerUnreachable(f"the reply is larger than {MAX_REPLY} bytes")
        if inflation:
            inflation.end()
    except (BadCoding, Swollen) as bad:
        raise PeerUnreachable(f"the reply cannot be read: {bad}") from bad
    return bytes(body)
