"""HTTP/1.1 for strangers: uvicorn's protocol with bounds in bytes and seconds (S216-18.6).

httptools itself bounds nothing: a head may be as long and as slow as its sender likes.
"""

import asyncio
import hashlib
import math
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, Final

import httptools
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from shared_contracts.errors import BadInput
from shared_contracts.http.connections import CERTIFICATE
from shared_contracts.http.connections.lingering_close import LingeringTransport
from shared_contracts.http.connections.open_connections import OpenConnections, closed, group

_HEAD_PIECE: Final = 4 * 1024
_BODY_PIECE: Final = 64 * 1024
"""Bytes given to the parser at once; what is counted is counted between two pieces."""


class _Phase(Enum):
    """What the other side is expected to send."""

    IDLE = auto()
    HEAD = auto()
    BODY = auto()


class _TooLong(BadInput):
    """A head, or what stands between the parts of a body, is larger than its bound."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection; the roster says whether it may stay."""

    def __init__(self, roster: OpenConnections, **given: Any) -> None:  # noqa: ANN401  # uvicorn's own
        super().__init__(**given)
        self.roster, self.bounds = roster, roster.bounds
        self.peer, self.certificate = "", ""
        self._phase, self._since = _Phase.IDLE, self.loop.time()
        self._counted = self._received = self._fields = self._unheard = 0
        self._broken = self._lost = False
        self._waiting_to_send: tuple[float, int] | None = None

    # The connection

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._lingering = LingeringTransport(transport, self._lingers)
        super().connection_made(self._lingering)  # type: ignore[arg-type]  # stands for a transport
        self.peer = group(self.client[0]) if self.client else ""
        self.certificate = _certificate_of(transport)
        self._since = self.loop.time()
        if not self.roster.admit(self):
            closed("no room")
            self._lingering.write(_answer(503, "no room"))
            transport.close()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        self.roster.leave(self)
        super().connection_lost(exc)

    def drop(self, reason: str) -> None:
        """Close it at once."""
        closed(reason)
        self._lingering.real.abort()

    @override
    def shutdown(self) -> None:
        super().shutdown()
        if self._lingering.half_closed:
            self._lingering.real.close()

    def _lingers(self) -> bool:
        """Whether to read on before closing, so that the sender hears what was answered."""
        if self._lost or (self._phase is not _Phase.BODY and not self._broken):
            return False
        if not self._lingering.half_closed:
            self._since = self.loop.time()
            self.flow.resume_reading()
        return True

    # What comes

    @override
    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self._broken:
            self._hear(len(data))
            return
        if self._phase is _Phase.IDLE:
            self._enter(_Phase.HEAD)
        try:
            self._feed(memoryview(data))
        except httptools.HttpParserUpgrade:
            return  # nothing else is spoken here; the request was read as plain HTTP
        except (_TooLong, httptools.HttpParserError) as problem:
            self._misread(_TooLong in (type(problem), type(problem.__context__)))

    def _feed(self, data: memoryview) -> None:
        at = 0
        while at < len(data) and self.parser is not None:
            size = _BODY_PIECE if self._phase is _Phase.BODY else _HEAD_PIECE
            piece = data[at : at + size]
            self._counted += len(piece)
            self.parser.feed_data(piece)
            at += len(piece)
            bound = self.bounds.head_bytes + (_BODY_PIECE if self._phase is _Phase.BODY else 0)
            if self._counted > bound:
                raise _TooLong

    def _misread(self, too_long: bool) -> None:  # noqa: FBT001
        """Answer what is no HTTP; what was asked before is answered first."""
        self._broken = True
        if self._answering:
            self.cycle.keep_alive = False
            self.pipeline.clear()
        elif too_long:
            self._refuse(431, "head too large")
        else:
            self._refuse(400, "not HTTP")

    def _hear(self, size: int) -> None:
        """Read on after the answer, within bounds, and keep nothing."""
        self._unheard += size
        if self._unheard > self.bounds.unheard_bytes:
            self.drop("sent on after the answer")

    @override
    def on_message_begin(self) -> None:
        self._fields = 0
        if self._phase is _Phase.IDLE:
            self._phase, self._since = _Phase.HEAD, self.loop.time()
        super().on_message_begin()
        if self.certificate:
            self.scope["state"][CERTIFICATE] = self.certificate

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields += 1
        if self._fields > self.bounds.head_fields:
            raise _TooLong
        if self._phase is not _Phase.BODY:  # a trailer is no header (RFC 9110, 6.5.1)
            super().on_header(name, value)

    @override
    def on_headers_complete(self) -> None:
        self._enter(_Phase.BODY)
        super().on_headers_complete()

    @override
    def on_body(self, body: bytes) -> None:
        self._counted = 0
        self._received += len(body)
        if self.cycle.response_complete:
            self._hear(len(body))
        super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._enter(_Phase.IDLE)
        if self._lingering.half_closed:
            self._lingering.real.close()

    @override
    def on_response_complete(self) -> None:
        if self._phase is not _Phase.BODY:
            self._since = self.loop.time()
        super().on_response_complete()

    def _enter(self, phase: _Phase) -> None:
        self._phase, self._since = phase, self.loop.time()
        self._counted = self._received = 0

    # What it costs

    @property
    def _answering(self) -> bool:
        """Whether a request is read to its end and not answered to its end."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete and not cycle.more_body

    def slowness(self, now: float) -> float | None:
        """Seconds it has kept its place for nothing; None while it is being answered."""
        if self._answering:
            return None
        if self._lingering.is_closing():
            return math.inf
        return now - self._since - self._received / (8 * self.bounds.rate)

    def check(self, now: float, passed: float) -> None:
        """Close it if a bound of time is reached; ``passed`` seconds after the last look."""
        if self._stuck(now):
            self.drop("answer not taken")
        elif self._answering:
            return
        elif self.flow.read_paused:
            self._since += passed  # we do not read: that is not the sender's fault
        elif now - self._since > self._allowed():
            self._overdue()

    def _allowed(self) -> float:
        bounds = self.bounds
        if self._lingering.half_closed or self._broken:
            return bounds.unheard
        if self._phase is _Phase.BODY:
            return bounds.grace + self._received / bounds.rate
        return bounds.head if self._phase is _Phase.HEAD else bounds.idle

    def _overdue(self) -> None:
        if self._lingering.is_closing():
            self.drop("sent on after the answer")
            return
        if self._phase is _Phase.IDLE:
            closed("idle")
            self._lingering.real.close()
            return
        reason = "head too slow" if self._phase is _Phase.HEAD else "body too slow"
        if self._phase is _Phase.BODY and self.cycle.response_started:
            self.drop(reason)
        else:
            self._refuse(408, reason)

    def _stuck(self, now: float) -> bool:
        """Whether too little of an answer was taken for too long."""
        left = self._lingering.real.get_write_buffer_size()
        if not left:
            self._waiting_to_send = None
            return False
        since, before = self._waiting_to_send or (now, left)
        if self._waiting_to_send is None or not before - self.bounds.drained < left <= before:
            self._waiting_to_send = (now, left)
            return False
        return now - since > self.bounds.unread

    def _refuse(self, status: int, reason: str) -> None:
        """Answer what is no request that could be worked on, and close."""
        closed(reason)
        self._broken = True
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None:
            cycle.disconnected = True
            cycle.message_event.set()
        self._lingering.write(_answer(status, reason))
        self._lingering.close()


def _answer(status: int, reason: str) -> bytes:
    """A whole answer that ends its connection."""
    text = f"{reason}\n".encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nConnection: close\r\n"
        f"Content-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    return head.encode() + text


def _certificate_of(transport: asyncio.Transport) -> str:
    """SHA-256 of the certificate which the other side showed in TLS; empty without one."""
    channel = transport.get_extra_info("ssl_object")
    shown = channel.getpeercert(binary_form=True) if channel is not None else None
    return hashlib.sha256(shown).hexdigest() if shown else ""
