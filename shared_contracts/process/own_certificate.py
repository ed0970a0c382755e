"""The end of a system's own certificate is told before it comes (S216-18.7)."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from shared_contracts.astana_time import shown
from shared_contracts.process.duties import Duty, every
from shared_contracts.process.health import Gauge
from shared_contracts.signing.sign import OwnSigner

log = structlog.get_logger(__name__)

WARNED = 30
"""Days before its end from which on the journal tells that a certificate ends."""

LOOK = 600.0
"""Seconds between two looks at the certificate."""


@dataclass(slots=True)
class Ending:
    """Tells the journal once a day that the certificate ends soon, or has ended."""

    signer: OwnSigner
    _told: int | None = None

    def tell(self) -> None:
        """Write a line, unless it was written for this day or nothing ends soon."""
        days = timedelta(seconds=self.signer.seconds_left()) // timedelta(days=1)
        if days >= WARNED or days == self._told:
            return
        self._told = days
        note = log.error if days < 0 else log.warning
        told = "own certificate has ended" if days < 0 else "own certificate ends soon"
        note(told, ends=shown(self.signer.ends), days=days)


def duty(signer: OwnSigner) -> Duty:
    """The duty that looks at the certificate."""
    return every("own certificate", LOOK, Ending(signer).tell)


def gauge(system: str, signer: OwnSigner) -> Gauge:
    """The figure of ``system`` that tells how long the certificate is still in force."""
    return Gauge(
        f"{system}_certificate_seconds_left",
        "Seconds until the own certificate ends; nothing is signed when it has",
        signer.seconds_left,
    )
