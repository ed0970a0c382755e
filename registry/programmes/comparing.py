"""What a request to change a programme says against the programme on record (S216-A2.8.2-4)."""

from collections.abc import Collection, Iterator, Mapping

from registry.programmes.programme import AcceptedProgramme, ProgrammeOnRecord
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Operation
from shared_contracts.messages.programme import Programme
from shared_contracts.messages.programme_change import (
    ItemDifference,
    ProgrammeChangeRequest,
    WantedItem,
)
from shared_contracts.messages.programme_properties import field_hashes
from shared_contracts.messages.property_hash import property_hash


def is_on_record(request: ProgrammeChangeRequest, known: ProgrammeOnRecord) -> bool:
    """Whether the version that is asked about is the last on record."""
    return (request.version, request.document_hash) == (known.version, known.document_hash)


def unlawful_change(request: ProgrammeChangeRequest, known: ProgrammeOnRecord) -> Iterator[Breach]:
    """Step 2: a change is of a programme in force, and follows its last version (F-PRG-11)."""
    if not isinstance(known, AcceptedProgramme):
        named = {"status": known.status}
        path = "/ProgrammeChangeRequest/ObjectId"
        yield Breach("F-HDR-2", path, Operation.UPDATE.value, named)
        return
    for element, stated, expected in (
        ("Version", str(request.version), str(known.version + 1)),
        ("PreviousHash", request.previous_hash, known.document_hash),
    ):
        if stated != expected:
            path = f"/ProgrammeChangeRequest/{element}"
            yield Breach("F-PRG-11", path, stated, {"expected": expected})


def wanted_fields(request: ProgrammeChangeRequest, known: Programme) -> tuple[str, ...]:
    """Which of the stated fields the Registry has otherwise."""
    own = field_hashes(known)
    return tuple(one.name for one in request.fields if own.get(one.name) != one.sha256)


def stated_hashes(known: Programme, numbers: Collection[str]) -> Mapping[str, str]:
    """The property hashes of those of the items that are asked about, by number."""
    return {
        item.item_number: property_hash(item) for item in known.items if item.item_number in numbers
    }


def wanted_items(request: ProgrammeChangeRequest, own: Mapping[str, str]) -> tuple[WantedItem, ...]:
    """Which of the stated items the Registry lacks, has otherwise, or has beyond them.

    ``own`` are the property hashes of its items by number.
    """
    found = []
    for one in request.items:
        item = own.get(one.item_number)
        if one.sha256 is None:
            difference = None if item is None else ItemDifference.SURPLUS
        elif item is None:
            difference = ItemDifference.MISSING
        else:
            same = item == one.sha256
            difference = None if same else ItemDifference.CONTENT
        if difference is not None:
            found.append(WantedItem(item_number=one.item_number, difference=difference))
    return tuple(found)
