"""Memory for bodies that are arriving: who has to give way when it is used up."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from shared_contracts.faults import Fault, Unprocessed


class Arriving(Protocol):
    """A body that has not ended."""

    @property
    def peer(self) -> str:
        """Address it comes from."""

    def byte_seconds(self, now: float) -> float:
        """How many bytes it has held, times how long."""

    def give_way(self) -> None:
        """Let go of its memory; its sender is told BUSY."""


@dataclass(slots=True)
class Pool:
    """Bytes of bodies, at most ``limit`` in all and ``share`` from one peer.

    When there is no room, an unfinished body gives way: the one that has held most for longest,
    first of the peer that holds most. A sender who goes on sending is so never stopped by those
    who do not, wherever they come from.
    """

    limit: int
    share: int
    taken: int = 0
    peers: Counter[str] = field(default_factory=Counter)
    arriving: set[Arriving] = field(default_factory=set)

    def take(self, body: Arriving, size: int) -> None:
        """Count ``size`` bytes more of a body; raises BUSY where others have the better right."""
        while self._full(body.peer, size):
            self._make_room(body)
        self.taken += size
        self.peers[body.peer] += size
        self.arriving.add(body)

    def give_back(self, body: Arriving, size: int) -> None:
        """Count ``size`` bytes of a body no longer."""
        self.arriving.discard(body)
        self.taken -= size
        self.peers[body.peer] -= size
        if not self.peers[body.peer]:
            del self.peers[body.peer]

    def _full(self, peer: str, size: int) -> bool:
        return self.taken + size > self.limit or self._over(peer, size)

    def _over(self, peer: str, size: int) -> bool:
        return self.peers[peer] + size > self.share

    def _make_room(self, body: Arriving) -> None:
        now = asyncio.get_running_loop().time()
        own = self._over(body.peer, 1)
        others = [
            one for one in self.arriving if one is not body and (not own or one.peer == body.peer)
        ]
        worst = max(others, key=lambda one: self._cost(one, now), default=None)
        if worst is None or self._cost(worst, now) <= self._cost(body, now):
            raise Unprocessed(Fault.BUSY, "too many messages at once")
        worst.give_way()

    def _cost(self, body: Arriving, now: float) -> float:
        return body.byte_seconds(now) * self.peers[body.peer]
