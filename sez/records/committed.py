"""Which hash of its evidence an event of an object commits to (wire.md 19)."""

from sez.records.version import VersionSigned
from shared_contracts.event_log.event import Event


def document_named(event: Event) -> str | None:
    """The SHA-256 of the signed document."""
    return event.document_hash if isinstance(event, VersionSigned) else None
