"""Which hash of its evidence an event of a package commits to (wire.md 19)."""

from sez.synchronisation.package_events import (
    PackageFormed,
    ReceiptAcknowledged,
    ReceiptReceived,
    TicketReceived,
    VoidAnswered,
    VoidStated,
)
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.proven_evidence import Digest, bytes_sha256
from shared_contracts.faults import Unprocessed
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import schema


def package_named(event: Event) -> str | None:
    """The SHA-256 of the package's bytes, which are their own canonical form."""
    return event.package_hash if isinstance(event, PackageFormed) else None


def ticket_named(event: Event) -> str | None:
    """The SHA-256 of the Registry's ticket."""
    return event.ticket_sha256 if isinstance(event, TicketReceived) else None


def receipt_named(event: Event) -> str | None:
    """The SHA-256 of the Registry's receipt."""
    return event.receipt_sha256 if isinstance(event, ReceiptReceived) else None


def acknowledged(event: Event) -> str | None:
    """The SHA-256 of our word that a receipt is kept."""
    return event.acknowledgement_sha256 if isinstance(event, ReceiptAcknowledged) else None


def void_receipt_named(event: Event) -> str | None:
    """The SHA-256 of the Registry's answer to the statement."""
    return event.receipt_sha256 if isinstance(event, VoidAnswered) else None


def void_statement_named(event: Event) -> str | None:
    """The SHA-256 of the canonical form of the statement."""
    return event.statement_hash if isinstance(event, VoidStated) else None


NAMED = {
    "package": package_named,
    "ticket": ticket_named,
    "receipt": receipt_named,
    "acknowledgement": acknowledged,
    "void-receipt": void_receipt_named,
    "void-statement": void_statement_named,
}
"""By which event each evidence of a package is named."""


def digest_of(name: str) -> Digest:
    """How the hash of that evidence is calculated; a statement's is that of what was signed."""
    return _statement_sha256 if name == "void-statement" else bytes_sha256


def _statement_sha256(body: bytes) -> str:
    try:
        return verify_system(schema.parse(body)).canonical_sha256
    except (Unprocessed, SignatureRefused, ValueError):  # no signed statement: others' bytes
        return bytes_sha256(body)
