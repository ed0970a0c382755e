"""How many lines the journal takes from one source (S216-18.7)."""

import threading
import time
from dataclasses import dataclass, field

from shared_contracts.bounded_cache import BoundedCache

SECONDS = 60.0
"""Length of the span for which lines are counted."""

LINES = 120
"""Most lines of one source in a span, two a second; the others are told as a number by the next."""

SOURCES = 2000
"""Most sources whose lines are counted; beyond that the one heard of longest ago begins anew."""


@dataclass(slots=True)
class _Span:
    began: float
    lines: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class AdmittedLine:
    """A line that may be written: its number in the span, and how many were left out before it."""

    number: int
    left_out_before: int

    @property
    def fields(self) -> dict[str, int]:
        """What the line says of those that were left out."""
        return {"left_out_before": self.left_out_before} if self.left_out_before else {}


@dataclass(slots=True)
class LineLimit:
    """Counts the lines of each source, for all threads."""

    spans: BoundedCache[str, _Span] = field(default_factory=lambda: BoundedCache(SOURCES))
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def admit(self, source: str) -> AdmittedLine | None:
        """The next line of a source, or None where it has none left: then it is counted."""
        now = time.monotonic()
        with self._mutex:
            span = self.spans.get(source)
            if span is None or now - span.began > SECONDS:
                span = _Span(now, left_out=span.left_out if span else 0)
                self.spans.put(source, span)
            if span.lines >= LINES:
                span.left_out += 1
                return None
            span.lines += 1
            left_out, span.left_out = span.left_out, 0
            return AdmittedLine(span.lines, left_out)
