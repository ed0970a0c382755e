"""Whether a signer's certificate may be believed at a moment (S216-A2.1.3, S216-A2.4.8).

Chain, validity, key usage and revocation, failing closed. Who may sign what is judged in
``roles``.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from asn1crypto import x509
from cryptography.exceptions import UnsupportedAlgorithm

from shared_contracts.astana_time import shown
from shared_contracts.bounded_cache import BoundedCache
from shared_contracts.signing.report import CertificateReport, Stamp
from shared_contracts.signing.subject import subject_of
from shared_contracts.signing.validation.chain import (
    ChainFlaw,
    Purpose,
    check_usage,
    purpose_of,
    validate_chain,
)
from shared_contracts.signing.validation.der_reading import MALFORMED
from shared_contracts.signing.validation.examine import Given, examine
from shared_contracts.signing.validation.list_cache import RevocationListCache
from shared_contracts.signing.validation.revocation import Fetch
from shared_contracts.signing.validation.status import Asking
from shared_contracts.signing.validation.trust_profile import (
    TrustProfile,
    TrustProfileError,
    ensure_fit_for,
    load_profile,
)

__all__ = [
    "CertificateChecker",
    "Purpose",
    "TrustProfile",
    "TrustProfileError",
    "ensure_fit_for",
    "load_profile",
]


@dataclass(frozen=True, slots=True)
class _Kept:
    report: CertificateReport
    until: datetime


class CertificateChecker:
    """Judges certificates by one trust profile; one object serves all threads.

    A good verdict is used again until the earliest of the certificate's end, the authority's
    next answer and the bound of the profile, and says so in ``reused``. Threads that ask for the
    same certificate at once share one examination.
    """

    def __init__(self, profile: TrustProfile, fetch: Fetch) -> None:
        self.profile = profile
        self._asking = Asking(profile, fetch, RevocationListCache(profile.limits))
        self._guard = Lock()
        self._kept = BoundedCache[bytes, _Kept](profile.limits.kept)
        self._flights: dict[tuple[bytes, datetime], Future[CertificateReport]] = {}

    def check(
        self,
        chain: Sequence[bytes],
        at: datetime,
        purpose: Purpose | None = None,
        stamp: Stamp | None = None,
    ) -> CertificateReport:
        """The verdict on ``chain`` (DER, leaf first) at ``at``, the moment of checking.

        With a time stamp the moment of verification is the stamp's, and a bad stamp is a bad
        verdict. Never raises for a bad certificate: the report says what is wrong with it.
        Without a ``purpose`` the certificate's role says what its key must be good for.
        """
        key = _key(chain, purpose, stamp)
        with self._guard:
            kept = self._usable(key, at)
            if kept is not None:
                return kept
            flight = self._joined(key, at)
            if flight is None:
                mine: Future[CertificateReport] = Future()
                self._flights[key, at] = mine
        if flight is not None:
            return flight.result()
        return self._fly(key, mine, Given(tuple(chain), purpose, stamp), at)

    def keeps(self, chain: Sequence[bytes], at: datetime, stamp: Stamp | None = None) -> bool:
        """Whether a verdict on a chain is kept, so that nobody has to be asked for it."""
        return self._usable(_key(chain, None, stamp), at) is not None

    def comes_from_authority(self, chain: Sequence[bytes], at: datetime) -> bool:
        """Whether a chain is in force and ends at an anchor, as far as nobody has to be asked."""
        if not chain or self.keeps(chain, at):
            return bool(chain)
        try:
            leaf = x509.Certificate.load(chain[0], strict=True)
            validate_chain(self.profile, leaf, chain[1:], at)
        except (ChainFlaw, *MALFORMED, UnsupportedAlgorithm):
            return False
        return True

    def stood(self, chain: Sequence[bytes], at: datetime) -> bool:
        """Whether a chain was good for its purpose at ``at`` and ends at an anchor.

        Revocation is not asked about: only for what is proven otherwise to be of that moment.
        """
        try:
            leaf = x509.Certificate.load(chain[0], strict=True)
            validate_chain(self.profile, leaf, chain[1:], at)
            check_usage(self.profile, leaf, purpose_of(subject_of(chain[0])))
        except (ChainFlaw, *MALFORMED, UnsupportedAlgorithm):
            return False
        return True

    def forget(self) -> None:
        """Drop all kept verdicts and lists, so that the authority is asked again."""
        self._asking.list_cache.clear()
        self._kept.clear()

    def _usable(self, key: bytes, at: datetime) -> CertificateReport | None:
        kept = self._kept.get(key)
        if kept is None or not kept.report.validated_at <= at < kept.until:
            return None
        return kept.report

    def _joined(self, key: bytes, at: datetime) -> Future[CertificateReport] | None:
        """An examination under way that is for the same moment, as far as clocks can tell."""
        for (other, moment), flight in self._flights.items():
            if other == key and abs(moment - at) <= self.profile.limits.clock_tolerance:
                return flight
        return None

    def _fly(
        self, key: bytes, mine: Future[CertificateReport], given: Given, at: datetime
    ) -> CertificateReport:
        """Examine for all who wait; whatever comes of it, the next to ask examines anew."""
        try:
            report = examine(given, self._asking, at)
            mine.set_result(report)
        except BaseException as bug:
            mine.set_exception(bug)
            raise
        finally:
            with self._guard:
                del self._flights[key, at]
        if report.passed:
            self._keep(key, report)
        return report

    def _keep(self, key: bytes, report: CertificateReport) -> None:
        until, why = _until(report, self.profile)
        reused = f"the verdict of {shown(report.validated_at)}, kept until {why}"
        self._kept.put(key, _Kept(replace(report, reused=reused), until))


def _key(chain: Sequence[bytes], purpose: Purpose | None, stamp: Stamp | None) -> bytes:
    """What the signer gave, as digests: certificates, time stamp; and what they are for."""
    stamped = (stamp.token, stamp.over) if stamp else ()
    digests = [hashlib.sha256(der).digest() for der in (*stamped, *chain)]
    kind = f"{purpose.name if purpose else ''}{'+' if stamp else ''}"
    return b"".join((kind.encode(), *digests))


def _until(report: CertificateReport, profile: TrustProfile) -> tuple[datetime, str]:
    """Until when a good report may be used again, and what ends it."""
    bounds = [
        (report.validated_at + profile.limits.keep, "the profile's bound"),
    ]
    if report.stamp is None:
        bounds.append((report.not_after, "the certificate's end"))
    if report.revocation is not None and report.revocation.valid_until is not None:
        bounds.append((report.revocation.valid_until, "the authority's next answer"))
    until, what = min(bounds)
    return until, f"{shown(until)}, {what}"
