"""The figures of the SEZ that are read when somebody asks for them (S216-18.7)."""

from collections.abc import Sequence

from sez.synchronisation.figures import gauges
from sez.synchronisation.sender import Sender
from sez.time_sync.drift import Clock
from shared_contracts.event_log.log import EventLog
from shared_contracts.process import health, own_certificate, steady_clock, store_figures
from shared_contracts.signing.sign import OwnSigner


def all_gauges(
    log: EventLog, sender: Sender, clock: Clock, signer: OwnSigner
) -> Sequence[health.Gauge]:
    """What is read when somebody asks for figures."""
    return (
        own_certificate.gauge("sez", signer),
        *store_figures.gauges("sez", log, sender.follower),
        *gauges(log, sender.follower, clock, sender.forming, sender.gate),
        health.Gauge(
            "sez_clock_moved_seconds",
            "By how much the wall clock was moved; it is not followed meanwhile",
            lambda: steady_clock.seconds_moved(clock.own),
        ),
        health.Gauge(
            "sez_clock_offset_seconds",
            "By how much the Registry's clock is ahead, as last measured",
            lambda: seconds_ahead(clock),
        ),
    )


def seconds_ahead(clock: Clock) -> float:
    """By how many seconds the Registry's clock is ahead, as last measured."""
    return clock.offset.total_seconds()
