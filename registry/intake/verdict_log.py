"""What the authorities said of a signer is kept, so that a verdict can be proven years later.

(S216-A2.1.3, S216-12a)
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import msgspec

from shared_contracts.bounded_cache import BoundedCache
from shared_contracts.event_log.event import Event, Fact, topic
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.writing.commit import Claim, Commit, Conflict, Evidence
from shared_contracts.event_log.writing.locks import Locks
from shared_contracts.identifiers import uuid7
from shared_contracts.signing import report as verdicts
from shared_contracts.signing.report import CertificateReport, Stamp

LISTS = 1000
"""Lists that are remembered as kept."""

VERDICTS = 10_000
"""Certificates of which the last verdict that was written down is remembered."""


@topic("certificate-checked.1")
class CertificateChecked(Event, frozen=True, kw_only=True):
    """A signer's certificate was checked anew; what the verdict rests on is its evidence.

    Evidence ``validation`` is JSON: certificates, OCSP responses and time stamps, DER in base64,
    and SHA-256 of the CRLs, each of which was kept when it was first used.
    """

    certificate_sha256: str
    serial: str
    subject: str | None
    indication: str
    sub_indication: str | None
    revocation: str | None
    source: str | None
    produced_at: datetime | None
    validated_at: datetime


@topic("revocation-list-kept.1")
class RevocationListKept(Event, frozen=True, kw_only=True):
    """A CRL was used for the first time; evidence ``crl`` is its DER, which can be of 20 MB."""

    sha256: str
    size: int


class Judge(Protocol):
    """Judges a certificate chain (DER, leaf first) at a moment, or at that of a time stamp."""

    def check(
        self, chain: Sequence[bytes], at: datetime, *, stamp: Stamp | None = None
    ) -> CertificateReport:
        """The verdict."""


class KeepingJudge(Judge, Protocol):
    """A judge who keeps verdicts for a while."""

    def keeps(self, chain: Sequence[bytes], at: datetime, stamp: Stamp | None = None) -> bool:
        """Whether a verdict is kept, so that nobody has to be asked for it."""

    def comes_from_authority(self, chain: Sequence[bytes], at: datetime) -> bool:
        """Whether a chain ends at an authority we trust, as far as nobody has to be asked."""


class Checker(KeepingJudge, Protocol):
    """A judge whose new verdicts are written down."""

    def together(self) -> AbstractContextManager[Judge]:
        """A judge for many chains; what has to be written down is written when the block ends."""


@dataclass(slots=True)
class RecordingChecker:
    """A checker that writes down every verdict which rests on an authority's new answer.

    What no authority of ours has vouched for leaves nothing behind.
    """

    checker: KeepingJudge
    log: EventLog
    _seen: BoundedCache[str, datetime] = field(default_factory=lambda: BoundedCache(VERDICTS))
    _turns: Locks = field(default_factory=Locks)
    _lists: BoundedCache[str, int] = field(default_factory=lambda: BoundedCache(LISTS))
    """Sizes of the lists that are known to be kept, so that the log is not asked each time."""

    def check(
        self, chain: Sequence[bytes], at: datetime, *, stamp: Stamp | None = None
    ) -> CertificateReport:
        """The verdict of the checker, written down if it is new."""
        report = self.checker.check(chain, at, stamp=stamp)
        self.keep([(chain[0], report)])
        return report

    def keeps(self, chain: Sequence[bytes], at: datetime, stamp: Stamp | None = None) -> bool:
        """What the checker says."""
        return self.checker.keeps(chain, at, stamp)

    def comes_from_authority(self, chain: Sequence[bytes], at: datetime) -> bool:
        """What the checker says; nothing is written down."""
        return self.checker.comes_from_authority(chain, at)

    @contextmanager
    def together(self) -> Iterator[Judge]:
        """A judge whose new verdicts are written down in one commit when the block ends.

        If the block ends by an error nothing is written: whoever asks for a verdict again, by
        ``check``, writes it down then.
        """
        gathering = _Gathering(self.checker)
        yield gathering
        self.keep(gathering.found)

    def keep(self, found: Iterable[tuple[bytes, CertificateReport]]) -> None:
        """Write down those verdicts on certificates (DER) that are new, in one commit."""
        given = [
            (hashlib.sha256(certificate).hexdigest(), report)
            for certificate, report in found
            if report.revocation is not None and not report.try_later
        ]
        if all(self._seen.get(name) == report.validated_at for name, report in given):
            return  # written down before, as nearly all are
        with self._turns.hold(name for name, _ in given):
            new, moments = [], dict[str, datetime]()
            for name, report in given:
                if moments.get(name, self._seen.get(name)) != report.validated_at:
                    new.append((name, report))
                    moments[name] = report.validated_at
            if new:
                self._record(new)
                for name, moment in moments.items():  # only now: it may have failed
                    self._seen.put(name, moment)

    def _record(self, new: Iterable[tuple[str, CertificateReport]]) -> None:
        facts, beside = [], []
        for certificate, report in new:
            lists = [self._keep_list(der) for der in report.evidence.crls]
            fact = Fact(uuid7(), 1, _checked(certificate, report))
            body = _validation(report.evidence, lists)
            facts.append(fact)
            beside.append(Evidence(fact.originator_id, fact.version, "validation", body))
        self.log.append(Commit(tuple(facts), evidence=tuple(beside)))

    def _keep_list(self, der: bytes) -> str:
        """Keep a CRL unless it is kept already; gives its SHA-256, lower hex."""
        sha256 = hashlib.sha256(der).hexdigest()
        if self._lists.get(sha256) is not None:
            return sha256
        fact = Fact(uuid7(), 1, RevocationListKept(sha256=sha256, size=len(der)))
        claim = Claim(f"crl/{sha256}", str(fact.originator_id))
        evidence = Evidence(fact.originator_id, fact.version, "crl", der)
        try:
            if not self.log.claims([claim.key]):
                self.log.append(Commit((fact,), evidence=(evidence,), claims=(claim,)))
        except Conflict as conflict:
            if conflict.what != "claim":  # else another thread has just kept it
                raise
        self._lists.put(sha256, len(der))
        return sha256


@dataclass(frozen=True, slots=True)
class _Gathering:
    """A judge who remembers the verdicts for whoever writes them down; for many threads."""

    checker: Judge
    found: list[tuple[bytes, CertificateReport]] = field(default_factory=list)

    def check(
        self, chain: Sequence[bytes], at: datetime, *, stamp: Stamp | None = None
    ) -> CertificateReport:
        report = self.checker.check(chain, at, stamp=stamp)
        self.found.append((chain[0], report))
        return report


def _checked(certificate: str, report: CertificateReport) -> CertificateChecked:
    revocation = report.revocation
    return CertificateChecked(
        certificate_sha256=certificate,
        serial=report.serial,
        subject=report.subject.common_name,
        indication=report.indication,
        sub_indication=report.sub_indication,
        revocation=revocation.status if revocation else None,
        source=revocation.source if revocation else None,
        produced_at=revocation.produced_at if revocation else None,
        validated_at=report.validated_at,
    )


def _validation(evidence: verdicts.VerdictEvidence, lists: Sequence[str]) -> bytes:
    parts = {
        "certificates": evidence.certificates,
        "ocsp": evidence.ocsp,
        "stamps": evidence.stamps,
    }
    written = {name: [b64encode(der).decode() for der in ders] for name, ders in parts.items()}
    return msgspec.json.encode({**written, "crls": lists})
