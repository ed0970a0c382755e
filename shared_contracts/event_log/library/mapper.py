"""Between facts and stored events, for the eventsourcing library."""

from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent
from typing_extensions import override

from shared_contracts.event_log.event import Fact


class FactMapper(Mapper[UUID]):
    """Stores a fact under its topic from the table, never under a module path."""

    @override
    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """The stored event of a fact, which was encoded when it was made."""
        fact: Fact = domain_event
        return StoredEvent(fact.originator_id, fact.version, fact.topic, fact.state)

    @override
    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """The fact of a stored event, its event upcast to the present version."""
        if not isinstance(stored_event.originator_id, UUID):
            raise TypeError(f"originator id {stored_event.originator_id!r} is not a UUID")
        return Fact.restored(
            stored_event.originator_id,
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )
