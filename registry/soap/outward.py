"""What calls systems: notices (S216-A2.5), receipts, audits (S216-A2.6), watches of both kinds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from registry.audits.auditing import Auditing
from registry.audits.delivered import DeliveredVersions
from registry.audits.examining import Examining
from registry.audits.obtaining import Obtaining
from registry.audits.questions import AuditQuestions
from registry.audits.remembered import RememberedLogs
from registry.drift.asking import CapabilityQuestions
from registry.drift.comparing import ContractDemands
from registry.drift.watching import DriftWatch
from registry.intake.context import IntakeContext
from registry.intake.pushing import PushedTo, ReceiptPushing
from registry.intake.verdict_log import Checker
from registry.messages.message import issued
from registry.notices.forming import NoticeDesk
from registry.notices.mailing import Mailing
from registry.settings import RegistrySettings
from registry.sez_logs.asking import LogQuestions
from registry.sez_logs.watching import SezLogWatch
from registry.soap.notifying import Notifying, open_notices
from registry.soap.opened import documents_in
from registry.soap.systems import SezClients
from registry.systems.register import Register
from shared_contracts.counterpart import SignerChecker
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.http.connections.tls import client_context
from shared_contracts.messages.asynchronous import PUSH
from shared_contracts.process import health
from shared_contracts.signing.report import CertificateReport
from shared_contracts.signing.trust import CertificateChecker
from shared_contracts.signing.validation.trust_profile import TrustProfile
from shared_contracts.soap.abilities import LIMITS
from shared_contracts.soap.services import SEZ


@dataclass(frozen=True, slots=True)
class RecordedVerdicts:
    """Judges who answers; what an authority said of it is kept, as for packages (S216-A2.1.3)."""

    checker: CertificateChecker
    recording: Checker

    @property
    def profile(self) -> TrustProfile:
        """By which authorities."""
        return self.checker.profile

    def check(self, chain: Sequence[bytes], at: datetime) -> CertificateReport:
        """The verdict, written down if it is new."""
        return self.recording.check(chain, at)

    def stood(self, chain: Sequence[bytes], at: datetime) -> bool:
        """Whether it was in force at a moment, revocation apart."""
        return self.checker.stood(chain, at)


def open_outward(
    settings: RegistrySettings,
    context: IntakeContext,
    register: Register,
    checker: CertificateChecker,
) -> tuple[NoticeDesk, Mailing, ReceiptPushing, Auditing, SezLogWatch, DriftWatch]:
    """What forms notices, sends them, pushes receipts, audits, watches logs and conditions.

    All call by the same connections.

    ``ValueError`` names a file of the settings that cannot be used.
    """
    tls = client_context(settings.sez_ca)
    clients = SezClients(settings.call_timeout, tls, register.networks_of)
    judge = RecordedVerdicts(checker, context.admission.checker)
    desk, mailing = open_notices(settings, context, register, judge, clients)
    log, clock = context.log, context.clock
    asked = AuditQuestions(context.signer, judge, clients.call, clock)
    whose = (context.environment, settings.solid_authority, register.all)
    to = PushedTo(
        settings.environment,
        register.known.keys,
        mailing.addressee,
        Notifying(clients, PUSH),
        judge,
        mailing.retrying,
    )
    pushing = ReceiptPushing(log, to, partial(_receipt, log), context.listed.catch_up, clock)
    obtaining, read = (
        Obtaining(log, asked, context.listed.catch_up),
        DeliveredVersions(log, context.environment, documents_in),
    )
    questions = LogQuestions(context.signer, checker, clients.call, clock)
    logs = SezLogWatch(log, register, questions)
    remembered = RememberedLogs(logs.known, logs.compared, logs.lately, clock)
    audits = Auditing(log, *whose, obtaining, Examining(obtaining, read), remembered, clock)
    audits.load()
    context.figures.collector.register(health.Gauges((audits.gauge(), clients.gauge())))
    drift = DriftWatch(log, register, _conditions(context, judge, clients), desk)
    return desk, mailing, pushing, audits, logs, drift


def _conditions(
    context: IntakeContext, judge: SignerChecker, clients: SezClients
) -> CapabilityQuestions:
    """What asks systems what they can do."""
    call, demands = Notifying(clients, "GetCapabilities"), ContractDemands(SEZ.documents, LIMITS)
    refused = context.arrivals.signed_otherwise
    return CapabilityQuestions(call, judge, demands, refused, context.clock)


def _receipt(log: EventLog, originator_id: UUID) -> bytes | None:
    """The receipt beside the events of a message."""
    return proven_evidence(log, log.stream(originator_id), "receipt", issued)
