"""Signers for tests, by name, and the authority behind them, which can fall silent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from deploy.authority import GOST_STAMPS, ServiceBehaviour, StandAuthority, make, serve
from deploy.authority.revocations import KEY_COMPROMISE
from deploy.authority.server import AuthorityServer
from deploy.authority.stamp_client import stamps_from
from shared_contracts.signing.sign import FileSigner


class Pki:
    """The test authority of a session: its signers, its services, how its services behave.

    Good signers: registry, sez, sez2 (systems, P-256), sez-gost; customer1-head,
    customer1-signer, customer2-head-rsa, person (RSA); customer2-head, customer2-signer,
    customer2-deputy, person-gost (GOST, 512 bits), customer2-256 (GOST, 256 bits).
    Others: sez-expired, sez-revoked, customer1-employee (wrong role), customer1-revoked,
    customer1-expired, customer1-auth (for signing in), customer1-both (the same, with a system's
    role beside), stranger-head (another authority); with GOST keys customer2-employee and
    -financial (other roles), -revoked, -expired, -auth, -unlisted (revoked by OCSP, in no CRL),
    -never-issued, and stranger-gost.
    """

    def __init__(self, folder: Path) -> None:
        self.server: AuthorityServer = serve(folder, 0)
        self.authority: StandAuthority = make(folder, self.server.port)
        self.signer = cache(self._signer)

    @property
    def trust(self) -> Path:
        """The trust profile of those who trust the authority."""
        return self.authority.trust

    def _signer(self, name: str) -> FileSigner:
        return FileSigner(self.authority.key(name), self.authority.chain(name))

    def stop(self) -> None:
        """Take OCSP and CRLs away: whoever asks gets no connection."""
        self.server.stop()

    def start(self) -> None:
        """Bring OCSP and CRLs back, at the same address."""
        self.server.start()

    @contextmanager
    def behaving(
        self,
        ocsp: ServiceBehaviour = ServiceBehaviour.ANSWERING,
        crl: ServiceBehaviour = ServiceBehaviour.ANSWERING,
    ) -> Iterator[None]:
        """Let the services of both hierarchies behave so for a while."""
        services = self.server.services
        services.ocsp_behaviour, services.crl_behaviour = ocsp, crl
        try:
            yield
        finally:
            services.ocsp_behaviour = services.crl_behaviour = ServiceBehaviour.ANSWERING

    def stamps(self, policy: str = GOST_STAMPS) -> Callable[[bytes], bytes]:
        """What gets time stamps from the authority over HTTP."""
        return stamps_from(f"http://127.0.0.1:{self.server.port}/tsp", policy)

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Nobody answers for a while."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def revoked(self, name: str, reason: str = KEY_COMPROMISE) -> Iterator[None]:
        """The certificate of ``name`` is revoked for a while."""
        self.authority.revoke(name, reason)
        try:
            yield
        finally:
            self.authority.restore(name)


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    """The test authority, made once per session and served on a free port of loopback."""
    made = Pki(tmp_path_factory.mktemp("authority"))
    yield made
    made.stop()
