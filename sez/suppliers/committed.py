"""Which hash of its evidence an event of a supplier commits to (wire.md 19)."""

from sez.suppliers.events import SupplierQueried
from shared_contracts.event_log.event import Event


def question_named(event: Event) -> str | None:
    """The SHA-256 of the signed question."""
    return event.query_sha256 if isinstance(event, SupplierQueried) else None
