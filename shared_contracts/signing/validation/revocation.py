"""Asking authorities about certificates: OCSP first, CRL when nobody answers (S216-A2.1.3).

Only addresses of the trust profile are asked, never those that a certificate names: a stranger's
certificate must not send us anywhere. No redirects, bounded time and size.
"""

import weakref
from http import HTTPStatus
from typing import Protocol

import httpcore

from shared_contracts.errors import UpstreamFailed
from shared_contracts.http.deadline import pool, within
from shared_contracts.signing.validation.trust_profile import QueryLimits

USER_AGENT = "tru-registry"
"""An empty one is blocked on the way to the national authority."""

LONG = 6
"""A list may take so many times as long as an answer of OCSP: it can be of 20 MB."""


_SILENCE = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
)
"""What is raised where no answer comes, or one that is no HTTP."""


class Unavailable(UpstreamFailed):
    """An authority did not give a usable answer; asking again later may help."""


class Silent(Unavailable):
    """An authority could not be reached, or did not answer in time."""


class Fetch(Protocol):
    """How answers of authorities are had; both raise Unavailable."""

    def ocsp(self, url: str, request: bytes) -> bytes:
        """The DER of the response to the DER of an OCSP request."""
        ...

    def crl(self, url: str) -> bytes:
        """The DER of a CRL."""
        ...


class HttpFetch:
    """Fetches over HTTP within limits; shared by all threads.

    Connections to authorities are kept, and given back by ``close``, or when nobody holds it.
    """

    def __init__(self, limits: QueryLimits) -> None:
        self._longest, self._timeout = limits.longest_answer, limits.timeout
        self._pool = pool()
        self._closing = weakref.finalize(self, self._pool.close)

    def ocsp(self, url: str, request: bytes) -> bytes:
        """POST an OCSP request (RFC 6960, A.1)."""
        return self._read("POST", url, request, "application/ocsp-request")

    def crl(self, url: str) -> bytes:
        """GET a CRL (RFC 2585)."""
        return self._read("GET", url, None, None)

    def _read(self, method: str, url: str, content: bytes | None, kind: str | None) -> bytes:
        headers = [("User-Agent", USER_AGENT), *([("Content-Type", kind)] if kind else [])]
        seconds = self._timeout if content is not None else LONG * self._timeout
        limits = dict.fromkeys(("connect", "read", "write", "pool"), self._timeout)
        try:
            with (
                within(seconds),
                self._pool.stream(
                    method, url, headers=headers, content=content, extensions={"timeout": limits}
                ) as answer,
            ):
                if answer.status != HTTPStatus.OK:
                    raise Unavailable(f"{url}: status {answer.status}")
                return self._bounded(url, answer)
        except _SILENCE as silent:
            raise Silent(f"{url}: {type(silent).__name__}") from silent

    def _bounded(self, url: str, answer: httpcore.Response) -> bytes:
        body = bytearray()
        for piece in answer.iter_stream():
            body += piece
            if len(body) > self._longest:
                raise Unavailable(f"{url}: longer than {self._longest} bytes")
        return bytes(body)

    def close(self) -> None:
        """Give the connections back."""
        self._closing()
