"""That everything about an object left the SEZ in an evidence package (S216-9.6)."""

from collections.abc import Callable
from uuid import UUID

from shared_contracts.event_log.event import Event, Fact, topic
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.identifiers import uuid7


@topic("evidence-exported.1")
class EvidenceExported(Event, frozen=True, kw_only=True):
    """An evidence package of an object was formed; who asked for it stands in ``acting``."""

    exported_id: UUID


def exporting(log: EventLog) -> Callable[[UUID], None]:
    """What writes down each export of an object's package."""

    def note(object_id: UUID) -> None:
        log.append(Commit((Fact(uuid7(), 1, EvidenceExported(exported_id=object_id)),)))

    return note
