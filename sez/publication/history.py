"""A version against what was signed of its object before, as the Registry will judge it.

(S216-11c, S216-A3.1i, S216-A2.1.4)
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sez.records.chain import last_version
from sez.records.kind import AnyKind
from sez.records.owner import Owner
from sez.records.version import VersionSigned
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.log import EventLog
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable, Deletion
from shared_contracts.rules.object_history import deleted_before_it_was_made, other_conditions


def examine_history(
    kind: AnyKind,
    log: EventLog,
    owner: Owner,
    version: tuple[AggregateState[Any], Amendable],
    at: datetime,
) -> Iterator[Breach]:
    """What the Registry would refuse of a document after all that happened to its object."""
    before, document = version
    events = [*log.events(before.originator_id)] if before.version else []
    for found in other_conditions(document, _allowed(owner, before)):
        yield Breach("F-HDR-5", *found)
    first = next((one for one in events if isinstance(one, VersionSigned)), None)
    if isinstance(document, Deletion) and first is not None:
        for found in deleted_before_it_was_made(document, first.formed_at):
            yield Breach("F-DEL-3", *found)
    yield from kind.examine_history(document, events, at)


def _allowed(owner: Owner, before: AggregateState[Any]) -> tuple[int, ...]:
    """Those of the first version; of a new object those up to the newest that the SEZ was given.

    Whether the Registry still takes an earlier one it knows alone (reading R147).
    """
    last = last_version(before.state)
    if last is not None:
        return (last.conditions_version,)
    return tuple(range(1, owner.conditions + 1))
