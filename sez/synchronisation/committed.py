"""Which hash of its evidence an event of a package commits to (wire.md 19)."""

from sez.synchronisation.package import PackageFormed, ReceiptReceived, VoidAnswered
from shared_contracts.event_log.event import Event


def package_named(event: Event) -> str | None:
    """The SHA-256 of the package's bytes, which are their own canonical form."""
    return event.package_hash if isinstance(event, PackageFormed) else None


def receipt_named(event: Event) -> str | None:
    """The SHA-256 of the Registry's receipt."""
    return event.receipt_sha256 if isinstance(event, ReceiptReceived) else None


def void_receipt_named(event: Event) -> str | None:
    """The SHA-256 of the Registry's answer to the statement."""
    return event.receipt_sha256 if isinstance(event, VoidAnswered) else None


NAMED = {
    "package": package_named,
    "receipt": receipt_named,
    "void-receipt": void_receipt_named,
}
"""By which event each evidence of a package is named."""
