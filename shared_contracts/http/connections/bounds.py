"""The bounds of a server's connections, fitted to the descriptors which the process may open."""

import resource
from dataclasses import dataclass, replace
from typing import Final

BACKLOG: Final = 256
"""Connections that the kernel keeps until they are accepted."""

OWN: Final = 256
"""Descriptors kept for the process itself: database, workers, files, logs."""

WANTED: Final = 16_384
"""Descriptors asked for at the start, where the hard limit allows them."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What connections may cost; times in seconds, sizes in bytes.

    ``connections`` are open at once, ``per_peer`` of them from one address. ``idle`` is how long
    one may be silent between requests, ``handshake`` how long TLS may take, ``head`` how long the
    head of a request, which has at most ``head_bytes`` and ``head_fields``. A body has ``grace``
    and then must have come at ``rate`` bytes a second on average. ``unheard`` and
    ``unheard_bytes`` bound what is read after an answer that did not wait for the body's end.
    Of an answer ``drained`` bytes must be taken in each ``unread`` seconds.
    """

    connections: int = 1_000
    per_peer: int = 600
    idle: float = 15
    handshake: float = 10
    head: float = 10
    head_bytes: int = 32 * 1024
    head_fields: int = 100
    grace: float = 30
    rate: int = 8 * 1024
    unheard: float = 10
    unheard_bytes: int = 64 * 1024 * 1024
    unread: float = 30
    drained: int = 32 * 1024

    def within(self, descriptors: int) -> "Bounds":
        """The same bounds with no more connections than ``descriptors`` leave room for."""
        room = max(1, descriptors - OWN - BACKLOG)
        return replace(
            self,
            connections=min(self.connections, room),
            per_peer=min(self.per_peer, max(1, room * self.per_peer // self.connections)),
        )


def raise_descriptors() -> int:
    """Raise this process's soft limit of descriptors as far as is useful; gives the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return WANTED if soft == resource.RLIM_INFINITY else soft
