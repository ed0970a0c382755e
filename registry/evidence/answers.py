"""What authorities said of signers, found again in the log (decision 0012)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256 as digest
from typing import Final
from uuid import UUID

import msgspec

from registry.intake.verdict_log import CertificateChecked, Checker
from registry.messages.message import ReceiptIssued
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.excerpt import backwards
from shared_contracts.event_log.log import EventLog
from shared_contracts.signing.signers import Signer

FURTHEST: Final = 200_000
"""Events before a verdict among which the answer that it rests on is looked for."""
LONGEST: Final = timedelta(minutes=15)
"""Time before a verdict in which that answer was had: a verdict is used again for five minutes."""
_CHECKED: Final = "certificate-checked.1"


class _Validation(msgspec.Struct):
    """What stands beside a check, as far as it is looked up: SHA-256 of the CRLs."""

    crls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthorityAnswers:
    """Finds the checks on which verdicts rest; ``checker`` and ``clock`` are those of the intake.

    ``signer`` is the Registry itself, whose own certificate is asked about for a package.
    """

    log: EventLog
    checker: Checker
    signer: Signer
    clock: Callable[[], datetime]

    def about(self, signers: Iterable[tuple[Recorded, set[str]]]) -> Iterator[Recorded]:
        """The last check of each certificate (SHA-256) before the verdict which rests on it."""
        for verdict, wanted in signers:
            for found in self._last(verdict.position, wanted, verdict.recorded_at):
                yield found
                yield from self._lists(found)

    def about_us(self, events: Iterable[Recorded]) -> Iterator[Recorded]:
        """A check of our own certificate that is no older than the last receipt.

        It is made, and recorded, where the log has none; nothing if nobody answers.
        """
        issued = [one.recorded_at for one in events if isinstance(one.event, ReceiptIssued)]
        if not issued:
            return
        found = self._own(max(issued))
        if found is None:
            self.checker.check(self.signer.certificates, self.clock())
            found = self._own(max(issued))
        if found is not None:
            yield found
            yield from self._lists(found)

    def _own(self, since: datetime) -> Recorded | None:
        ours = {digest(self.signer.certificates[0]).hexdigest()}
        end = self.log.last_position() + 1
        return next(iter(self._last(end, ours, since)), None)

    def _last(self, position: int, wanted: Iterable[str], since: datetime) -> Iterator[Recorded]:
        """The newest checks of certificates before a position, not older than they may be."""
        missing, oldest = set(wanted), since - LONGEST
        for one in backwards(self.log, position, _CHECKED, FURTHEST):
            if not missing or one.recorded_at < oldest:
                return
            event = one.event
            if isinstance(event, CertificateChecked) and event.certificate_sha256 in missing:
                missing.remove(event.certificate_sha256)
                yield one

    def _lists(self, checked: Recorded) -> Iterator[Recorded]:
        """The events beside which the CRLs of a check are kept."""
        body = self.log.evidence(checked.originator_id, checked.version, "validation") or b"{}"
        lists = msgspec.json.decode(body, type=_Validation).crls
        kept = self.log.claims([f"crl/{sha256}" for sha256 in lists])
        for originator_id in kept.values():
            yield from self.log.stream(UUID(originator_id))
