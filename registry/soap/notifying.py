"""The systems as the Registry tells them notices; what goes wrong becomes one kind of problem."""

from dataclasses import dataclass
from functools import partial

from registry.intake.context import IntakeContext
from registry.notices.forming import NoticeDesk
from registry.notices.mailing import Mailing
from registry.notices.queue import NoticeQueue
from registry.outgoing.addressee import Addressee, NoAcknowledgement
from registry.outgoing.rounds import Retrying
from registry.settings import RegistrySettings
from registry.soap.client import PeerUnreachable, RemoteFault
from registry.soap.systems import SezClients
from registry.systems.register import Register
from shared_contracts.counterpart import SignerChecker


@dataclass(frozen=True, slots=True)
class Notifying:
    """Calls an operation of systems that acknowledges; safe for all threads."""

    clients: SezClients
    operation: str = "Notify"

    def __call__(self, addressee: Addressee, message: bytes) -> bytes:
        """Hand a signed message over; the acknowledgement's bytes, or ``NoAcknowledgement``."""
        try:
            return self.clients.call(addressee.endpoint, self.operation, message)
        except RemoteFault as fault:
            raise NoAcknowledgement(fault.code, fault.text, fault.retry_after) from fault
        except PeerUnreachable as problem:
            raise NoAcknowledgement("UNREACHABLE", str(problem), problem.retry_after) from problem

    def close(self) -> None:
        """Close the connections."""
        self.clients.close()


def open_notices(
    settings: RegistrySettings,
    context: IntakeContext,
    register: Register,
    checker: SignerChecker,
    clients: SezClients,
) -> tuple[NoticeDesk, Mailing]:
    """What forms notices and what sends them."""
    log, clock = context.log, context.clock
    queue, codes = NoticeQueue(settings.longest_pause), register.known.keys
    desk = NoticeDesk(log, settings.environment, codes, context.signer, clock, queue)
    retrying = Retrying(settings.first_pause, settings.longest_pause)
    whom = partial(_addressee, register)
    return desk, Mailing(log, queue, whom, Notifying(clients), checker, clock, retrying)


def _addressee(register: Register, code: str) -> Addressee | None:
    entry = register.get(code)
    if entry is None or entry.endpoint is None:
        return None
    return Addressee(code, entry.endpoint, entry.bin, entry.system_uid, entry.certificate_sha256)
