"""Whatever is sent in whatever order: heads are the fold of events, and the chain is whole."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
import pytest

from registry.app import open_registry
from registry.intake.context import MESSAGE
from registry.purchases.kind import OBJECTS as PURCHASE
from registry.systems.register import SYSTEM
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.faults import Unprocessed
from tests import samples
from tests.postgres import owner_of
from tests.registry.intake.test_accepted import changed, extension
from tests.story import Signed, Story, object_id

KINDS: dict[str, ObjectKind[Any]] = {kind.name: kind for kind in (PURCHASE, SYSTEM)} | {
    "MESSAGE": MESSAGE,
    "MESSAGE_CLASH": MESSAGE,
}


class Sender:
    """Sends what comes to its mind, lawful or not, as a chance says."""

    def __init__(self, story: Story, seed: int) -> None:
        self.story = story
        self.chance = random.Random(seed)  # noqa: S311  # a repeatable history, not a secret
        self.latest: dict[UUID, Signed] = {}
        self.first: dict[UUID, Signed] = {}
        self.sent: list[bytes] = []

    def act(self) -> None:
        """Do one thing."""
        step: Callable[[], None] = self.chance.choice(
            (self.announce, self.follow, self.follow, self.repeat, self.void, self.nonsense)
        )
        step()

    def announce(self) -> None:
        signed = self.story.sign(self.story.tender())
        self.first[object_id(signed)] = self.latest[object_id(signed)] = signed
        self.send(signed)

    def follow(self) -> None:
        if not self.latest:
            return
        key = self.chance.choice(list(self.latest))
        before = self.latest[key]
        document = self.chance.choice(
            (
                changed(self.first[key]),
                samples.deletion(deleted_at=self.story.now),
                extension(self.first[key]),
            )
        )
        signed = self.story.sign(self.story.next(before, document))
        if self.send(signed) == "ACCEPTED":
            self.latest[key] = signed

    def repeat(self) -> None:
        if self.sent:
            self.story.post(self.chance.choice(self.sent))

    def void(self) -> None:
        self.story.void(self.chance.randint(1, 12))

    def nonsense(self) -> None:
        before = next(iter(self.latest.values()), None) or self.story.sign(self.story.tender())
        far = self.story.next(before, samples.deletion(deleted_at=self.story.now), version=9)
        wrong = self.story.tender(lot_count=7)
        self.send(self.story.sign(self.chance.choice((far, wrong))))

    def send(self, signed: Signed) -> str:
        package = self.story.packed(signed, sequence=self.chance.randint(1, 40))
        try:
            answer = self.story.post(package)
        except Unprocessed as problem:
            return problem.fault.value
        self.sent.append(package)
        return answer.receipt.result.value


@pytest.mark.clause("S216-12a", "S216-13a")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_heads_are_the_fold_of_events_after_any_history(story: Story, seed: int) -> None:
    sender = Sender(story, seed)
    for _ in range(20):
        sender.act()
    log = story.registry.log
    rows = log.recorder.select(
        "SELECT kind, originator_id, version, state FROM log.heads WHERE kind <> 'CLASSIFIER'", ()
    )
    assert len(rows) > 10
    for name, originator_id, version, state in rows:
        kind, stream = KINDS[name], log.stream(originator_id)
        assert [one.version for one in stream] == list(range(1, version + 1))
        folded = kind.fold(one.event for one in stream)
        assert msgspec.json.decode(state, type=kind.states) == folded
    checked = audit(owner_of(story.registry.settings.database_url))
    assert (checked.size, checked.difference) == (story.position(), None)


@pytest.mark.clause("S216-12a")
def test_every_proven_outcome_is_one_event_with_its_evidence(story: Story) -> None:
    Sender(story, 4).announce()
    accepted = story.position()
    story.tell(story.tender(lot_count=7))
    first = story.sign(story.tender())
    with pytest.raises(Unprocessed):
        story.tell(story.next(first, changed(first)))
    outcomes = ("package-accepted.1", "package-refused.1", "package-deferred.1")
    recorded = [one for one in story.registry.log.read(0) if one.topic in outcomes]
    assert [one.topic for one in recorded] == list(outcomes)
    assert recorded[1].position > accepted
    for one in recorded:
        kept = story.registry.log.evidence_sha256(one.originator_id, one.version, "package")
        assert kept == getattr(one.event, "evidence_sha256", None)


@pytest.mark.clause("S216-12a")
def test_another_process_finds_everything_as_it_was(story: Story) -> None:
    answer = story.tell(story.tender())
    story.registry.close()
    registry = open_registry(story.registry.settings, story.clock)
    again = Story(registry, story.pki, story.clock)
    assert again.post(answer.sent).data == answer.data
    assert again.tell(again.tender(), sequence=99).outcome == ("ACCEPTED", "RECORDED")
    registry.close()
