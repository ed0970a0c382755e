"""What a supplied version changes on record: fields, and numbered items with their identifiers.

(S216-A2.2.6, S216-A2.8.6, S216-12d)
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from registry.records.record import VersionRecorded, item_id
from shared_contracts.event_log.event import Fact, Recorded
from shared_contracts.large_documents.apart import part_hashes
from shared_contracts.limits import CHANGED_FIELDS, CHANGED_ITEMS
from shared_contracts.messages.differences import differences, is_whole
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.receipt import ChangedItem

After = Callable[[UUID, int], Sequence[Recorded]]
"""The events of a stream after a version of it."""

Hashes = Callable[[Fact | Recorded], Mapping[str, str] | None]
"""The property hashes of the parts that are kept beside an event, by number; None of others."""


class WholeVersion(NamedTuple):
    """A whole document, and the hashes of its numbered parts where it has none in it."""

    document: Amendable
    hashes: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """What a version changed: paths, items, and how many items beyond those listed."""

    fields: tuple[str, ...] = ()
    items: tuple[ChangedItem, ...] = ()
    more_items: int = 0


NOTHING = ChangedRecord()
"""Nothing is told."""


def changed_by(
    facts: Sequence[Fact], after: After, hashes: Hashes = lambda _event: None
) -> Mapping[int, ChangedRecord]:
    """What each recorded document changed, by the number of its record.

    A whole document is compared with the last whole one before it, of these ``facts`` or of the
    stream of the object; one that states a part changes what it states. Where nothing was
    before, or more than ``CHANGED_FIELDS`` changed, the root stands for all fields.
    """
    before: dict[UUID, WholeVersion | None] = {}
    changed: dict[int, ChangedRecord] = {}
    for fact in facts:
        event = fact.event
        if not isinstance(event, VersionRecorded):
            continue
        document, registry_id = event.document, event.registry_id
        if registry_id not in before:
            before[registry_id] = _last_whole(registry_id, fact.version - 1, after, hashes)
        known, stated = before[registry_id], WholeVersion(document, hashes(fact))
        found = _fields(document, known.document if known else None)
        root = f"/{type(document).__name__}"
        items = tuple(_items(stated, known, registry_id))
        changed[event.record] = ChangedRecord(
            found if len(found) <= CHANGED_FIELDS else (root,),
            items[:CHANGED_ITEMS],
            max(0, len(items) - CHANGED_ITEMS),
        )
        if is_whole(document):
            before[registry_id] = stated
    return changed


def _last_whole(
    registry_id: UUID, version: int, after: After, hashes: Hashes
) -> WholeVersion | None:
    """The last whole document up to a version of the stream, the newest looked at first."""
    while version > 0:
        recorded = after(registry_id, version - 1)[0]
        event = recorded.event
        if isinstance(event, VersionRecorded) and is_whole(event.document):
            return WholeVersion(event.document, hashes(recorded))
        version -= 1
    return None


def _fields(document: Amendable, before: Amendable | None) -> tuple[str, ...]:
    known = None if before is None else _without_items(before)
    return tuple(one.path for one in differences(_without_items(document), known))


def _without_items(document: Amendable) -> Amendable:
    """The document without numbered items, which are told by their numbers."""
    numbered = kind_of(document).numbered
    if numbered is None or not is_whole(document):
        return document
    bare: dict[str, Any] = {numbered[0]: ()}
    return msgspec.structs.replace(document, **bare)


def _items(
    version: WholeVersion, before: WholeVersion | None, registry_id: UUID
) -> Iterator[ChangedItem]:
    if not is_whole(version.document):
        return
    is_large = version.hashes is not None or (before is not None and before.hashes is not None)
    known = {} if before is None else dict(_parts(before, by_hash=is_large))
    stated = dict(_parts(version, by_hash=is_large))
    for number in known | stated:
        one, other = known.get(number), stated.get(number)
        if one != other:
            yield ChangedItem(
                item_number=number,
                change="ADDED" if one is None else "REMOVED" if other is None else "CHANGED",
                registry_id=item_id(registry_id, number),
            )


def _parts(version: WholeVersion, *, by_hash: bool) -> Mapping[str, object]:
    """The numbered parts by number: their hashes where one of two versions has no more."""
    if version.hashes is not None:
        return version.hashes
    if by_hash:
        return part_hashes(version.document)
    return kind_of(version.document).parts_by_number(version.document)
