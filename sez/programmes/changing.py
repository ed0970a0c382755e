"""What the Registry is asked before a changed programme is sent (S216-A2.8.1)."""

from collections.abc import Iterator
from typing import Any

from sez.records.kind import FirstQuestion
from sez.records.version import VersionSigned
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
    head: dict[str, Any], before: VersionSigned, signed: VersionSigned
) -> ProgrammeChangeRequest:
    """The properties of a signed version that are other than those of the version before."""
    known, document = before.document, signed.document
    if not isinstance(known, Programme) or not isinstance(document, Programme):
        raise TypeError(f"version {signed.version} of {signed.object_id} is no whole programme")
    changed = list(_changed(known, document))
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
        items=tuple(_stated(number, item) for number, item in listed),
        more_items=len(changed) - len(listed),
    )


def _changed(known: Programme, document: Programme) -> Iterator[tuple[str, PlannedItem | None]]:
    """The items that are other than before, by number; None for one that was left out."""
    before = {item.item_number: item for item in known.items}
    now = {item.item_number: item for item in document.items}
    for number in before | now:
        if before.get(number) != now.get(number):
            yield number, now.get(number)


def _stated(number: str, item: PlannedItem | None) -> StatedItem:
    return StatedItem(item_number=number, sha256=None if item is None else property_hash(item))


def changes(known: Amendable, document: Amendable) -> bool:
    """Whether the Registry would need anything of a version after the one before it (A2.8.3)."""
    if not isinstance(known, Programme) or not isinstance(document, Programme):
        return True
    return field_hashes(known) != field_hashes(document) or any(_changed(known, document))


FIRST = FirstQuestion(
    operation=REQUEST, form=request, answer=ProgrammeChangeAnswer, changes=changes
)
"""The question that scheme 8 begins with."""
