"""What the operator decides, read once from the environment (``REGISTRY_…``)."""

import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from shared_contracts.messages.document import Environment
from shared_contracts.process.fast_clock import MOST_SPEED


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """All settings of a Registry process; sizes in bytes, times in seconds.

    ``database_url`` names an outside PostgreSQL by the application's login, for which
    `registry migrate` made it ready; without it an embedded one is used.
    ``tls_client_ca`` holds the authorities of the certificates that systems show in TLS, or these
    certificates themselves, in PEM; it is needed where the register pins one (S216-19).
    ``sez_ca`` holds the authorities behind the HTTPS of the systems that are told notices, or these
    certificates themselves, in PEM, where they are not public ones. ``solid_authority`` is the BIN
    of the authority for solid minerals, who alone orders audits (S216-12).
    ``protocol_days`` after the end of bidding, or after the review, the hourly run misses the
    protocol of the stage; no order names a term, so the value is an assumption.
    ``regulations`` and ``calendar`` are folders with further orders and editions of working days,
    as TOML, beside those that come with the program.
    ``clock_since`` and ``clock_speed`` let the clock of a stand begin at a moment and run faster.
    ``stand_trust`` is the trust profile of the stand, given in production alone: a system that
    signs with its key of the stand is then told so (I-19).
    ``workers`` are processes that examine packages, ``threads`` those that judge and record.
    """

    data: Path = Path(".run/registry")
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8401
    public_address: str = "http://127.0.0.1:8401"
    environment: Environment = Environment.STAND
    trust: Path = Path(".run/authority/trust.toml")
    stand_trust: Path | None = None
    key: Path = Path(".run/authority/registry.key.pem")
    certificate: Path = Path(".run/authority/registry.pem")
    tls_key: Path | None = None
    tls_certificate: Path | None = None
    tls_client_ca: Path | None = None
    sez_ca: Path | None = None
    connections: int = 1_000
    connections_per_peer: int = 600
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    threads: int = field(default_factory=lambda: 3 * (os.cpu_count() or 1))
    body_timeout: float = 30.0
    call_timeout: float = 30.0
    first_pause: float = 1.0
    longest_pause: float = 300.0
    protocol_days: int = 30
    solid_authority: str | None = None
    regulations: Path | None = None
    calendar: Path | None = None
    clock_since: datetime | None = None
    clock_speed: float = 1.0
    arrivals_per_peer: int = 500
    arrivals_bytes: int = 256 * 1024 * 1024

    def __post_init__(self) -> None:
        """Refuse what would open the Registry to the network unprotected (S216-18.6, S216-19)."""
        loopback = self.host in {"127.0.0.1", "::1", "localhost"}
        if not loopback and not (self.tls_key and self.tls_certificate):
            raise ValueError(
                f"REGISTRY_HOST={self.host!r}: without REGISTRY_TLS_KEY and "
                "REGISTRY_TLS_CERTIFICATE only a loopback address may be bound"
            )
        if self.stand_trust is not None and self.environment is not Environment.PRODUCTION:
            raise ValueError(
                f"REGISTRY_STAND_TRUST={self.stand_trust}: leave it out on a stand, whose own "
                "trust profile is REGISTRY_TRUST"
            )
        self._check_clock()

    def _check_clock(self) -> None:
        """Refuse a clock that cannot be, or that is not the machine's in production."""
        since, speed = self.clock_since, self.clock_speed
        if self.environment is Environment.PRODUCTION and (since is not None or speed != 1.0):
            raise ValueError(
                "REGISTRY_CLOCK_SINCE, REGISTRY_CLOCK_SPEED: leave them out in production, where "
                "the clock is the machine's"
            )
        if not 1.0 <= speed <= MOST_SPEED:
            raise ValueError(f"REGISTRY_CLOCK_SPEED={speed}: give 1 to {MOST_SPEED:.0f}")
        if since is not None and since.tzinfo is None:
            raise ValueError(f"REGISTRY_CLOCK_SINCE={since}: give a moment with its offset")
