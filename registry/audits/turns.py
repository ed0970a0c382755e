"""Systems take turns in audits: none waits for another that is silent (S216-12b)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic
from typing import Final

import structlog

log = structlog.get_logger(__name__)

AFTER_DEFECT: Final = 60.0
"""Seconds for which nothing is done for a system at which something broke here: what keeps an audit
from going on is recorded of the audit, so only a failure to record it comes so far."""


@dataclass(frozen=True, slots=True)
class OpenAudit:
    """An audit that is not over: of which system, and where it stands."""

    code: str
    status: str


@dataclass(slots=True)
class Turns:
    """Has something done for systems, for ``most`` at once, each in a thread of its own."""

    most: int
    _busy: set[str] = field(default_factory=set)
    _served: dict[str, float] = field(default_factory=dict)
    _resting: dict[str, float] = field(default_factory=dict)
    _guard: Lock = field(default_factory=Lock)

    def begin(self, codes: Iterable[str], work: Callable[[str], object]) -> None:
        """Begin it for those that are not under way, first for whom it was done longest ago."""
        for code in self._next(codes):
            try:
                Thread(target=self._do, args=(code, work), name="audit", daemon=True).start()
            except RuntimeError:  # the machine gives no thread now: it is begun at the next look
                log.exception("audits of a system", sez_code=code)
                self._done(code)

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        with self._guard:
            return bool(self._busy)

    def _next(self, codes: Iterable[str]) -> list[str]:
        with self._guard:
            now = monotonic()
            free = [
                code
                for code in codes
                if code not in self._busy and self._resting.get(code, now) <= now
            ]
            free.sort(key=lambda code: self._served.get(code, 0.0))
            chosen = free[: max(0, self.most - len(self._busy))]
            self._busy.update(chosen)
        return chosen

    def _do(self, code: str, work: Callable[[str], object]) -> None:
        try:
            work(code)
        except Exception:
            log.exception("audits of a system", sez_code=code)
            with self._guard:
                self._resting[code] = monotonic() + AFTER_DEFECT
        finally:
            self._done(code)

    def _done(self, code: str) -> None:
        with self._guard:
            self._busy.discard(code)
            self._served[code] = monotonic()
