"""Under which key a message is kept (wire.md 6)."""

from uuid import UUID

from registry.intake.steps import Proven
from shared_contracts.event_log.log import HeadKey


def message_key(environment: str, proven: Proven, message_id: UUID | None) -> HeadKey:
    """The key of a message; without an id, that of its content, for an id that is taken."""
    if message_id is not None:
        return HeadKey(environment, proven.sez_code, "MESSAGE", message_id)
    content = UUID(bytes=bytes.fromhex(proven.package_hash)[:16])
    return HeadKey(environment, proven.sez_code, "MESSAGE_CLASH", content)
