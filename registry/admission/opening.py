"""The register and the applications as the log has them, put together when the process begins."""

from collections.abc import Callable
from datetime import datetime

from registry.admission.admissions import Admissions
from registry.admission.regulations import regulations
from registry.settings import RegistrySettings
from registry.systems import listing
from registry.systems.register import Register
from shared_contracts.calendar.working_days import working_calendar
from shared_contracts.event_log.log import EventLog


def open_admissions(
    log: EventLog, settings: RegistrySettings, clock: Callable[[], datetime]
) -> Admissions:
    """Read regulations, calendar, register and applications (``BadInput`` names what is wrong)."""
    environment = settings.environment
    known = listing.entries(log, environment)
    admissions = Admissions(
        log=log,
        environment=environment,
        clock=clock,
        register=Register(log, environment, clock, known),
        regulations=regulations(settings.regulations),
        calendar=working_calendar(settings.calendar),
    )
    admissions.load()
    return admissions
