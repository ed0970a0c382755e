"""What calls systems: notices (S216-A2.5), receipts (S216-18.1), and audits (S216-A2.6)."""

from functools import partial
from uuid import UUID

from registry.audits.auditing import Auditing
from registry.audits.obtaining import Obtaining
from registry.intake.context import IntakeContext
from registry.intake.pushing import PushedTo, ReceiptPushing
from registry.messages.message import issued
from registry.notices.forming import NoticeDesk
from registry.notices.mailing import Mailing
from registry.settings import RegistrySettings
from registry.soap.notifying import Notifying, open_notices
from registry.soap.systems import SezClients
from registry.systems.register import Register
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.http.connections.tls import client_context
from shared_contracts.messages.asynchronous import PUSH
from shared_contracts.signing.trust import CertificateChecker


def open_outward(
    settings: RegistrySettings,
    context: IntakeContext,
    register: Register,
    checker: CertificateChecker,
) -> tuple[NoticeDesk, Mailing, ReceiptPushing, Auditing]:
    """What forms notices, what sends them, what pushes receipts, and the audits.

    All call by the same connections.

    ``ValueError`` names a file of the settings that cannot be used.
    """
    clients = SezClients(settings.call_timeout, client_context(settings.sez_ca))
    desk, mailing = open_notices(settings, context, register, checker, clients)
    log, clock = context.log, context.clock
    asked = (context.signer, checker, clients.call, clock, context.listed.catch_up)
    whose = (context.environment, settings.solid_authority, register.all)
    to = PushedTo(
        settings.environment,
        register.known.keys,
        mailing.addressee,
        Notifying(clients, PUSH),
        checker,
        mailing.retrying,
    )
    pushing = ReceiptPushing(log, to, partial(_receipt, log), context.listed.catch_up, clock)
    return desk, mailing, pushing, Auditing(log, *whose, Obtaining(log, *asked), clock)


def _receipt(log: EventLog, originator_id: UUID) -> bytes | None:
    """The receipt beside the events of a message."""
    return proven_evidence(log, log.stream(originator_id), "receipt", issued)
