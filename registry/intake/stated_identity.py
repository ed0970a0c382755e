"""What a message and its documents state of themselves: identity, persons, other objects."""

import re
from uuid import UUID

from registry.intake.content_report import MessageIdentity, Reference
from shared_contracts.messages.document import NAMESPACE, Amendable
from shared_contracts.messages.kinds import RecordKind, place
from shared_contracts.xml.codec import Element

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,31}")


def text_at(element: Element, *names: str) -> str | None:
    """The text at the end of a path of elements of the contract, or None."""
    path = "/".join(f"{{{NAMESPACE}}}{name}" for name in names)
    return element.findtext(path)


def texts_at(element: Element, *names: str) -> list[str]:
    """The texts at the ends of all such paths."""
    path = "/".join(f"{{{NAMESPACE}}}{name}" for name in names)
    return [one.text or "" for one in element.iterfind(path)]


def persons_of(
    kind: RecordKind, element: Element, document: Amendable | None
) -> tuple[tuple[str, ...], tuple[Reference, ...]]:
    """For whom a document says that it is signed, and which objects it names.

    One that is not as its schema demands (None) is refused after its signers were judged: persons
    are read as far as its element says them, and objects, of which it may name any number, not.
    """
    if document is None:
        return _persons_stated(kind, element), ()
    if not isinstance(document, kind.whole):
        return (), ()
    named = tuple(Reference(other, object_id) for other, object_id in kind.references(document))
    return kind.persons(document), named


def _persons_stated(kind: RecordKind, element: Element) -> tuple[str, ...]:
    paths = (place(kind.whole, path) for path in kind.signed_for)
    return tuple(number for path in paths for number in texts_at(element, *path) if number)


def identity_stated(element: Element) -> MessageIdentity:
    """The identity a message states, as far as it has the form of one."""
    message_id = _stated(element, "MessageId", _UUID)
    sequence = _stated(element, "Sequence", _NUMBER)
    return MessageIdentity(
        message_id=UUID(message_id) if message_id else None,
        sez_code=_stated(element, "SezCode", _CODE),
        sequence=int(sequence) if sequence else None,
    )


def _stated(element: Element, name: str, form: re.Pattern[str]) -> str | None:
    text = (text_at(element, name) or "").strip()
    return text if form.fullmatch(text) else None
