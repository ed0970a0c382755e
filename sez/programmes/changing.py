"""What the Registry is asked before a changed programme is sent (S216-A2.8.1)."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sez.records.kind import FirstQuestion, TwoParts
from sez.records.version import VersionSigned
from shared_contracts.large_documents.apart import part_hashes
from shared_contracts.limits import CHANGED_ITEMS
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.programme import PlannedItem, Programme
from shared_contracts.messages.programme_change import (
    REQUEST,
    ProgrammeChangeAnswer,
    ProgrammeChangeRequest,
    StatedField,
    StatedItem,
)
from shared_contracts.messages.programme_properties import field_hashes
from shared_contracts.messages.property_hash import property_hash


def request(
    head: dict[str, Any],
    before: VersionSigned,
    signed: VersionSigned,
    parts: TwoParts = (None, None),
) -> ProgrammeChangeRequest:
    """The properties of a signed version that are other than those of the version before.

    ``parts`` are the hashes of their items where they are kept beside the events.
    """
    known, document = before.document, signed.document
    if not isinstance(known, Programme) or not isinstance(document, Programme):
        raise TypeError(f"version {signed.version} of {signed.object_id} is no whole programme")
    changed = list(_changed(known, document, parts))
    listed = changed[:CHANGED_ITEMS]
    return ProgrammeChangeRequest(
        **head,
        object_id=signed.object_id,
        version=signed.version,
        previous_hash=before.document_hash,
        document_hash=signed.document_hash,
        fields=tuple(
            StatedField(name=name, sha256=value) for name, value in field_hashes(document).items()
        ),
        items=tuple(StatedItem(item_number=number, sha256=told()) for number, told in listed),
        more_items=len(changed) - len(listed),
    )


_Changed = tuple[str, Callable[[], str | None]]
"""The number of an item, and what tells its property hash; None for one that was left out."""


def _changed(known: Programme, document: Programme, parts: TwoParts) -> Iterator[_Changed]:
    """The items that are other than before."""
    if parts == (None, None):
        yield from _other(known, document)
        return
    before = part_hashes(known) if parts[0] is None else parts[0]
    now = part_hashes(document) if parts[1] is None else parts[1]
    for number in {**before, **now}:
        if before.get(number) != now.get(number):
            yield number, partial(now.get, number)


def _other(known: Programme, document: Programme) -> Iterator[_Changed]:
    """The same where both have their items: those that are the same are not hashed."""
    before = {item.item_number: item for item in known.items}
    now = {item.item_number: item for item in document.items}
    for number in before | now:
        if before.get(number) != now.get(number):
            yield number, partial(_hash, now.get(number))


def _hash(item: PlannedItem | None) -> str | None:
    return None if item is None else property_hash(item)


def changes(known: Amendable, document: Amendable, parts: TwoParts = (None, None)) -> bool:
    """Whether the Registry would need anything of a version after the one before it (A2.8.3)."""
    if not isinstance(known, Programme) or not isinstance(document, Programme):
        return True
    return field_hashes(known) != field_hashes(document) or any(_changed(known, document, parts))


FIRST = FirstQuestion(
    operation=REQUEST, form=request, answer=ProgrammeChangeAnswer, changes=changes
)
"""The question that scheme 8 begins with."""
