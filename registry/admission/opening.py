"""The register and the applications as the log has them, put together when the process begins."""

from collections.abc import Callable
from datetime import datetime

from registry.admission.admissions import Admissions
from registry.admission.regulations import regulations
from registry.encryption import listing as encryption_listing
from registry.encryption.key_ring import KeyRing
from registry.settings import RegistrySettings
from registry.systems import listing
from registry.systems.register import Register
from shared_contracts.calendar.working_days import working_calendar
from shared_contracts.encryption.held_keys import HeldKeys
from shared_contracts.event_log.log import EventLog


def open_admissions(
    log: EventLog, settings: RegistrySettings, clock: Callable[[], datetime]
) -> Admissions:
    """Read regulations, calendar, register and applications (``BadInput`` names what is wrong)."""
    environment = settings.environment
    known = listing.entries(log, environment)
    register = Register(log, environment, clock, known)
    ring = KeyRing(log, environment, clock, HeldKeys(settings.data / "encryption"))
    ring.load(dict(encryption_listing.announced(log, environment)))
    admissions = Admissions(
        log=log,
        environment=environment,
        clock=clock,
        register=register,
        regulations=regulations(settings.regulations),
        calendar=working_calendar(settings.calendar),
        ring=ring,
    )
    admissions.load()
    return admissions
