"""What a package is after each step: a step cannot be skipped, for the next takes its result.

A step that is not passed gives ``NotAccepted`` or ``Unprocessed`` in place of its result.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from registry.intake.content_report import Examined, ExaminedDocument
from shared_contracts.faults import Breach, Unprocessed
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import TRANSFER
from shared_contracts.messages.package import Package
from shared_contracts.messages.receipt import Severity, Stage
from shared_contracts.rules.catalogue import CATALOGUE
from shared_contracts.signing.report import CertificateReport
from shared_contracts.soap.peer import Enciphered, Peer


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came: the body's bytes, what can be said of it alone, from where and when.

    ``operation`` is that by which it came; ``tls_certificate`` is SHA-256 of the certificate that
    was shown when connecting, if any was; ``enciphered`` is there where it came so. ``judged_at``
    is later than ``at`` where it waited under a ticket.
    """

    body: bytes
    examined: Examined
    peer: str
    at: datetime
    tls_certificate: str | None = None
    operation: str = TRANSFER
    enciphered: Enciphered | None = None
    judged_at: datetime | None = None

    @property
    def asked_at(self) -> datetime:
        """As of when its certificates are judged: when it is judged (reading R153)."""
        return self.judged_at or self.at


def received_of(body: bytes, examined: Examined, at: datetime, peer: Peer) -> Received:
    """A message in plain, as it came from its sender."""
    sender = (peer.address, at, peer.certificate)
    return Received(body, examined, *sender, enciphered=peer.enciphered)


@dataclass(frozen=True, slots=True)
class Proven:
    """The package's signature is that of a registered system; the message is its own.

    ``package_hash`` is SHA-256 over the exclusive C14N of the element with its signature;
    ``unavailable`` is the fault that asks to come again while revocation data cannot be had.
    """

    sez_code: str
    package_hash: str
    signer_sha256: str
    unavailable: Unprocessed | None = None


@dataclass(frozen=True, slots=True)
class WholePackage:
    """Step 2 is passed: the package is well formed, its hashes and counts are right."""

    received: Received
    package: Package
    documents: tuple[ExaminedDocument, ...]


@dataclass(frozen=True, slots=True)
class Genuine:
    """Step 3 is passed: package and documents are signed by those who may, with warnings."""

    whole: WholePackage
    proven: Proven
    signers: tuple[tuple[CertificateReport, ...], ...]
    warnings: tuple[Breach, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadPackage:
    """The documents are read, each with the breaches found in it alone (step 4, first half)."""

    genuine: Genuine
    documents: tuple[Amendable | None, ...]
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """Step 7: the package is refused whole for ``breaches`` (S216-A2.1.7)."""

    breaches: tuple[Breach, ...]

    @property
    def stage(self) -> Stage:
        """The first stage that found an error; other breaches explain the error."""
        rules = [CATALOGUE[breach.rule] for breach in self.breaches]
        failed = {rule.stage for rule in rules if rule.severity is Severity.ERROR}
        return next(stage for stage in Stage if stage in failed)


NotPassed: TypeAlias = NotAccepted | Unprocessed
"""Why a package goes no further: it is refused, or the same bytes must come again."""
