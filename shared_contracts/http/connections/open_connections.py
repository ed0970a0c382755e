"""The open connections of a server: who is let in, and who has to go when there is no room."""

import asyncio
import heapq
import ipaddress
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from shared_contracts.http.connections.bounds import Bounds
from shared_contracts.http.connections.figures import CLOSED

_SWEEP = 1.0
"""Seconds between two looks at all connections."""

_PART = 32
"""The part of all connections that is closed at once when there is no room."""


class OpenConnection(Protocol):
    """A connection as the roster sees it."""

    @property
    def peer(self) -> str:
        """The other side, as ``group`` tells peers apart."""

    def slowness(self, now: float) -> float | None:
        """Seconds it has kept its place for nothing; None while it is being answered."""

    def check(self, now: float, passed: float) -> None:
        """Close it if a bound of time is reached; ``passed`` seconds after the last look."""

    def drop(self, reason: str) -> None:
        """Close it at once."""


@dataclass(slots=True)
class OpenConnections:
    """All open connections of a server, counted by peer; used from its event loop alone."""

    bounds: Bounds
    open: set[OpenConnection] = field(default_factory=set)
    peers: Counter[str] = field(default_factory=Counter)
    _timer: asyncio.TimerHandle | None = None

    def admit(self, new: OpenConnection) -> bool:
        """Let a connection in, closing the slowest others where there is no room.

        False where all others are being answered.
        """
        peer = new.peer
        if self.peers[peer] >= self.bounds.per_peer and not self._make_room(peer):
            return False
        if len(self.open) >= self.bounds.connections and not self._make_room(self._largest()):
            return False
        self.open.add(new)
        self.peers[peer] += 1
        if self._timer is None:
            self._wait()
        return True

    def leave(self, gone: OpenConnection) -> None:
        """Forget a connection that is closed, or was never let in."""
        if gone not in self.open:
            return
        self.open.remove(gone)
        self.peers[gone.peer] -= 1
        if not self.peers[gone.peer]:
            del self.peers[gone.peer]

    def _largest(self) -> str:
        return self.peers.most_common(1)[0][0]

    def _make_room(self, peer: str) -> bool:
        """Close the slowest connections of a peer; whether there were any."""
        now = self._now()
        ranked = ((slow, id(one), one) for slow, one in self._slow(peer, now))
        worst = heapq.nlargest(max(1, self.peers[peer] // _PART), ranked)
        for _, _, one in worst:
            self.leave(one)
            one.drop("no room")
        return bool(worst)

    def _slow(self, peer: str, now: float) -> Iterator[tuple[float, OpenConnection]]:
        for one in self.open:
            slow = one.slowness(now)
            if slow is not None and one.peer == peer:
                yield slow, one

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _wait(self) -> None:
        began = self._now()
        self._timer = asyncio.get_running_loop().call_later(_SWEEP, self._sweep, began)

    def _sweep(self, began: float) -> None:
        self._timer = None
        now = self._now()
        for one in list(self.open):
            one.check(now, now - began)
        if self.open:
            self._wait()


def group(peer: str) -> str:
    """Addresses that count as one peer: an IPv6 network of 64 bits, an IPv4 address."""
    if ":" not in peer:
        return peer
    address = ipaddress.ip_address(peer.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


def closed(reason: str) -> None:
    """Count a connection that a bound closed."""
    CLOSED.labels(reason).inc()
