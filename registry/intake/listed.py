"""What the listings tell of other objects than those that a package names (S216-9.8).

They follow the log: before they are asked they are brought up to date.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from registry.records.kind import AnyKind
from registry.records.rules.facts import Planned
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of, values_at

NAMES = UUID("0f6a6c5e-0c0f-5c27-9a3b-5d0d8f4f7d52")
"""Under this name space what an object is beside its id becomes a key to be locked."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Asks the listings of all ``kinds``, after ``catch_up`` has brought them up to date."""

    log: EventLog
    catch_up: Callable[[], object]
    kinds: Mapping[str, AnyKind]

    def programme(
        self, sez_code: str, document: Amendable
    ) -> Mapping[tuple[UUID, str], Planned] | None:
        """The items that a document fulfils, by programme and number; None if it names none."""
        field = kind_of(document).fulfils
        if field is None or not isinstance(document, kind_of(document).whole):
            return None
        named = {(one.programme_id, one.item_number) for one in values_at(document, field)}
        if not named:
            return None
        self.catch_up()
        found = (kind.planned(self.log, sez_code, named) for kind in self.kinds.values())
        return {name: item for items in found for name, item in items.items()}

    def namesakes(self, sez_code: str, document: Amendable) -> Mapping[UUID, UUID]:
        """Objects in force that are the same as a new one: the Registry's ids by theirs."""
        same = kind_of(document).sameness(document)
        if not same or document.act.version > 1:
            return {}
        self.catch_up()
        return self.kinds[document.act.object_type].namesakes(self.log, sez_code, same)


def party_of(environment: str, number: str) -> HeadKey:
    """The key held by who engages a participant, together, or deletes its card, alone."""
    return HeadKey(environment, "", "PARTY", uuid5(NAMES, number))


def place_of(environment: str, sez_code: str, object_type: str, same: Sequence[str]) -> HeadKey:
    """The key under which objects that are the same exclude each other while one is recorded."""
    return HeadKey(environment, sez_code, f"{object_type}_PLACE", uuid5(NAMES, "\n".join(same)))
