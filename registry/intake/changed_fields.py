"""Which fields of an object on record a supplied version changes (S216-A2.2.6, S216-12d)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from uuid import UUID

from registry.records.record import VersionRecorded
from shared_contracts.event_log.event import Fact, Recorded
from shared_contracts.limits import CHANGED_FIELDS
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.forms import values_within
from shared_contracts.messages.kinds import kind_of


def changed_fields(
    facts: Sequence[Fact], stream: Callable[[UUID], Sequence[Recorded]]
) -> Mapping[int, tuple[str, ...]]:
    """Paths in each recorded document, by the number of its record.

    A whole document is compared with the last whole one before it, of these ``facts`` or of the
    ``stream`` of the object; one that states a part changes what it states. Where nothing was
    before, or more than ``CHANGED_FIELDS`` changed, the root stands for all.
    """
    before: dict[UUID, Amendable | None] = {}
    changed: dict[int, tuple[str, ...]] = {}
    for event in (fact.event for fact in facts):
        if not isinstance(event, VersionRecorded):
            continue
        document, registry_id = event.document, event.registry_id
        if registry_id not in before:
            before[registry_id] = _last_whole(stream(registry_id))
        found = tuple(_changed(document, before[registry_id]))
        root = f"/{type(document).__name__}"
        changed[event.record] = found if len(found) <= CHANGED_FIELDS else (root,)
        if _is_whole(document):
            before[registry_id] = document
    return changed


def _last_whole(history: Sequence[Recorded]) -> Amendable | None:
    documents = (
        one.event.document for one in reversed(history) if isinstance(one.event, VersionRecorded)
    )
    return next(filter(_is_whole, documents), None)


def _is_whole(document: Amendable) -> bool:
    return isinstance(document, kind_of(document).whole)


def _changed(document: Amendable, before: Amendable | None) -> Iterator[str]:
    root = f"/{type(document).__name__}"
    stated = dict(values_within(document, root))
    if not _is_whole(document):
        yield from (path for path in stated if not path.startswith(f"{root}/Act/"))
    elif before is None:
        yield root
    else:
        known = dict(values_within(before, root))
        for path in known | stated:
            if known.get(path) != stated.get(path) and not path.startswith(f"{root}/Act/"):
                yield path
