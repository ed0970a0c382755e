"""A random history under way: what is there, which step is wanted next, what became of it."""

import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sez.tendering.next_version import Standing, standing
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.bid_list import BID_LIST
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.download_list import DOWNLOAD_LIST
from shared_contracts.messages.protocol import PROTOCOLS
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.receipt import Finding, Severity

LIKELY = 0.8
"""How often a step takes what is there, and not something new."""

WHY = "Уточнение"
HANDS = ("customer1-head", "customer1-signer")

REGISTRY_ALONE = frozenset({"F-PRG-10"})
"""What the Registry alone can find: the change of a programme was not asked for."""


@dataclass(frozen=True)
class Step:
    """A version that somebody wants formed: of which object, how it is made."""

    name: str
    object_type: str
    object_id: UUID
    make: Callable[..., Amendable]


@dataclass
class History(ABC):
    """Steps that were taken and that were refused, the objects that came of them."""

    chance: random.Random
    purchases: list[UUID] = field(default_factory=list)
    objects: dict[UUID, str] = field(default_factory=dict)
    documents: dict[UUID, Amendable] = field(default_factory=dict)
    """The last whole document of each object that was not deleted."""
    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    @abstractmethod
    def now(self) -> datetime:
        """The moment at the SEZ."""

    @abstractmethod
    def state(self, object_type: str, object_id: UUID) -> Any:
        """Where an object stands in the SEZ."""

    def of(self, *object_types: str) -> list[UUID]:
        """The objects of these types."""
        return [one for one, of in self.objects.items() if of in object_types]

    def some(self, object_type: str, purchase: UUID) -> UUID:
        """An object of a purchase that is there, or a new one, seldom though there is one."""
        found = [one for one in self.of(object_type) if self._purchase(one) == purchase]
        return self.chance.choice(found) if found and self.chance.random() < LIKELY else uuid7()

    def _purchase(self, object_id: UUID) -> UUID | None:
        document = getattr(self.state(self.objects[object_id], object_id), "document", None)
        return getattr(document, "purchase_id", None)

    def standing(self, purchase: UUID) -> Standing:
        """A purchase that was announced, as those that refer to it find it."""
        stands = standing(self.state(PURCHASE, purchase))
        assert stands is not None
        return stands

    def last_end(self) -> datetime:
        """When bidding has ended for those that take bids for seconds only."""
        ends = (self.standing(one).bids_to for one in self.purchases)
        soon = self.now + timedelta(minutes=1)
        return max((end for end in ends if end is not None and end < soon), default=self.now)


def hands(object_type: str) -> tuple[str, ...]:
    """Who signs what is formed of such an object: nobody what the system forms."""
    if object_type in {BID_LIST, DOWNLOAD_LIST}:
        return ()
    return HANDS if object_type in PROTOCOLS else HANDS[:1]


def errors(findings: Collection[Finding]) -> set[str]:
    """The rules that findings tell broken."""
    return {one.rule_id for one in findings if one.severity is Severity.ERROR}


def same_refusal(name: str, here: set[str], there: set[str]) -> None:
    """What the SEZ refuses the Registry refuses by the same rules.

    ``here`` is empty where the SEZ says without a rule that the object does not take it as it is;
    of such a one it does not ask how it follows, and the Registry does; or that nothing is changed.
    """
    assert there, (name, here)
    assert here <= there, (name, here, there)
    alone = there <= REGISTRY_ALONE or (here and there - here <= REGISTRY_ALONE)
    assert "F-HDR-2" in there or alone, (name, here, there)
