"""Random histories of purchases, their lists and protocols: both sides say the same (S216-13a).

What the SEZ lets through the Registry records. What the SEZ refuses is signed past it and sent: the
Registry refuses it too, by the same rules, and on neither side anything changes.
"""

import os
import random
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from typing_extensions import override

from registry.kinds import KINDS
from sez.examples.making import ExampleRequest, Examples
from sez.publication.checked_document import NotPublishable
from sez.publication.publish import publish
from sez.tendering.examples import EXAMPLES
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    REVIEW_PROTOCOL,
    SINGLE_SOURCE_PROTOCOL,
)
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.versions import NEWEST
from tests.clauses import clause
from tests.histories import bidding, outcome, protocols, purchases
from tests.histories.history import History, Step, errors, hands, same_refusal
from tests.postgres import owner_of
from tests.registry.bid_lists.forming import formed
from tests.sez.systems import BothSystems
from tests.story import Clock, Story

SEED = int(os.environ.get("HISTORY_SEED", "216"))
"""Which history is played; another is asked for by ``HISTORY_SEED``."""

SECONDS = 8.0
"""For so long steps are taken, in both histories."""

BIDDING = 2
"""Seconds for which most tenders take bids."""

STEPS = 40
"""Most steps of a history."""


@dataclass
class Play(History):
    """A history under way."""

    systems: BothSystems = field(kw_only=True)

    @cached_property
    def story(self) -> Story:
        """What signs and sends past the SEZ, under numbers that it never reaches."""
        story = Story(self.systems.registry, self.systems.pki, Clock())
        return replace(story, numbers=count(1_000_000))

    # What is there

    @property
    @override
    def now(self) -> datetime:
        return self.systems.system.publisher.clock()

    @override
    def state(self, object_type: str, object_id: UUID) -> Any:
        return self.systems.system.publisher.of(object_type).current_state(object_id).state

    def on_record(self, object_type: str, object_id: UUID) -> Any:
        key = self.systems.system.publisher.of(object_type).key(object_id)
        named = key._replace(kind=object_type)
        return KINDS[object_type].objects.read(self.systems.registry.log.heads([named]).get(named))

    def everything(self) -> list[tuple[Any, Any]]:
        return [(self.state(of, one), self.on_record(of, one)) for one, of in self.objects.items()]

    # What is done

    def announce(self, seconds: int, example: str = "announcement") -> None:
        """A purchase that takes bids for so long, or longer where signing took that."""
        system = self.systems.system
        examples = Examples(system.publisher, system.users, system.files, (EXAMPLES,))
        wanted = ExampleRequest(example=example, bidding_seconds=seconds)
        try:
            made = examples.announce(wanted, uuid7())
        except NotPublishable:
            self.announce(3 * seconds, example)
            return
        self.systems.send_until(lambda: not self.systems.unsynchronised())
        self.purchases.append(made)
        self.objects[made] = PURCHASE

    def wait_for_the_end(self) -> None:
        """Wait until bidding has ended for those that take bids for seconds only."""
        while self.now <= self.last_end():
            time.sleep(0.05)

    def take(self, step: Step) -> None:
        """Have the SEZ form a version, or else see that the Registry does not take it either."""
        publisher = self.systems.system.publisher.of(step.object_type)
        users, before = self.systems.system.users, self.everything()
        signers = [users.signer(name) for name in hands(step.object_type)]
        try:
            publish(publisher, step.object_id, step.make, signers)
        except NotPublishable as refusal:
            rules = {one.rule_id for one in refusal.findings}
        except RefusedByRule:
            rules = set()
        else:
            self.objects[step.object_id] = step.object_type
            self.systems.send_until(lambda: not self.systems.unsynchronised())
            self.taken[step.name] += 1
            return
        same_refusal(step.name, rules, self._refusal(step))
        assert self.everything() == before, step.name
        self.refused[step.name] += 1

    def _refusal(self, step: Step) -> set[str]:
        """The rules by which the Registry refuses what the SEZ does not sign."""
        state = self.state(step.object_type, step.object_id)
        document = step.make(self.systems.system.publisher.owner, step.object_id, state)
        if kind_of(document).by_system:
            signed = formed(self.story, document)
        else:
            signed = self.story.sign(document, *hands(step.object_type))
        answer = self.story.tell(signed, contract_version=NEWEST)
        assert answer.outcome[0] == "REFUSED", (step.name, document)
        return errors(answer.receipt.findings)


ALL: list[tuple[float, purchases.Stepped]] = [
    (5, bidding.listed("sealed list", final=False)),
    (4, bidding.listed("final list", final=True)),
    (9, bidding.listed("opened list", final=True, price="10.00")),
    (2, bidding.listed("price in a list that goes on", final=False, price="10.00")),
    (3, bidding.list_gone),
    (12, protocols.reviewed("review", lambda some: some)),
    (3, protocols.reviewed("review of fewer", lambda some: some[1:])),
    (2, protocols.reviewed("review of others", lambda some: [*map(protocols.other, some)])),
    (2, protocols.gone(REVIEW_PROTOCOL)),
    (25, protocols.summed_up("results", rightly=True)),
    (10, protocols.summed_up("results of others", rightly=False)),
    (2, protocols.gone(RESULTS_PROTOCOL)),
    (3, protocols.concluded),
    (2, protocols.gone(SINGLE_SOURCE_PROTOCOL)),
    (3, bidding.taken),
    (0.4, purchases.ended("CANCELLED", "CUSTOMER")),
    (0.4, purchases.gone),
    (1, purchases.extended),
]
"""The steps, and how often each is taken."""


@clause("S216-13a", "S216-18.1", "S216-A3.1e", "S216-A3.1f")
@clause("S216-9.2", "S216-9.3", "S216-9.4", "S216-A3.1i")
@pytest.mark.parametrize("seed", [SEED, SEED + 1])
def test_both_sides_take_and_refuse_the_same(systems: BothSystems, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # a history, no secret
    play = Play(chance, systems=systems)
    for seconds in (BIDDING, BIDDING, 3600):
        play.announce(seconds)
    play.announce(BIDDING, "single-source")
    play.wait_for_the_end()
    weights = [weight for weight, _ in ALL]
    deadline = time.monotonic() + SECONDS / 2
    for _ in range(STEPS):
        if time.monotonic() > deadline:
            break
        [(_, kind)] = play.chance.choices(ALL, weights)
        [purchase] = play.chance.choices(play.purchases, (4, 4, 1, 2))
        step = kind(play, purchase)
        if step is not None:
            play.take(step)
    assert sum(play.taken.values()) >= 3, play.taken
    assert sum(play.refused.values()) >= 3, play.refused
    same_on_both_sides(play)
    systems.registry.follower.catch_up()
    assert not audit(owner_of(systems.registry.settings.database_url)).differences


def same_on_both_sides(play: Play) -> None:
    """Every object has the same version, hash and state on both sides."""
    here = {(of, one): play.state(of, one) for one, of in play.objects.items()}
    there = {(of, one): play.on_record(of, one) for one, of in play.objects.items()}
    assert list(outcome.differences(here, there)) == []
