"""The figures of the SEZ that are read when somebody asks for them (S216-18.7)."""

from collections.abc import Sequence

from sez.classifiers.copy import ClassifierCopy
from sez.synchronisation.figures import gauges
from sez.synchronisation.sender import Sender
from sez.time_sync import figures as time_figures
from sez.time_sync.drift import Clock
from shared_contracts.event_log.log import EventLog
from shared_contracts.process import health, own_certificate, store_figures
from shared_contracts.signing.sign import OwnSigner


def all_gauges(
    log: EventLog,
    sender: Sender,
    clock: Clock,
    signer: OwnSigner,
    classifiers: ClassifierCopy,
) -> Sequence[health.Gauge]:
    """What is read when somebody asks for figures."""
    return (
        own_certificate.gauge("sez", signer),
        *store_figures.gauges("sez", log, sender.follower),
        *gauges(log, sender.follower, clock, sender.forming, sender.gate),
        *time_figures.gauges(clock),
        classifiers.gauge(),
    )
