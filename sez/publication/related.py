"""What a version refers to in this SEZ: locked with it, examined with it, told of it (S216-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sez.records.kind import AnyKind, Referrer, Related
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.log import NewHead


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
