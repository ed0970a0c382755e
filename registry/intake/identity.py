"""Which message it is, read without trust in its form (wire.md 6)."""

import re
from uuid import UUID

from registry.intake.certificate import text_at
from registry.intake.steps import Identity, Proven
from shared_contracts.event_log.log import HeadKey
from shared_contracts.messages.codec import Element

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,31}")


def identity_of(element: Element) -> Identity:
    """The identity a message states, as far as it has the form of one."""
    message_id = _stated(element, "MessageId", _UUID)
    sequence = _stated(element, "Sequence", _NUMBER)
    return Identity(
        message_id=UUID(message_id) if message_id else None,
        sez_code=_stated(element, "SezCode", _CODE),
        sequence=int(sequence) if sequence else None,
    )


def message_key(environment: str, proven: Proven, message_id: UUID | None) -> HeadKey:
    """The key of a message; without an id, that of its content, for an id that is taken."""
    if message_id is not None:
        return HeadKey(environment, proven.sez_code, "MESSAGE", message_id)
    content = UUID(bytes=bytes.fromhex(proven.package_hash)[:16])
    return HeadKey(environment, proven.sez_code, "MESSAGE_CLASH", content)


def _stated(element: Element, name: str, form: re.Pattern[str]) -> str | None:
    text = (text_at(element, name) or "").strip()
    return text if form.fullmatch(text) else None
