"""How the Registry's log stands, as figures (S216-18.7)."""

from collections.abc import Sequence

from sez.registry_log.watching import LogWatch
from shared_contracts.process.health import Gauge


def gauges(watch: LogWatch) -> Sequence[Gauge]:
    """What is read when somebody asks for figures."""

    def age() -> float:
        proven_at = watch.current().state.proven_at
        if proven_at is None:
            return -1.0
        return (watch.questions.clock() - proven_at).total_seconds()

    return (
        Gauge(
            "sez_registry_log_alarm",
            "1 while the Registry's log is not what was known of it, until a person ends it",
            lambda: float(watch.current().state.alarm is not None),
        ),
        Gauge(
            "sez_registry_log_unproven_seconds",
            "Seconds since the Registry last proved its log when asked, or this process began",
            watch.unproven,
        ),
        Gauge(
            "sez_registry_log_proven_age_seconds",
            "Seconds since the Registry's log was last proven to have grown; -1 for never",
            age,
        ),
    )
