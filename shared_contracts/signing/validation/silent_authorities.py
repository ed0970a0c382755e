"""Authorities that do not answer are remembered, so that nobody waits for them again and again.

Who asks while an address is silent is told so at once; one thread of its own asks on, and with the
first answer the address is asked as before. It fails closed: silence never makes anything good.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import TypeVar

import structlog

from shared_contracts.signing.validation.revocation import Fetch, Silent, Unavailable

log = structlog.get_logger(__name__)

T = TypeVar("T")

SLOW = 1.0
"""Seconds without an answer after which others no longer wait for the same address."""
PAUSE = 1.0
"""Seconds between two questions to a silent address."""
TIMEOUT = 60.0
"""Seconds after the last interest in a silent address for which it is asked on."""


@dataclass(slots=True)
class _Line:
    """What is known of one address: questions under way, whether it is silent, who cares."""

    asked_at: dict[int, float] = field(default_factory=dict)
    silent: str = ""
    wanted_at: float = 0.0

    def is_slow(self, now: float) -> bool:
        return any(now - begun > SLOW for begun in self.asked_at.values())


class Remembering:
    """A fetch that remembers which addresses are silent; one object serves all threads.

    Addresses are those of the trust profile, so there are few.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._guard = Lock()
        self._lines: dict[str, _Line] = {}
        self._count = 0

    def ocsp(self, url: str, request: bytes) -> bytes:
        """The answer to an OCSP request; Unavailable at once while the address is silent."""
        return self._ask(url, lambda: self._fetch.ocsp(url, request))

    def crl(self, url: str) -> bytes:
        """A CRL; Unavailable at once while the address is silent."""
        return self._ask(url, lambda: self._fetch.crl(url))

    def silent(self) -> list[str]:
        """The addresses that are silent."""
        with self._guard:
            return [url for url, line in self._lines.items() if line.silent]

    def _ask(self, url: str, work: Callable[[], T]) -> T:
        number = self._begin(url)
        try:
            return work()
        except Silent as silent:
            self._remember(url, str(silent), work)
            raise
        finally:
            with self._guard:
                del self._lines[url].asked_at[number]

    def _begin(self, url: str) -> int:
        now = time.monotonic()
        with self._guard:
            line = self._lines.setdefault(url, _Line())
            line.wanted_at = now
            if line.silent:
                raise Unavailable(f"{line.silent}, and is asked on")
            if line.is_slow(now):
                raise Unavailable(f"{url}: has not answered others for {SLOW:g} s")
            self._count += 1
            line.asked_at[self._count] = now
            return self._count

    def _remember(self, url: str, silent: str, work: Callable[[], object]) -> None:
        """The address is silent from now on; the same question is put to it until it answers."""
        with self._guard:
            line = self._lines[url]
            known, line.silent = line.silent, silent
        if not known:
            Thread(target=self._ask_on, args=(line, work), name="asking on", daemon=True).start()

    def _ask_on(self, line: _Line, work: Callable[[], object]) -> None:
        """Ask until there is an answer, whatever it says, or nobody cares any more."""
        while time.monotonic() - line.wanted_at < TIMEOUT:
            time.sleep(PAUSE)
            try:
                work()
            except Silent:
                continue
            except Exception:  # it is no silence: whoever asks next is told by the ordinary way
                log.exception("asking an authority that was silent")
            break
        with self._guard:
            line.silent = ""
