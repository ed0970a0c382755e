"""What runs by the clock: views that follow the log, checkpoints, the count of strangers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from uuid import UUID, uuid5

from registry.admission.admissions import Admissions
from registry.audits.auditing import Auditing
from registry.drift.watching import DriftWatch
from registry.findings.hourly_run import HourlyRun
from registry.intake.asynchronous import Judging
from registry.intake.context import IntakeContext
from registry.intake.pushing import ReceiptPushing
from registry.intake.workers import Workers
from registry.notices.mailing import Mailing
from registry.sez_logs.watching import SezLogWatch
from registry.strangers.arrival import ArrivalsCounted, count
from registry.strangers.listing import DAYS
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.following.followers import Follower
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.process import own_certificate
from shared_contracts.process.clocked_duties import by_clock
from shared_contracts.process.duties import Duty, every
from shared_contracts.process.writer_guard import Guard

HOUR = 3600.0
"""Seconds between checkpoints, and between counts of strangers."""

FOLLOW_PAUSE = 0.002
"""Seconds from a commit until the views follow it: those that come meanwhile make one batch."""

TEND = 0.5
"""Seconds between two looks at the workers."""

_COUNTS = UUID("2f1c7c6e-5b0e-5c43-9d53-1f6a52f2c0aa")
"""Under which counts of strangers have their streams, by the moment at which each begins."""


Running: TypeAlias = tuple[
    Mailing,
    Judging,
    ReceiptPushing,
    Auditing,
    SezLogWatch,
    DriftWatch,
    HourlyRun,
    Admissions,
]
"""What runs beside the endpoints."""


def duties(
    context: IntakeContext,
    follower: Follower,
    guard: Guard,
    workers: Workers,
    running: Running,
) -> Sequence[Duty]:
    """Everything the Registry does by itself.

    What is due by the hour is done when the process begins and once more before it ends: a process
    that is restarted within each hour signs and counts all the same (wire.md 12, 20).
    """
    strangers = Strangers(context)
    mailing, judging, pushing, audits, logs, drift, review, admissions = running
    done = (
        guard.duty(),
        every("workers", TEND, workers.tend),
        every("views", FOLLOW_PAUSE, follower.follow),
        own_certificate.duty(context.signer),
        Duty("notices", mailing.run, longest=10.0),
        audits.duty(),
        Duty("packages under tickets", judging.run, longest=10.0),
        Duty("receipts to systems", pushing.rounds.run, longest=10.0),
        every("checkpoint", HOUR, context.checkpointer.make, at_end=True),
        every("count of strangers", HOUR, strangers.count, at_end=True),
        review.duty(),
        logs.duty(),
        drift.duty(),
        admissions.duty(),
    )
    return by_clock(done, context.clock)


@dataclass(slots=True)
class Strangers:
    """Counts the arrivals since they were last counted, and drops what is too old."""

    context: IntakeContext
    since: datetime | None = None

    def count(self) -> None:
        """Write the count and digest of what came into the log, if anything did."""
        arrivals, until = self.context.arrivals, self.context.clock()
        since = self.since or arrivals.counted_until() or arrivals.oldest() or until
        if (written := self._written(since)) is not None:
            arrivals.note_counted(written)
            since = written
        if arrived := arrivals.between(since, until):
            fact = count(since, until, (one.sha256 for one in arrived))
            self.context.log.append(Commit((Fact(_stream(since), 1, fact),)))
            arrivals.note_counted(until)
        arrivals.drop_before(until - timedelta(days=DAYS))
        self.since = until

    def _written(self, since: datetime) -> datetime | None:
        """The end of the count from ``since`` that is in the log; None if it is not there.

        It is, if the process failed after the count was written and before its end was noted.
        """
        for kept in self.context.log.stream(_stream(since)):
            if isinstance(kept.event, ArrivalsCounted):
                return kept.event.until
        return None


def _stream(since: datetime) -> UUID:
    """The stream of the count that begins at ``since``: what came from then on is counted once."""
    return uuid5(_COUNTS, since.astimezone(UTC).isoformat())
