"""Who sent the message that is being worked on, as far as the socket tells."""

from contextvars import ContextVar

_PEER: ContextVar[str] = ContextVar("peer", default="")


def peer() -> str:
    """The address the present message came from; empty outside a request."""
    return _PEER.get()


def set_peer(address: str) -> None:
    """Remember for this request where it came from."""
    _PEER.set(address)
