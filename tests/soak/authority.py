"""A demonstration authority that falls silent for one customer's people: no answer, no refusal."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from typing_extensions import override

from deploy.authority import StandAuthority
from deploy.authority.responder import Responder
from deploy.authority.server import Answer, AuthorityServer, Services
from tests.pki import Pki

ONE_CUSTOMER = "/gost/"
"""Paths of the authority that answers for the people of customer 2, and for nobody else here."""

LIMITS = "\n[limits]\ntimeout_seconds = 1.0\nkeep_seconds = 3\nkeep_list_seconds = 3\n"
"""A Registry that waits a second for an authority, and asks it anew after three."""

HELD = 15.0
"""Longest a question is held without an answer, in seconds."""


class QuietServices(Services):
    """The services of the authority; those of one customer can be told to keep silent."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Responder(folder))
        self.speaks = threading.Event()
        self.speaks.set()

    @override
    def answer(self, method: str, path: str, content: bytes) -> Answer:
        if path.startswith(ONE_CUSTOMER):
            self.speaks.wait(HELD)
        return super().answer(method, path, content)


@dataclass
class QuietAuthority:
    """The authority of ``pki``, served at the same address by services that can be silent."""

    pki: Pki
    services: QuietServices = field(init=False)
    _server: AuthorityServer = field(init=False)

    def __enter__(self) -> "QuietAuthority":
        """Serve in place of the session's."""
        self.pki.stop()
        self.services = QuietServices(self.pki.authority.folder)
        self._server = AuthorityServer(self.services, self.pki.server.port)
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Give the address back."""
        self.services.speaks.set()
        self._server.stop()
        self.pki.start()

    @property
    def trust(self) -> Path:
        """A trust profile under which nobody waits for it for long."""
        authority: StandAuthority = self.pki.authority
        path = authority.folder / "trust-soak.toml"
        path.write_text(authority.trust.read_text() + LIMITS)
        return path
