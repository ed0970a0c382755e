"""Whose certificate is believed, of those who sign for an application."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from shared_contracts.errors import RefusedByRule, Temporary
from shared_contracts.signing.report import CertificateReport


class Believer(Protocol):
    """Judges the certificate of a signer, leaf first, at a moment."""

    def check(self, chain: Sequence[bytes], at: datetime) -> CertificateReport:
        """The verdict."""


def ensure_believed(
    believer: Believer, field: str, certificates: Sequence[bytes], at: datetime
) -> None:
    """Raise ``RefusedByRule`` for a certificate that is not in force, ``Temporary`` for silence."""
    report = believer.check(certificates, at)
    if report.try_later:
        raise Temporary(f"{field}: the authority does not answer now: {report.detail}")
    if not report.passed:
        raise RefusedByRule(
            f"{field}: its certificate is not believed ({report.detail}): "
            "sign with one that is in force"
        )
