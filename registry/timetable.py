"""What runs by the clock: views that follow the log, checkpoints, the count of strangers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.intake.context import IntakeContext
from registry.intake.workers import Workers
from registry.strangers.arrival import count
from registry.strangers.listing import DAYS
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.following.followers import Follower
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.identifiers import uuid7
from shared_contracts.process import own_certificate
from shared_contracts.process.duties import Duty, every
from shared_contracts.process.writer_guard import Guard

HOUR = 3600.0
"""Seconds between checkpoints, and between counts of strangers."""

BREATH = 0.2
"""Seconds after which a follower looks up again, if nothing woke it."""

TEND = 0.5
"""Seconds between two looks at the workers."""


def duties(
    context: IntakeContext, follower: Follower, guard: Guard, workers: Workers
) -> Sequence[Duty]:
    """Everything the Registry does by itself.

    What is due by the hour is done when the process begins and once more before it ends: a process
    that is restarted within each hour signs and counts all the same (wire.md 12, 20).
    """
    strangers = Strangers(context)
    return (
        guard.duty(),
        every("workers", TEND, workers.tend),
        every("views", BREATH, lambda: _follow(follower)),
        own_certificate.duty(context.signer),
        every("checkpoint", HOUR, context.checkpointer.make, at_end=True),
        every("count of strangers", HOUR, strangers.count, at_end=True),
    )


@dataclass(slots=True)
class Strangers:
    """Counts the arrivals since they were last counted, and drops what is too old."""

    context: IntakeContext
    since: datetime | None = None

    def count(self) -> None:
        """Write the count and digest of what came into the log, if anything did."""
        until = self.context.clock()
        if self.since is None:
            self.since = self.context.arrivals.counted_until() or until - timedelta(days=DAYS)
        arrived = self.context.arrivals.between(self.since, until)
        if arrived:
            fact = count(self.since, until, (one.sha256 for one in arrived))
            self.context.log.append(Commit((Fact(uuid7(), 1, fact),)))
            self.context.arrivals.note_counted(until)
        self.context.arrivals.drop_before(until - timedelta(days=DAYS))
        self.since = until


def _follow(follower: Follower) -> None:
    follower.log.wait(follower.catch_up(), 0.5)
