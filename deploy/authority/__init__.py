"""A certification authority for demonstrations and tests, made anew on the spot.

Two hierarchies in one folder: RSA and P-256 by certomancer, GOST by a small issuer of its own. The
certificates have the layout of Kazakhstan's national authority (subject, roles, policy); the keys
lie open in the folder and are worth nothing outside. GOST keys sign here in arithmetic that is not
constant in time: that is for such keys only.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy.authority.behaviour import ServiceBehaviour
from deploy.authority.files import load_certificate
from deploy.authority.gost_issue import HierarchyPlace, issue_gost
from deploy.authority.identities import IDENTITIES, IssuedIdentity, identity
from deploy.authority.issue import issue
from deploy.authority.responder import Responder
from deploy.authority.revocations import (
    KEY_COMPROMISE,
    Revoked,
    read_revocations,
    write_revocations,
)
from deploy.authority.server import AuthorityServer, Services
from deploy.authority.stamping import GOST_STAMPS, RSA_STAMPS, StampRequest, imprint, stamp
from shared_contracts.astana_time import now

__all__ = [
    "GOST_STAMPS",
    "IDENTITIES",
    "RSA_STAMPS",
    "IssuedIdentity",
    "ServiceBehaviour",
    "StandAuthority",
    "identity",
    "make",
    "serve",
]

TRUST = """\
name = "test-pki"
anchors = ["ca.pem", "gost-root.pem"]
intermediates = ["issuing.pem", "gost-issuing.pem"]

[[revocation]]
issuer = "issuing.pem"
ocsp = ["{address}/ocsp"]
crl = ["{address}/issuing.crl"]

[[revocation]]
issuer = "ca.pem"
crl = ["{address}/root.crl"]

[[revocation]]
issuer = "gost-issuing.pem"
ocsp = ["{address}/gost/ocsp"]
crl = ["{address}/gost/issuing.crl"]
delta = ["{address}/gost/delta.crl"]

[[revocation]]
issuer = "gost-root.pem"
crl = ["{address}/gost/root.crl"]
"""


@dataclass(frozen=True, slots=True)
class StandAuthority:
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

    @property
    def is_whole(self) -> bool:
        """Whether it has everything that is issued now; one of an earlier time may lack some."""
        files = (path for who in IDENTITIES for path in (self.key(who.name), self.chain(who.name)))
        return self.trust.exists() and all(path.exists() for path in files)

    def key(self, name: str) -> Path:
        """The private key of the identity ``name``, PEM."""
        return self.folder / f"{identity(name).name}.key.pem"

    def chain(self, name: str) -> Path:
        """The certificate of ``name`` and of its issuer, PEM, leaf first."""
        return self.folder / f"{identity(name).name}.pem"

    def revoke(
        self,
        name: str,
        reason: str = KEY_COMPROMISE,
        *,
        since: datetime | None = None,
        listed: bool = True,
    ) -> None:
        """Revoke the certificate of ``name`` (also ``issuing``); the next answer says so.

        It is revoked since now, or ``since``; with ``listed`` false the CRLs do not tell.
        """
        revoked = Revoked(since or now(), reason, listed=listed)
        self._write({**read_revocations(self.folder), self._serial(name): revoked})

    def restore(self, name: str) -> None:
        """Take the revocation of ``name`` back, which only a test authority can do."""
        revoked = read_revocations(self.folder)
        revoked.pop(self._serial(name), None)
        self._write(revoked)

    def stamp(self, octets: bytes, policy: str = GOST_STAMPS, at: datetime | None = None) -> bytes:
        """A time-stamp token, DER, of ``octets``; at another moment than now only here."""
        return stamp(self.folder, StampRequest(imprint(octets, policy), policy, at or now()))

    def services(self) -> Services:
        """OCSP, CRLs and time stamps of this authority as a WSGI application."""
        return Services(Responder(self.folder))

    def _serial(self, name: str) -> int:
        return int(load_certificate(self.folder / f"{name}.pem").serial_number)

    def _write(self, revoked: dict[int, Revoked]) -> None:
        write_revocations(self.folder, revoked)


def make(folder: Path, port: int) -> StandAuthority:
    """Make keys, certificates and the trust profile anew in ``folder``.

    OCSP, CRLs and time stamps will be asked for on ``port`` of loopback, see ``serve``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    address, at = f"http://127.0.0.1:{port}", now().astimezone(UTC)
    issue(folder, address, at)
    issue_gost(HierarchyPlace(folder, address, at))
    authority = StandAuthority(folder)
    authority.trust.write_text(TRUST.format(address=address))
    write_revocations(folder, {})
    for who in IDENTITIES:
        if who.state in {"revoked", "unlisted"}:
            authority.revoke(who.name, since=at, listed=who.state == "revoked")
    return authority


def serve(folder: Path, port: int) -> AuthorityServer:
    """Serve the authority in ``folder`` on ``port`` of loopback."""
    server = AuthorityServer(StandAuthority(folder).services(), port)
    server.start()
    return server
