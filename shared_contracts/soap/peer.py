"""Who sent the message that is being worked on, as far as the socket tells."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from shared_contracts.http.connections import CERTIFICATE

_PEER: ContextVar[str] = ContextVar("peer", default="")
_SHOWN: ContextVar[str | None] = ContextVar("shown", default=None)


def peer() -> str:
    """The address the present message came from; empty outside a request."""
    return _PEER.get()


def peer_certificate() -> str | None:
    """SHA-256, in lower hex, of the TLS certificate which the sender showed; None without one."""
    return _SHOWN.get()


def set_peer(address: str, certificate: str | None = None) -> None:
    """Remember for this request where it came from, and what certificate was shown."""
    _PEER.set(address)
    _SHOWN.set(certificate)


def shown_certificate(scope: Mapping[str, Any]) -> str | None:
    """What the server noted of a request's connection: the certificate shown in TLS."""
    state: Mapping[str, str] = scope.get("state") or {}
    return state.get(CERTIFICATE)
