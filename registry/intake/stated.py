"""What a message and its documents state of themselves: identity, buyers, base of a purchase."""

import re
from uuid import UUID

from registry.intake.examined import Identity
from shared_contracts.messages.codec import Element
from shared_contracts.messages.document import NAMESPACE, Amendable
from shared_contracts.messages.purchase import Purchase

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,31}")
_PARTIES = tuple(
    (party, number) for party in ("Customer", "Organizer") for number in ("Bin", "Iin")
)


def text_at(element: Element, *names: str) -> str | None:
    """The text at the end of a path of elements of the contract, or None."""
    path = "/".join(f"{{{NAMESPACE}}}{name}" for name in names)
    return element.findtext(path)


def parties_of(document: Amendable) -> tuple[tuple[str, ...], UUID | None]:
    """Whom a purchase names as its buyers, and which one as its base."""
    if not isinstance(document, Purchase):
        return (), None
    base, parties = document.base_purchase, (document.customer, document.organizer)
    buyers = tuple(number for one in parties if one for number in (one.bin, one.iin) if number)
    return buyers, None if base is None else base.object_id


def parties_stated(element: Element) -> tuple[tuple[str, ...], UUID | None]:
    """The same of a document that is not as its schema demands, as far as it can be told."""
    base = text_at(element, "BasePurchase", "ObjectId")
    buyers = tuple(number for path in _PARTIES if (number := text_at(element, *path)))
    return buyers, UUID(base) if base and _UUID.fullmatch(base) else None


def identity_stated(element: Element) -> Identity:
    """The identity a message states, as far as it has the form of one."""
    message_id = _stated(element, "MessageId", _UUID)
    sequence = _stated(element, "Sequence", _NUMBER)
    return Identity(
        message_id=UUID(message_id) if message_id else None,
        sez_code=_stated(element, "SezCode", _CODE),
        sequence=int(sequence) if sequence else None,
    )


def _stated(element: Element, name: str, form: re.Pattern[str]) -> str | None:
    text = (text_at(element, name) or "").strip()
    return text if form.fullmatch(text) else None
