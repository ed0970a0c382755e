"""What uvicorn is given in place of its own protocol."""

import asyncio
from collections.abc import Callable
from functools import partial
from ssl import SSLContext
from typing import Any, Literal

from shared_contracts.http.connections.bounds import Bounds
from shared_contracts.http.connections.handshake import Handshake
from shared_contracts.http.connections.open_connections import OpenConnections
from shared_contracts.http.connections.protocol import BoundedProtocol

MakeProtocol = Callable[..., asyncio.Protocol]


def loop_for(tls: SSLContext | None) -> Literal["asyncio", "auto"]:
    """The event loop of a server; uvloop reads before a handshake can take the connection over."""
    return "asyncio" if tls else "auto"


def bounded(bounds: Bounds, tls: SSLContext | None = None) -> MakeProtocol:
    """Makes the protocol of each connection of one server, all within the same bounds."""
    roster = OpenConnections(bounds)
    plain = partial(BoundedProtocol, roster)
    if tls is None:
        return plain

    def secured(**given: Any) -> asyncio.Protocol:  # noqa: ANN401  # uvicorn's own
        return Handshake(roster, tls, partial(plain, **given))

    return secured
