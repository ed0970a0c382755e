"""The eventsourcing library's own runner follows this log, too."""

from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.projection import Projection, ProjectionRunner
from typing_extensions import override

from shared_contracts.event_log.library.tracking import LogTracking
from shared_contracts.event_log.log import Commit, EventLog
from tests.shared_contracts.event_log.facts import fact

SEEN: list[tuple[int, int]] = []


class Readers(Application[UUID]):
    """The library's application in a process that only reads."""


class Seen(LogTracking):
    """A view that notes what it was shown."""

    def note(self, number: int, tracking: Tracking) -> None:
        self.insert_tracking(tracking)
        SEEN.append((tracking.notification_id, number))


class Noting(Projection[Seen]):
    """Shows the numbers of the lots."""

    name = "noting"

    @override
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.note(domain_event.event.number, tracking)


def test_the_librarys_projection_runner_follows_the_log(log: EventLog, dsn: str) -> None:
    log.append(Commit((fact(number=5), fact(number=6))))
    env = {
        "PERSISTENCE_MODULE": "shared_contracts.event_log.library.factory:LogFactory",
        "MAPPER_TOPIC": "shared_contracts.event_log.library.mapper:FactMapper",
        "LOG_DSN": dsn,
        "LOG_WRITES": "no",
    }
    with ProjectionRunner(
        application_class=Readers, projection_class=Noting, view_class=Seen, env=env
    ) as runner:
        runner.wait(2, timeout=5)
        log.append(Commit((fact(number=7),)))
        runner.wait(3, timeout=5)
    assert SEEN == [(1, 5), (2, 6), (3, 7)]
