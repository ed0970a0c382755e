"""What runs by the clock: views that follow the log, checkpoints, the count of strangers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.arrivals.arrival import count
from registry.arrivals.listing import DAYS
from registry.intake.office import Office
from shared_contracts.duties import Duty, every, guard
from shared_contracts.event_log.commit import Commit
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.followers import Follower
from shared_contracts.identifiers import uuid7

HOUR = 3600.0
"""Seconds between checkpoints, and between counts of strangers."""

BREATH = 0.2
"""Seconds after which a follower looks up again, if it failed or nothing woke it."""


def duties(office: Office, follower: Follower) -> Sequence[Duty]:
    """Everything the Registry does by itself."""
    return (
        every(BREATH, lambda: _follow(follower), at_once=True),
        every(HOUR, office.checkpointer.make),
        every(HOUR, Strangers(office, office.clock()).count),
        guard(office.log),
    )


@dataclass(slots=True)
class Strangers:
    """Counts the arrivals since it last did, and drops what is too old."""

    office: Office
    since: datetime

    def count(self) -> None:
        """Write the hour's count and digest into the log, if anything came."""
        until = self.office.clock()
        arrived = self.office.arrivals.between(self.since, until)
        if arrived:
            fact = count(self.since, until, (one.sha256 for one in arrived))
            self.office.log.append(Commit((Fact(uuid7(), 1, fact),)))
        self.office.arrivals.drop_before(until - timedelta(days=DAYS))
        self.since = until


def _follow(follower: Follower) -> None:
    follower.log.wait(follower.catch_up(), 0.5)
