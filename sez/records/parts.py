"""The property hashes of the numbered parts of a signed version, wherever those are kept."""

from collections.abc import Mapping
from typing import Any

from sez.records.chain import last_version
from sez.records.kind import AnyKind
from sez.records.version import VersionSigned
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog
from shared_contracts.large_documents.apart import kept_hashes, part_hashes


def parts_kept(kind: AnyKind, log: EventLog, recorded: Recorded) -> Mapping[str, str] | None:
    """The hashes by number of parts that are kept beside their event; None if they are in it."""
    return None if kind.large is None else kept_hashes(log, recorded, kind.large.listing_named)


def last_signed(log: EventLog, at: AggregateState[Any]) -> tuple[Recorded, VersionSigned] | None:
    """The event of the last version of an object; None of one that nobody signed."""
    last = last_version(at.state)
    if last is None:
        return None
    signed = (
        (one, one.event)
        for one in log.stream(at.originator_id)
        if isinstance(one.event, VersionSigned) and one.event.document_hash == last.document_hash
    )
    return [*signed][-1]


def parts_before(kind: AnyKind, log: EventLog, at: AggregateState[Any]) -> Mapping[str, str]:
    """The hashes by number of the parts of the last version of an object."""
    found = last_signed(log, at)
    if found is None:
        return {}
    recorded, event = found
    kept = parts_kept(kind, log, recorded)
    return part_hashes(event.document) if kept is None else kept
