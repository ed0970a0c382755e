"""What a system tells of its store: how far it is, what is not shown yet, what was cut off."""

from collections.abc import Iterator

from shared_contracts.event_log.following.followers import Follower
from shared_contracts.event_log.log import EventLog
from shared_contracts.process.health import Gauge


def gauges(system: str, log: EventLog, follower: Follower) -> Iterator[Gauge]:
    """The figures of the store of ``system``."""
    yield Gauge(f"{system}_log_position", "Position of the last event", log.last_position)
    yield Gauge(
        f"{system}_follower_lag_events", "Events recorded and not yet shown", lambda: follower.lag
    )
    yield Gauge(
        f"{system}_database_sessions_lost",
        "Sessions with the database that broke since the process began; others took their place",
        log.sessions_lost,
    )
