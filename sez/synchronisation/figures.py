"""What synchronisation counts for those who watch it (S216-18.7)."""

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter

from sez.synchronisation import listing
from sez.synchronisation.delivery_problem import (
    BYTES_NOT_HERE,
    FILE_NOT_HERE,
    NOT_ATTESTED,
    OWN_CERTIFICATE,
)
from sez.synchronisation.forming import Forming
from sez.synchronisation.gate import DeliveryGate
from shared_contracts.event_log.following.followers import Follower
from shared_contracts.event_log.log import EventLog
from shared_contracts.faults import Fault
from shared_contracts.messages.receipt import Result
from shared_contracts.process.health import Gauge

ANSWERED = "ANSWERED"
"""The outcome of an attempt that brought a receipt."""

TICKET = "TICKET"
"""The outcome of an attempt that brought a ticket."""

PENDING = "PENDING"
"""The outcome of a question for a receipt that is not there yet."""

OUTCOMES = frozenset(
    {
        *(ANSWERED, TICKET, PENDING),
        *("UNREACHABLE", "RECEIPT_INVALID", NOT_ATTESTED, FILE_NOT_HERE, BYTES_NOT_HERE),
        OWN_CERTIFICATE,
        *(fault.value for fault in Fault),
    }
)
"""Outcomes counted by name; what else the other side may say is OTHER, so that names stay few."""

STATES = ("WAITING", "IN_FLIGHT", "HELD", "STOPPED", "REFUSED")
"""States of a version that the Registry has not accepted."""

PACKAGES = ("IN_FLIGHT", "OFTEN_TRIED", "TICKETED", "TICKET_HELD", "HELD", "STOPPED")
"""States of a package that has no answer."""

OFTEN = 10
"""Attempts after which a package that is still tried deserves a look."""


class SendingFigures:
    """Counters of attempts and receipts, since the process began.

    They belong to a collector to which others may add.
    """

    def __init__(self) -> None:
        self.collector = collector = CollectorRegistry()
        self._attempts = Counter(
            "sez_delivery_attempts_total",
            "Attempts to deliver a package, by what came of them",
            ["outcome"],
            registry=collector,
        )
        self._receipts = Counter(
            "sez_receipts_total",
            "Receipts of the Registry that were proven and kept, by their result",
            ["result"],
            registry=collector,
        )
        for result in Result:  # reported from the start, as zero
            self._receipts.labels(result.value)

    def attempt(self, outcome: str) -> None:
        """An attempt ended: ANSWERED, or why not."""
        self._attempts.labels(outcome if outcome in OUTCOMES else "OTHER").inc()

    def receipt(self, result: Result) -> None:
        """A receipt was kept."""
        self._receipts.labels(result.value).inc()


def gauges(
    log: EventLog,
    follower: Follower,
    clock: Callable[[], datetime],
    forming: Forming,
    gate: DeliveryGate,
) -> Iterator[Gauge]:
    """What is read from the outbox when somebody asks."""

    def by_state() -> dict[str, float]:
        follower.catch_up()
        found = listing.open_versions(log)
        return {state: found[state][0] if state in found else 0 for state in STATES}

    def packages() -> dict[str, float]:
        follower.catch_up()
        found = listing.packages_by_state(log, OFTEN)
        return {state: found.get(state, 0) for state in PACKAGES}

    def hindrances() -> dict[str, float]:
        way = gate.way
        return {
            "REGISTRY_UNREACHABLE": float(way.unreachable_since is not None),
            "SEZ_REFUSED": float(way.stopped_at is not None),
            "ANNOUNCED_WORKS": float(gate.works() is not None),
        }

    def oldest() -> float:
        moments = [moment for _, moment in listing.open_versions(log).values()]
        return (clock() - min(moments)).total_seconds() if moments else 0.0

    yield Gauge(
        "sez_outbox_versions",
        "Versions that the Registry has not accepted, by state",
        by_state,
        "state",
    )
    yield Gauge(
        "sez_outbox_oldest_age_seconds",
        "Seconds since the oldest of them was formed; 3600 is the limit",
        oldest,
    )
    yield Gauge("sez_packages", "Packages without an answer, by their state", packages, "state")
    yield Gauge(
        "sez_sending_hindered",
        "1 while no package may leave, but for one at a time to see whether others may",
        hindrances,
        "reason",
    )
    yield Gauge(
        "sez_versions_not_formed",
        "Tenders whose next version cannot be made a package",
        lambda: len(forming.unfit),
    )
