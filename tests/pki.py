"""Signers for tests, by name, and the authority behind them, which can fall silent."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from deploy.authority import Authority, Mood, make, serve
from deploy.authority.server import Server
from shared_contracts.signing.sign import FileSigner


class Pki:
    """The test authority of a session: its signers, its services, its moods.

    Good signers: registry, sez, sez2 (systems), customer1-head, customer1-signer,
    customer2-head, person. Others: sez-expired, sez-revoked, customer1-employee (wrong role),
    customer1-revoked, customer1-expired, stranger-head (another authority).
    """

    def __init__(self, folder: Path) -> None:
        self.server: Server = serve(folder, 0)
        self.authority: Authority = make(folder, self.server.port)
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
    def mood(self, ocsp: Mood = Mood.ANSWERING, crl: Mood = Mood.ANSWERING) -> Iterator[None]:
        """Let the services behave so for a while."""
        services = self.server.services
        services.ocsp_mood, services.crl_mood = ocsp, crl
        try:
            yield
        finally:
            services.ocsp_mood = services.crl_mood = Mood.ANSWERING

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Nobody answers for a while."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def revoked(self, name: str) -> Iterator[None]:
        """The certificate of ``name`` is revoked for a while."""
        self.authority.revoke(name)
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
