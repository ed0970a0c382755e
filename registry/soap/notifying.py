"""The systems as the Registry tells them notices; what goes wrong becomes one kind of problem."""

import ssl
import threading
from dataclasses import dataclass, field
from functools import partial

from registry.intake.context import IntakeContext
from registry.notices.addressee import Addressee, NoAcknowledgement
from registry.notices.forming import NoticeDesk
from registry.notices.mailing import Mailing, Retrying
from registry.notices.queue import NoticeQueue
from registry.settings import RegistrySettings
from registry.soap.client import Connection, PeerUnreachable, RemoteFault, SezClient
from registry.systems.register import Register
from shared_contracts.http.connections.tls import client_context
from shared_contracts.signing.trust import CertificateChecker


@dataclass(slots=True)
class Notifying:
    """Calls ``Notify`` on systems, by one client for each endpoint; safe for all threads.

    ``tls`` says whom to believe at https; ``timeout`` is in seconds for a whole call.
    """

    timeout: float
    tls: ssl.SSLContext
    _clients: dict[str, SezClient] = field(default_factory=dict)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, addressee: Addressee, notice: bytes) -> bytes:
        """Hand a signed notice over; the acknowledgement's bytes, or ``NoAcknowledgement``."""
        try:
            return self._client(addressee.endpoint).call("Notify", notice)
        except RemoteFault as fault:
            raise NoAcknowledgement(fault.code, fault.text, fault.retry_after) from fault
        except PeerUnreachable as problem:
            raise NoAcknowledgement("UNREACHABLE", str(problem), problem.retry_after) from problem

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients.values():
            client.close()

    def _client(self, endpoint: str) -> SezClient:
        with self._mutex:
            if endpoint not in self._clients:
                tls = self.tls if endpoint.startswith("https:") else None
                self._clients[endpoint] = SezClient(Connection(endpoint, self.timeout, tls))
            return self._clients[endpoint]


def open_notices(
    settings: RegistrySettings,
    context: IntakeContext,
    register: Register,
    checker: CertificateChecker,
) -> tuple[NoticeDesk, Mailing]:
    """What forms notices and what sends them.

    ``ValueError`` names a file of the settings that cannot be used.
    """
    log, clock = context.log, context.clock
    queue, codes = NoticeQueue(settings.longest_pause), register.known.keys
    desk = NoticeDesk(log, settings.environment, codes, context.signer, clock, queue)
    retrying = Retrying(settings.first_pause, settings.longest_pause)
    notify = Notifying(settings.call_timeout, client_context(settings.sez_ca))
    whom = partial(_addressee, register)
    return desk, Mailing(log, queue, whom, notify, checker, clock, retrying)


def _addressee(register: Register, code: str) -> Addressee | None:
    entry = register.get(code)
    if entry is None or entry.endpoint is None:
        return None
    return Addressee(code, entry.endpoint, entry.bin, entry.system_uid, entry.certificate_sha256)
