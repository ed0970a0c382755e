"""What calls systems: the notices to them (S216-A2.5), and the audits of them (S216-A2.6)."""

from registry.audits.auditing import Auditing
from registry.audits.obtaining import Obtaining
from registry.intake.context import IntakeContext
from registry.notices.forming import NoticeDesk
from registry.notices.mailing import Mailing
from registry.settings import RegistrySettings
from registry.soap.notifying import open_notices
from registry.soap.systems import SezClients
from registry.systems.register import Register
from shared_contracts.http.connections.tls import client_context
from shared_contracts.signing.trust import CertificateChecker


def open_outward(
    settings: RegistrySettings,
    context: IntakeContext,
    register: Register,
    checker: CertificateChecker,
) -> tuple[NoticeDesk, Mailing, Auditing]:
    """What forms notices, what sends them, and the audits; all by the same connections.

    ``ValueError`` names a file of the settings that cannot be used.
    """
    clients = SezClients(settings.call_timeout, client_context(settings.sez_ca))
    desk, mailing = open_notices(settings, context, register, checker, clients)
    log, clock = context.log, context.clock
    asked = (context.signer, checker, clients.call, clock, context.listed.catch_up)
    whose = (context.environment, settings.solid_authority, register.all)
    return desk, mailing, Auditing(log, *whose, Obtaining(log, *asked), clock)
