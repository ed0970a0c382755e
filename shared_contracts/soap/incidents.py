"""Incidents in the journal: what a caller was told can be found there by its number (S216-18.7)."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import structlog

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.soap.peer import NOBODY, Peer

log = structlog.get_logger(__name__)

SECONDS = 60.0
"""Length of the span for which lines are counted."""

LINES = 120
"""Most lines of one peer in a span, two a second; the others are counted and told with the next."""

TRACEBACKS = 10
"""Most tracebacks of one peer in a span."""

PEERS = 2000
"""Most peers whose lines are counted; beyond that the one heard of longest ago begins anew."""


@dataclass(slots=True)
class _Span:
    began: float
    lines: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class About:
    """What the journal tells of an incident and the caller is not told."""

    peer: Peer = NOBODY
    operation: str = ""
    problem: BaseException | None = None


NOTHING: Final = About()


@dataclass(slots=True)
class Journal:
    """Writes one line for each incident, within bounds for each peer."""

    _spans: OrderedDict[str, _Span] = field(default_factory=OrderedDict)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def write(self, incident: UUID, refusal: Unprocessed, about: About) -> None:
        """Note what was answered; a bug is written with its traceback."""
        span = self._admitted(about.peer.address)
        if span is None:
            return
        told: dict[str, Any] = {"problem": repr(about.problem)[:300]} if about.problem else {}
        if span.left_out:
            told["left_out_before"], span.left_out = span.left_out, 0
        if refusal.fault is Fault.INTERNAL_ERROR and span.lines <= TRACEBACKS:
            told["exc_info"] = about.problem
        (log.error if about.problem else log.info)(
            "not processed",
            incident=str(incident),
            fault=refusal.fault.value,
            peer=about.peer.address,
            operation=about.operation[:80],
            detail=refusal.detail[:300],
            **told,
        )

    def _admitted(self, who: str) -> _Span | None:
        """The span of a peer that has a line left in it; otherwise the line is counted there."""
        now = time.monotonic()
        with self._mutex:
            span = self._spans.pop(who, None)
            if span is None or now - span.began > SECONDS:
                span = _Span(now, left_out=span.left_out if span else 0)
            self._spans[who] = span
            while len(self._spans) > PEERS:
                self._spans.popitem(last=False)
            if span.lines >= LINES:
                span.left_out += 1
                return None
            span.lines += 1
            return span
