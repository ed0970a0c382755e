"""The figures of the Registry that are read when somebody asks for them (S216-18.7)."""

from collections.abc import Sequence

from registry.admission.admissions import Admissions
from registry.drift.watching import DriftWatch
from registry.findings.hourly_run import HourlyRun
from registry.intake.context import IntakeContext
from registry.intake.workers import Workers
from registry.messages.pushes import listing as push_listing
from registry.messages.tickets import listing as tickets
from registry.notices.mailing import Mailing
from registry.sez_logs.watching import SezLogWatch
from shared_contracts.event_log.following.followers import Follower
from shared_contracts.http.connections.figures import CLOSED
from shared_contracts.process import health, own_certificate, steady_clock, store_figures
from shared_contracts.process.duties import Watch
from shared_contracts.signing.validation.silent_authorities import Remembering


def gauges(
    context: IntakeContext,
    follower: Follower,
    workers: Workers,
    fetch: Remembering,
    mailing: Mailing,
) -> Sequence[health.Gauge]:
    """What is read when somebody asks for figures."""
    return (
        own_certificate.gauge("registry", context.signer),
        *store_figures.gauges("registry", context.log, follower),
        health.Gauge(
            "registry_clock_moved_seconds",
            "By how much the wall clock was moved; it is not followed meanwhile",
            lambda: steady_clock.seconds_moved(context.clock),
        ),
        health.Gauge("registry_workers", "Worker processes", workers.running),
        health.Gauge(
            "registry_workers_lost",
            "Workers that ended or gave no answer since the process began",
            lambda: workers.lost,
        ),
        health.Gauge(
            "registry_silent_authorities",
            "Addresses of authorities that do not answer",
            lambda: len(fetch.silent()),
        ),
        *_waiting(context, mailing),
    )


def _waiting(context: IntakeContext, mailing: Mailing) -> Sequence[health.Gauge]:
    """What is kept of strangers, and what waits for systems."""
    return (
        health.Gauge(
            "registry_arrivals_kept",
            "Messages of no proven sender that are kept",
            lambda: context.arrivals.kept()[0],
        ),
        health.Gauge(
            "registry_arrivals_kept_bytes",
            "Bytes of their bodies",
            lambda: context.arrivals.kept()[1],
        ),
        health.Gauge(
            "registry_notices",
            "Notices that no system has acknowledged, by state",
            mailing.queue.by_status,
            "state",
        ),
        health.Gauge(
            "registry_tickets",
            "Packages under tickets that are not answered, by state",
            lambda: tickets.by_status(context.log),
            "state",
        ),
        health.Gauge(
            "registry_receipt_pushes",
            "Receipts of tickets that no system has acknowledged, by state, up to 600",
            lambda: push_listing.by_status(context.log),
            "state",
        ),
    )


def show(
    context: IntakeContext,
    watch: Watch,
    told: Sequence[health.Gauge],
    *more: HourlyRun | SezLogWatch | DriftWatch | Admissions,
) -> None:
    """Have these figures told beside those of the intake, and those of ``more``."""
    every = (*told, *(one.gauge() for one in more))
    for one in (health.Gauges(every), watch, CLOSED):
        context.figures.collector.register(one)
