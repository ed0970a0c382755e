"""The authorities are asked about all signers of a package at once, and before anything is locked.

Few packages wait for authorities at the same time, so that those whose signers are known go on.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from threading import BoundedSemaphore, Lock
from time import monotonic

from registry.intake.steps import WholePackage
from registry.intake.verdict_log import Checker, Judge
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.signing.report import CertificateReport, Stamp

AT_ONCE = 5
"""Signers of one package about whom is asked at once."""
SEAT = 2.0
"""Most seconds of a wait for other packages that wait for authorities."""
HELD = 0.5
"""Seconds without an answer after which a seat is held for long: then nobody waits for one."""
LOOK = 0.05
"""Seconds between two looks at the seats."""
SOON = 2
"""Seconds after which a package may come again for which there was no seat."""

Signer = tuple[tuple[bytes, ...], Stamp | None]
"""The certificates of a signature (DER, leaf first), and its time stamp."""


@dataclass(frozen=True, slots=True)
class AskedChecker:
    """A checker that knows some verdicts already, and asks for the others."""

    checker: Checker
    reports: dict[Signer, CertificateReport]

    def check(
        self, chain: Sequence[bytes], at: datetime, *, stamp: Stamp | None = None
    ) -> CertificateReport:
        """The verdict asked for before, or the checker's."""
        known = self.reports.get((tuple(chain), stamp))
        return known or self.checker.check(chain, at, stamp=stamp)

    def keeps(self, chain: Sequence[bytes], at: datetime, stamp: Stamp | None = None) -> bool:
        """Whether nobody has to be asked."""
        return (tuple(chain), stamp) in self.reports or self.checker.keeps(chain, at, stamp)

    def comes_from_authority(self, chain: Sequence[bytes], at: datetime) -> bool:
        """What the checker says."""
        return self.checker.comes_from_authority(chain, at)

    def together(self) -> AbstractContextManager[Judge]:
        """What the checker gives."""
        return self.checker.together()


@dataclass(slots=True, eq=False)
class _Seat:
    """A package that waits; when its last answer came, or when it took the seat.

    An answer that comes after the package has left changes nothing for others.
    """

    answered_at: float


class RevocationQueries:
    """Asks for the signers of packages; at most ``waiting`` packages wait at the same time."""

    def __init__(self, waiting: int) -> None:
        seats = max(1, waiting)
        self._seats = BoundedSemaphore(seats)
        self._guard = Lock()
        self._taken: set[_Seat] = set()
        self._executor = ThreadPoolExecutor(AT_ONCE * seats, thread_name_prefix="asking")

    def ask(self, whole: WholePackage, checker: Checker) -> Checker:
        """The checker with the verdicts on all signers about whom somebody had to be asked.

        ``Unprocessed(REVOCATION_UNAVAILABLE)`` where too many packages wait already.
        """
        at = whole.received.asked_at
        unknown = [one for one in _signers(whole) if not checker.keeps(one[0], at, one[1])]
        if not unknown:
            return checker
        with self._seat() as seat, checker.together() as judge:

            def ask(one: Signer) -> CertificateReport:
                report = _verdict(judge, one, at)
                seat.answered_at = monotonic()
                return report

            reports = self._ask(unknown, ask)
        return AskedChecker(checker, reports)

    @contextmanager
    def _seat(self) -> Iterator["_Seat"]:
        begun = monotonic()
        while not self._seats.acquire(timeout=LOOK):
            now = monotonic()
            silent = self._is_silent(now)
            if silent or now - begun > SEAT:
                detail = "too many packages wait for answers of authorities"
                raise Unprocessed(Fault.REVOCATION_UNAVAILABLE, detail, retry_after=SOON)
        seat = _Seat(monotonic())
        with self._guard:
            self._taken.add(seat)
        try:
            yield seat
        finally:
            with self._guard:
                self._taken.remove(seat)
            self._seats.release()

    def _is_silent(self, now: float) -> bool:
        """Whether a package has a seat for which no answer has come for long."""
        with self._guard:
            return any(now - seat.answered_at > HELD for seat in self._taken)

    def _ask(
        self, unknown: Sequence[Signer], ask: Callable[[Signer], CertificateReport]
    ) -> dict[Signer, CertificateReport]:
        """Some at once, one lot after another, up to a signer about whom nothing can be had."""
        reports: dict[Signer, CertificateReport] = {}
        left = iter(unknown)
        while lot := list(islice(left, AT_ONCE)):
            reports.update(zip(lot, self._executor.map(ask, lot), strict=True))
            if any(reports[one].try_later for one in lot):
                break
        return reports


def _verdict(judge: Judge, signer: Signer, at: datetime) -> CertificateReport:
    chain, stamp = signer
    return judge.check(chain, at, stamp=stamp)


def _signers(whole: WholePackage) -> list[Signer]:
    """The signers of a package's documents, each once, in the order of the records."""
    signatures = (signature for document in whole.documents for signature in document.signatures)
    return list(dict.fromkeys((one.certificates, one.stamp) for one in signatures))
