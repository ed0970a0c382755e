"""An HTTP exchange that ends by a moment: connecting, sending, and each part of the answer.

The time limits of the HTTP library hold for one read or write each, so that an answer which comes
byte by byte never meets them. Here each of them gets what is left of the whole.
"""

import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from time import monotonic
from typing import Any

import httpcore
import httpx
from typing_extensions import override

_ends: ContextVar[float] = ContextVar("ends", default=float("inf"))


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Whatever is sent and read through ``transport`` in this thread meanwhile ends in time.

    Raises ``httpx.TimeoutException`` where it does not.
    """
    before = _ends.set(monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(before)


Admits = Callable[[str], str | None]
"""Why nothing may be sent to a network address; None where it may."""


def transport(tls: ssl.SSLContext | None, admits: Admits | None = None) -> httpx.HTTPTransport:
    """A transport whose exchanges keep to ``within``, to addresses that ``admits`` lets pass."""
    made = httpx.HTTPTransport(verify=tls or machine_trust(), trust_env=False)
    made._pool = pool(tls, admits)  # noqa: SLF001  # httpx takes no network of the caller's
    return made


def pool(
    tls: ssl.SSLContext | None = None, admits: Admits | None = None
) -> httpcore.ConnectionPool:
    """Connections whose exchanges keep to ``within``, for whoever needs nothing of httpx."""
    return httpcore.ConnectionPool(
        ssl_context=tls or machine_trust(),
        max_connections=100,
        max_keepalive_connections=20,
        keepalive_expiry=5.0,
        network_backend=_Network(admits),
    )


@cache
def machine_trust() -> ssl.SSLContext:
    """Whom a caller trusts by default; the list is read once, since that takes longest of all."""
    return httpx.create_ssl_context(trust_env=False)


def _left(timeout: float | None, late: type[httpcore.TimeoutException]) -> float | None:
    left = _ends.get() - monotonic()
    if left <= 0:
        raise late("the whole exchange took too long")
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection whose reads and writes get no more time than is left."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PART):  # the limit below holds for one part each
            part = buffer[start : start + _PART]
            self._inner.write(part, _left(timeout, httpcore.WriteTimeout))

    @override
    def close(self) -> None:
        self._inner.close()

    @override
    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Network(httpcore.NetworkBackend):
    """TCP whose connections are made, and used, in the time that is left.

    Where a name led is known once it is connected: nothing was sent until then.
    """

    def __init__(self, admits: Admits | None) -> None:
        self._inner, self._admits = httpcore.SyncBackend(), admits

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        made = self._inner.connect_tcp(host, port, left, local_address, socket_options)
        if (why := self._refused(made)) is not None:
            made.close()
            raise httpcore.ConnectError(why)
        return _Stream(made)

    def _refused(self, made: httpcore.NetworkStream) -> str | None:
        if self._admits is None:
            return None
        try:
            return self._admits(made.get_extra_info("server_addr")[0])
        except OSError as gone:  # the peer has closed it already
            return str(gone)


_PART = 65536
"""Bytes that are written at once."""
