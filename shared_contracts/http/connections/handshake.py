"""TLS for strangers: a handshake takes a place in the roster, and only so long (S216-19)."""

import asyncio
from collections.abc import Callable
from ssl import SSLContext

from typing_extensions import override

from shared_contracts.http.connections.open_connections import OpenConnections, closed, group


class Handshake(asyncio.Protocol):
    """A connection whose TLS handshake is not over; ``then`` makes the protocol that follows."""

    def __init__(
        self, roster: OpenConnections, context: SSLContext, then: Callable[[], asyncio.Protocol]
    ) -> None:
        self.roster, self.context, self.then = roster, context, then
        self.peer = ""
        self._loop = asyncio.get_running_loop()
        self._since = self._loop.time()
        self._early: list[bytes] = []
        self._transport: asyncio.Transport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the handshake, if there is room."""
        if self._transport is not None or not isinstance(transport, asyncio.Transport):
            return
        self._transport = transport
        transport.pause_reading()
        address = transport.get_extra_info("peername")
        self.peer = group(address[0]) if address else ""
        if self.roster.admit(self):
            self._task = self._loop.create_task(self._shake(transport))
        else:
            closed("no room")
            transport.abort()

    @override
    def data_received(self, data: bytes) -> None:
        """Keep what came with the end of the handshake."""
        self._early.append(data)

    async def _shake(self, transport: asyncio.Transport) -> None:
        seconds = self.roster.bounds.handshake
        try:
            secure = await self._loop.start_tls(
                transport, self, self.context, server_side=True, ssl_handshake_timeout=seconds
            )
        except OSError:  # SSLError, TimeoutError and ConnectionError are such
            closed("no TLS")
            transport.abort()
            return
        finally:
            self.roster.leave(self)
        if secure is not None and not secure.is_closing():
            self._hand_over(secure)

    def _hand_over(self, secure: asyncio.Transport) -> None:
        follower = self.then()
        secure.set_protocol(follower)
        follower.connection_made(secure)
        for data in self._early:
            follower.data_received(data)

    def slowness(self, now: float) -> float | None:
        """Seconds since the handshake began."""
        return now - self._since

    def check(self, _now: float, _passed: float) -> None:
        """The handshake has its own limit of time."""

    def drop(self, reason: str) -> None:
        """Close it at once."""
        closed(reason)
        if self._transport is not None:
            self._transport.abort()
