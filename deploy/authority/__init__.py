"""A certification authority for demonstrations and tests, made anew on the spot.

Its certificates have the layout of Kazakhstan's national authority (subject, roles, policy); the
keys lie open in its folder and are worth nothing outside. Certomancer issues and signs.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.authority.identities import IDENTITIES, Identity, identity
from deploy.authority.issue import issue
from deploy.authority.responder import (
    Mood,
    Responder,
    load_certificate,
    read_revocations,
    write_revocations,
)
from deploy.authority.server import Server, Services
from shared_contracts.astana_time import now

__all__ = ["IDENTITIES", "Authority", "Identity", "Mood", "identity", "make", "serve"]

TRUST = """\
name = "test-pki"
anchors = ["ca.pem"]
intermediates = ["issuing.pem"]

[[revocation]]
issuer = "issuing.pem"
ocsp = ["{address}/ocsp"]
crl = ["{address}/issuing.crl"]

[[revocation]]
issuer = "ca.pem"
crl = ["{address}/root.crl"]
"""


@dataclass(frozen=True, slots=True)
class Authority:
    """A test authority in its folder: certificates, keys, revocations, trust profile."""

    folder: Path

    @property
    def trust(self) -> Path:
        """The trust profile of those who trust this authority."""
        return self.folder / "trust.toml"

    @property
    def root(self) -> Path:
        """The root certificate, PEM."""
        return self.folder / "ca.pem"

    def key(self, name: str) -> Path:
        """The private key of the identity ``name``, PEM."""
        return self.folder / f"{identity(name).name}.key.pem"

    def chain(self, name: str) -> Path:
        """The certificate of ``name`` and of its issuer, PEM, leaf first."""
        return self.folder / f"{identity(name).name}.pem"

    def revoke(self, name: str) -> None:
        """Revoke the certificate of ``name`` (also ``issuing``) now; the next answer says so."""
        self._write({**read_revocations(self.folder), self._serial(name): now()})

    def restore(self, name: str) -> None:
        """Take the revocation of ``name`` back, which only a test authority can do."""
        revoked = read_revocations(self.folder)
        revoked.pop(self._serial(name), None)
        self._write(revoked)

    def services(self) -> Services:
        """OCSP and CRLs of this authority as a WSGI application."""
        return Services(Responder(self.folder))

    def _serial(self, name: str) -> int:
        return int(load_certificate(self.folder / f"{name}.pem").serial_number)

    def _write(self, revoked: dict[int, datetime]) -> None:
        write_revocations(self.folder, revoked)


def make(folder: Path, port: int) -> Authority:
    """Make keys, certificates and the trust profile anew in ``folder``.

    OCSP and CRLs will be asked for on ``port`` of loopback, see ``serve``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    address = f"http://127.0.0.1:{port}"
    issue(folder, address, now())
    authority = Authority(folder)
    authority.trust.write_text(TRUST.format(address=address))
    write_revocations(folder, {})
    for who in IDENTITIES:
        if who.state == "revoked":
            authority.revoke(who.name)
    return authority


def serve(folder: Path, port: int) -> Server:
    """Serve OCSP and CRLs of the authority in ``folder`` on ``port`` of loopback."""
    server = Server(Authority(folder).services(), port)
    server.start()
    return server
