"""What a version refers to in this SEZ: locked with it, examined with it, told of it (S216-9)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sez.records.kind import AnyKind, Referrer, Related
from sez.records.owner import Owner
from sez.records.parts import last_signed, parts_kept
from sez.records.places import place_of
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.log import EventLog, HeadKey, NewHead
from shared_contracts.large_documents.apart import Apart
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of


@dataclass(frozen=True, slots=True)
class Referred:
    """The objects to which a version refers, each with its kind and where it stands.

    Those ``beside`` them refer to them too, and change under their locks only.
    """

    objects: Sequence[tuple[AnyKind, AggregateState[Any]]] = ()
    beside: Sequence[tuple[AnyKind, AggregateState[Any]]] = ()

    @property
    def standing(self) -> Related:
        """What stands of them, and of those that are shown beside them, by type and id."""
        found: dict[str, dict[Any, object]] = {}
        for kind, at in (*self.objects, *self.beside):
            stands = kind.standing(at.state)
            if stands is not None:
                found.setdefault(kind.object_type, {})[at.key.object_id] = stands
        return found

    def told(self, referrer: Referrer) -> tuple[tuple[Fact, ...], tuple[NewHead, ...]]:
        """What happens to them when one that refers to them came to stand as it does now."""
        facts: list[Fact] = []
        heads: list[NewHead] = []
        for kind, at in self.objects:
            if events := kind.learn(at.state, at.key.object_id, referrer):
                facts += at.facts(events)
                heads.append(at.after(events).head())
        return tuple(facts), tuple(heads)


def places(owner: Owner, document: Amendable | None) -> Iterator[HeadKey]:
    """The key under which objects that are the same exclude each other while one is signed."""
    if document is None or document.act.version > 1:
        return
    if (place := place_of(document)) is not None:
        name = f"{kind_of(document).object_type}_PLACE"
        yield HeadKey(owner.environment, owner.sez_code, name, place)


def check_changes(
    kind: AnyKind,
    log: EventLog,
    at: AggregateState[Any],
    document: Amendable,
    apart: Apart | None = None,
) -> None:
    """``RefusedByRule`` for a version of which the Registry would say that nothing is required.

    ``apart`` is what is kept of the parts of a large document, which lacks them.
    """
    asking, found = kind.first_question, last_signed(log, at)
    if asking is None or found is None or kind_of(document).asked_by(document) is None:
        return
    recorded, before = found
    parts = (parts_kept(kind, log, recorded), None if apart is None else apart.hashes())
    if not asking.changes(before.document, document, parts):
        raise RefusedByRule(
            f"nothing is other than in version {before.version}, and the Registry has no need "
            "of it: change something, or leave it as it is"
        )
